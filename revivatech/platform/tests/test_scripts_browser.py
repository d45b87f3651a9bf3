"""The shared scripts in a real browser: forms are sent once, asked about, kept as drafts; dialogs, keys, copying."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import brotli
import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from revivatech.platform.ui.bundles import own_scripts
from revivatech.platform.ui.modules import JOINED, join_modules
from revivatech.platform.ui.texts import ui_texts
from revivatech.testing.browser import chromium, served
from revivatech.testing.live import eventually

pytestmark = pytest.mark.browser
UI = Path(__file__).resolve().parent.parent / "ui" / "static" / "ui"
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; form-action 'self'; require-trusted-types-for 'script'; trusted-types default"


@dataclass
class Site:
    """Shows `body` at every address and remembers what was posted."""

    body: str = ""
    posted: list[str] = field(default_factory=list)
    answer: tuple[int, str] = (204, "")
    port: int = 0

    async def page(self, request: Request) -> Response:
        head = '<meta charset="utf-8"><title>t</title><script type="module" src="/ui/js/app.js"></script>'
        head += '<meta name="htmx-config" content=\'{"includeIndicatorStyles": false}\'>'  # as in base.html
        head += f'<meta name="ui-texts" content="{escape(ui_texts("ui"))}">'
        headers = {"Content-Security-Policy": POLICY}
        return HTMLResponse(
            f"<!DOCTYPE html><html lang=en><head>{head}</head><body>{self.body}</body></html>", headers=headers
        )

    async def post(self, request: Request) -> Response:
        self.posted.append((await request.body()).decode())
        status, body = self.answer
        return HTMLResponse(body, status_code=status)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    routes = [
        Mount("/ui", StaticFiles(directory=UI)),
        Route("/post", site.post, methods=["POST", "GET"]),
        Route("/{path:path}", site.page),
    ]
    with served(Starlette(routes=routes)) as site.port:
        yield site


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if "Content Security" in said.text else None)
        yield page
        assert problems == []


def show(page: Page, site: Site, body: str, path: str = "/") -> None:
    site.body = body
    page.goto(f"http://127.0.0.1:{site.port}{path}", wait_until="networkidle")


def test_a_form_is_sent_once_however_often_it_is_tapped(site: Site, page: Page) -> None:
    show(page, site, '<form method="post" action="/post"><button name="go" value="1">Go</button></form>')
    page.evaluate("const button = document.querySelector('button'); for (let n = 0; n < 5; n++) button.click()")
    eventually(lambda: page.evaluate("1") and site.posted)
    expect(page.locator("button")).to_have_attribute("aria-disabled", "true")
    assert site.posted == ["go=1"]


def test_a_dangerous_form_asks_first(site: Site, page: Page) -> None:
    form = '<form method="post" action="/post" data-confirm="Cancel this repair?" data-confirm-yes="Cancel it"><button>Go</button></form>'
    show(page, site, form)
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("dialog")).to_contain_text("Cancel this repair?")
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert site.posted == []
    page.get_by_role("button", name="Go").click()
    page.get_by_role("button", name="Cancel it").click()
    eventually(lambda: page.evaluate("1") and site.posted == [""])


FORM = """<form method="post" action="/post" data-keep-draft="booking"><input name="name"><textarea name="fault"></textarea>
    <input type="checkbox" name="terms" value="yes"><input type="password" name="secret"><button>Send</button></form>"""


def test_a_draft_survives_a_closed_tab_and_not_the_password(site: Site, page: Page) -> None:
    show(page, site, FORM, "/book")
    page.locator("[name=name]").fill("Ana")
    page.locator("[name=fault]").fill("It fell")
    page.locator("[name=terms]").check()
    page.locator("[name=secret]").fill("hidden")
    kept = "localStorage.getItem('draft:booking:/book')"
    eventually(lambda: '"fault":"It fell"' in (page.evaluate(kept) or ""))
    assert "hidden" not in page.evaluate(kept)
    show(page, site, FORM, "/book")
    values = page.evaluate(
        "[...document.forms[0].elements].map((f) => f.type == 'checkbox' ? f.checked : f.value).slice(0, 4)"
    )
    assert values == ["Ana", "It fell", True, ""]
    expect(page.locator("#toasts")).to_contain_text("put back what you had typed")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("[name=name]")).to_have_value("")
    assert page.evaluate(kept) is None


def test_a_draft_ends_when_the_form_was_accepted(site: Site, page: Page) -> None:
    show(page, site, FORM, "/book")
    page.locator("[name=fault]").fill("It fell")
    site.answer = (
        200,
        '<!DOCTYPE html><title>done</title><script type="module" src="/ui/js/app.js"></script><p>Booked',
    )
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Booked")).to_be_visible()
    eventually(lambda: page.evaluate("localStorage.getItem('draft:booking:/book')") is None)


def test_what_a_refused_form_shows_wins_over_the_draft(site: Site, page: Page) -> None:
    show(page, site, FORM, "/book")
    page.locator("[name=fault]").fill("older")
    eventually(lambda: "older" in (page.evaluate("localStorage.getItem('draft:booking:/book')") or ""))
    show(page, site, FORM.replace('<textarea name="fault">', '<textarea name="fault">newer'), "/book")
    expect(page.locator("[name=fault]")).to_have_value("newer")


def test_a_failed_htmx_request_says_the_problems_own_words(site: Site, page: Page) -> None:
    site.answer = (409, '<div data-problem="conflict"><p>Tess moved it on.</p></div>')
    show(page, site, '<button hx-post="/post" hx-target="#out">Move</button><div id="out">as it was</div>')
    page.get_by_role("button", name="Move").click()
    expect(page.locator("#toasts [role=alert]")).to_contain_text("Tess moved it on.")
    expect(page.locator("#out")).to_have_text("as it was")


def test_what_htmx_brings_is_looked_at_too(site: Site, page: Page) -> None:
    site.answer = (200, '<input id="pin" type="password"><button data-reveal="pin" hidden>Show</button>')
    show(page, site, '<button hx-get="/post" hx-target="#out">Load</button><div id="out"></div>')
    page.get_by_role("button", name="Load").click()
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#pin")).to_have_attribute("type", "text")


def test_keys_work_and_keep_quiet_while_somebody_types(site: Site, page: Page) -> None:
    show(page, site, '<input id="find" data-key="/" data-key-name="Find"><a href="#there" data-key="g t">There</a>')
    page.keyboard.press("/")
    page.keyboard.type("gt/")
    expect(page.locator("#find")).to_have_value("gt/")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("g")
    page.keyboard.press("t")
    assert page.url.endswith("#there")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Find")


def test_suggestions_are_walked_with_arrows(site: Site, page: Page) -> None:
    links = "".join(f'<a href="#{n}">{n}</a>' for n in ("one", "two"))
    show(page, site, f'<div data-combobox><input><div class="suggestions">{links}</div></div>')
    page.locator("input").focus()
    for key, focused in [("ArrowDown", "one"), ("ArrowDown", "two"), ("ArrowUp", "one")]:
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.textContent") == focused
    page.keyboard.press("Escape")
    assert page.evaluate("[document.activeElement.tagName, document.querySelectorAll('a').length]") == ["INPUT", 0]


def test_autosubmit_and_dialogs(site: Site, page: Page) -> None:
    show(
        page,
        site,
        '<form data-autosubmit><select name="stage"><option>1<option>2</select></form>'
        '<button data-dialog-open="d" command="show-modal" commandfor="d">Open</button><dialog id="d">Inside</dialog><dialog data-open>Now</dialog>',
    )
    expect(page.get_by_text("Now")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("Inside")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("select").select_option("2")
    page.wait_for_url("**/?stage=2")


def test_the_scripts_stay_small() -> None:
    """All that public pages may load, together and as it is sent; `files.js` belongs to workbench pages that take photos.
    What a first visit loads is held in site/tests/test_light.py."""
    scripts = {
        path.relative_to(UI.parent).as_posix(): path.read_text()
        for path in [*UI.glob("js/*.js"), *UI.glob("vendor/*.js")]
        if path.name != "files.js"
    }
    made = scripts | join_modules(JOINED[0], scripts.__getitem__, own_scripts(scripts))
    sizes: dict[str, int] = {}
    wanted = ["ui/js/base.js", "ui/js/app.js"]
    while wanted:
        name = wanted.pop()
        sizes[name] = len(brotli.compress(made[name].encode()))
        taken = re.findall(r'^import [^"]*"(.+?)"|import\("(.+?)"\)', made[name], re.M)
        found = [posixpath.normpath(f"{posixpath.dirname(name)}/{one or other}") for one, other in taken]
        wanted += [other for other in found if other not in sizes and other not in wanted]
    assert len(sizes) == 10, "a module that every page loads is asked for once more"
    assert sum(sizes.values()) <= 34 * 1024, json.dumps(sizes)
