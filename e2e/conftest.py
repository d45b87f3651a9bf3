"""Real servers and a real browser: the web and the live hub as processes of their own, on the test's own database."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

if TYPE_CHECKING:  # conftest files are read before Django is set up
    from revivatech.accounts.models import User
    from revivatech.shop.models import Location
    from revivatech.testing.world import World

PHONE = {"width": 360, "height": 740}
TABLET = {"width": 820, "height": 1180}
DESKTOP = {"width": 1280, "height": 800}


class Servers:
    """The shop as it runs: `url` for pages, a hub that can be stopped and started again on the same port."""

    def __init__(self, web_port: int, live_port: int, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{web_port}"
        self._ports = {"web": web_port, "live": live_port}
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._http = httpx.Client(trust_env=False, timeout=5)  # a new one reads all certificates of the machine

    def start(self, kind: str) -> None:
        port = self._ports[kind]
        with (self._folder / f"{kind}.log").open("ab") as log:
            command = [sys.executable, "-m", "revivatech.platform.commands.cli", kind, "--host", "127.0.0.1"]
            self._running[kind] = subprocess.Popen(
                [*command, "--port", str(port)], env=self._environment(), stdout=log, stderr=log
            )
        self._wait(kind, f"http://127.0.0.1:{port}/health/live")

    def stop(self, kind: str) -> None:
        process = self._running.pop(kind)
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=15)

    def ready(self) -> None:
        """Start what does not run, and wait until the hub listens to the database that took the place of the last one."""
        for kind in self._ports:
            if kind not in self._running:
                self.start(kind)
            else:
                self._wait(kind, f"http://127.0.0.1:{self._ports[kind]}/health/live")

    def stop_all(self) -> None:
        for kind in list(self._running):
            self.stop(kind)
        self._http.close()

    def _environment(self) -> dict[str, str]:
        from revivatech.testing.database import database_address  # not at the top: it needs Django's settings

        return {
            **os.environ,
            "DATABASE_URL": database_address(),
            "REVIVATECH_SECRET_KEY": settings.SECRET_KEY,
            "REVIVATECH_DATA_DIR": str(self._folder),
            "REVIVATECH_URL": self.url,
            "REVIVATECH_PORT": str(self._ports["web"]),
            "REVIVATECH_LIVE_PORT": str(self._ports["live"]),
        }

    def _wait(self, kind: str, address: str) -> None:
        end = time.monotonic() + 90
        while True:
            try:
                answer = self._http.get(address)
                if answer.status_code == 200 and (kind == "web" or answer.json()["listening"]):
                    return
            except httpx.TransportError:
                pass
            log = (self._folder / f"{kind}.log").read_text(errors="replace")
            assert self._running[kind].poll() is None, f"{kind} ended at once:\n{log}"
            assert time.monotonic() < end, f"{kind} did not start:\n{log}"
            time.sleep(0.05)


@pytest.fixture(scope="session")
def collected(django_db_setup: None) -> Path:
    """The static files as a shop sends them, hashed and joined: made by the first worker that needs them, for all."""
    from revivatech.platform.commands.prepare import UNUSED
    from revivatech.testing.database import database_address
    from revivatech.testing.serving import COMMAND, environment

    shared = (Path(settings.DATA_DIR) / "templates").resolve().parent
    ignored = [word for pattern in UNUSED for word in ("--ignore", pattern)]
    with (shared / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "static").exists():
            subprocess.run(
                [*COMMAND, "manage", "collectstatic", "--no-input", "--verbosity", "0", *ignored],
                env=environment(REVIVATECH_DATA_DIR=str(shared), DATABASE_URL=database_address()), check=True,
            )  # fmt: skip
    return shared / "static"


@pytest.fixture(scope="package")
def processes(collected: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Started once for the files here that a worker takes one after the other: most of a start is reading the program."""
    with ExitStack() as listening:
        found = [listening.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        web_port, live_port = (listener.getsockname()[1] for listener in found)
    folder = tmp_path_factory.mktemp("servers")
    (folder / "templates").symlink_to(Path(settings.DATA_DIR) / "templates")
    (folder / "static").symlink_to(collected)
    running = Servers(web_port, live_port, folder)
    try:
        yield running
    finally:
        running.stop_all()


@pytest.fixture
def servers(transactional_db: None, processes: Servers) -> Servers:
    """Both processes, on a database of this test's own: every commit of theirs is real."""
    processes.ready()
    return processes


# For the files here, not for the whole run: Playwright's event loop lives in this thread, and tests elsewhere run loops of
# their own.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    from revivatech.testing.browser import chromium  # not at the top: it needs Django's settings

    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(servers: Servers, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`visit(as_user=tess, viewport=PHONE)`: a page in a browser context of its own. A script error fails the test."""
    from revivatech.testing.browser import unhurried  # not at the top: it needs Django's settings

    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(as_user: User | None = None, viewport: dict[str, int] = DESKTOP, **options: Any) -> Page:
        options = {"service_workers": "block", **options}  # they are the subject of test_offline.py alone
        context = chromium.new_context(base_url=servers.url, viewport=viewport, locale="en-GB", **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(10_000)
        if as_user is not None:
            client = Client()
            client.force_login(as_user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": servers.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        return unhurried(page) if options.get("java_script_enabled", True) else page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def people(alice: User, mona: User, olga: User, fred: User, tess: User) -> dict[str, User | None]:
    """One reader of each kind, as the walks over all pages name them."""
    return {"visitor": None, "customer": alice, "manager": mona, "owner": olga, "front_desk": fred, "technician": tess}


@pytest.fixture
def world(alice: User, bob: User, olga: User, tess: User, shop: Location, manchester: Location) -> World:
    """Something of everything, so that each address can be opened."""
    from revivatech.testing.world import make_world  # not at the top: it needs Django's settings

    return make_world(alice=alice, bob=bob, olga=olga, tess=tess, london=shop, manchester=manchester)
