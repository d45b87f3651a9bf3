"""A real Chromium for tests marked `browser`."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import uvicorn
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.applications import Starlette

from revivatech.testing.live import eventually

# Nothing of the browser's own may go out to the network during a test.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


# Scripts come once a page is seen (platform/ui/start.js). A robot would be quicker than any person, so nothing can be tapped before.
_UNHURRIED = """{
const { performance } = window, soon = setTimeout.bind(window);  // the real ones, also where a test holds the clock
addEventListener("DOMContentLoaded", async () => {
  const waiting = new CSSStyleSheet();
  waiting.replaceSync("html { pointer-events: none }");
  document.adoptedStyleSheets = [waiting];
  const modules = [...document.getElementsByName("module")].map(({ content }) => new URL(content, location).href);
  const end = performance.now() + 5000;
  const asked = () => performance.now() > end || modules.every((one) => performance.getEntriesByName(one).length);
  while (!asked()) await new Promise((go) => soon(go, 10));
  await Promise.allSettled(modules.map((one) => import(one)));
  // htmx comes after them where something asks for it (ui/js/app.js), and then sees to the whole page at once.
  const asking = document.querySelectorAll(":is([hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete]):not([data-combobox] *)");
  const heard = () => performance.now() > end || [...asking].some((one) => "htmx-internal-data" in one);
  while (asking.length && !heard()) await new Promise((go) => soon(go, 10));
  document.adoptedStyleSheets = [];
  document.documentElement.dataset.scriptsRan = "";
});
}"""


def unhurried(page: Page) -> Page:
    """The page, on which each address that is opened or waited for is there with its scripts, and a click waits for them."""
    page.context.add_init_script(_UNHURRIED)
    for name in ("goto", "reload", "wait_for_url"):
        setattr(page, name, _and_scripts(page, getattr(page, name)))
    return page


def _and_scripts(page: Page, act: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(act)
    def patiently(*args: Any, **kwargs: Any) -> Any:
        found = act(*args, **kwargs)
        page.locator("html[data-scripts-ran]").wait_for(state="attached")
        return found

    return patiently


def fits(page: Page) -> None:
    """Nothing sticks out sideways. Waits while one page gives way to the next, where a plain question would be cut off."""
    page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser named by REVIVATECH_BROWSER (bin/test finds one), else an installed one, else Playwright's own."""
    # Playwright keeps an event loop in this thread. Django then takes every query for a mistake, and keeps other connections
    # while the loop is there than before and after it: those must not outlive a database that is replaced meanwhile.
    connections.close_all()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("REVIVATECH_BROWSER") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        try:
            yield browser
        finally:
            connections.close_all()
            browser.close()
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def served(application: Starlette) -> Iterator[int]:
    """Serve a small page of a test's own; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        server = uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        eventually(lambda: server.started)
        yield bound.getsockname()[1]
        server.should_exit = True
        thread.join(timeout=10)
