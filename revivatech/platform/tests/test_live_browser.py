"""Live elements in a real browser: they change by themselves and leave the person alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from revivatech.platform.realtime.announce import announce, revoke
from revivatech.platform.realtime.tokens import issue_token
from revivatech.platform.ui.texts import ui_texts
from revivatech.testing.browser import chromium, served
from revivatech.testing.live import RunningHub, eventually, running_hub

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
UI = Path(__file__).resolve().parent.parent / "ui" / "static" / "ui"


@dataclass
class Site:
    """A page with one live element, served with the product's own scripts. `say` changes what the element shows."""

    hub_port: int
    text: str = "Diagnosis"
    status: int = 200
    fetched: int = 0
    etags: list[str | None] = field(default_factory=list)
    port: int = 0

    def element(self) -> str:
        return f"""
            <section id="repair" data-live="{issue_token("repair:1", "anon")} {issue_token("queue:2", "anon")}" data-live-src="/part" data-live-announce="{escape(self.text)}">
              <h1>{escape(self.text)}</h1>
              <details id="more"><summary>More</summary><p>{escape(self.text)} in detail</p></details>
              <form><input id="note" name="note" value=""><input id="count" name="count" value="{len(self.text)}"></form>
              <div id="mine" data-live-keep></div>
            </section>"""

    async def page(self, request: Request) -> HTMLResponse:
        head = f'<meta name="live-port" content="{self.hub_port}"><script type="module" src="/ui/js/app.js"></script>'
        head += f'<meta name="ui-texts" content="{escape(ui_texts("ui"))}">'
        return HTMLResponse(
            f"<!DOCTYPE html><html lang=en><head><title>t</title>{head}</head><body>{self.element()}</body></html>"
        )

    async def part(self, request: Request) -> Response:
        self.fetched += 1
        self.etags.append(request.headers.get("if-none-match"))
        assert (request.headers["hx-request"], request.headers["x-live"]) == ("true", "1")
        headers = {"ETag": f'"{self.text}"'}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return HTMLResponse(self.element(), status_code=self.status, headers=headers)

    def hub_health(self) -> dict[str, Any]:
        return RunningHub(self.hub_port).health()

    def say(self, text: str) -> None:
        self.text = text
        announce("repair:1")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def site() -> Iterator[Site]:
    with running_hub() as hub:
        site = Site(hub.port)
        routes = [Route("/", site.page), Route("/part", site.part), Mount("/ui", StaticFiles(directory=UI))]
        with served(Starlette(routes=routes)) as port:
            site.port = port
            yield site


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"http://127.0.0.1:{site.port}/")
        expect(page.locator("html")).to_have_attribute("data-live-state", "live")
        yield page
        assert problems == []


def test_the_element_changes_by_itself_and_says_so(site: Site, page: Page) -> None:
    site.say("Repair work")
    expect(page.locator("h1")).to_have_text("Repair work", timeout=2000)
    expect(page.locator("#announcements")).to_have_text("Repair work")


def test_an_element_may_listen_to_several_topics(site: Site, page: Page) -> None:
    site.text = "Queue"
    announce("queue:2")
    expect(page.locator("h1")).to_have_text("Queue")
    site.say("Repair")
    expect(page.locator("h1")).to_have_text("Repair")


def test_typing_focus_and_open_details_survive(site: Site, page: Page) -> None:
    page.locator("summary").click()
    page.evaluate("document.getElementById('mine').textContent = 'drawn by hand'")
    page.locator("#note").press_sequentially("half a sent")
    page.evaluate("document.getElementById('note').setSelectionRange(4, 5)")
    site.say("Quality check")
    expect(page.locator("h1")).to_have_text("Quality check")
    state = page.evaluate(
        "[document.activeElement.id, note.value, note.selectionStart, more.open, mine.textContent, count.value]"
    )
    assert state == ["note", "half a sent", 4, True, "drawn by hand", str(len("Quality check"))]
    expect(page.locator("details p")).to_have_text("Quality check in detail")


def test_a_burst_of_changes_is_at_most_a_few_fetches(site: Site, page: Page) -> None:
    before = site.fetched
    for number in range(50):
        site.say(f"Change {number}")
    expect(page.locator("h1")).to_have_text("Change 49")
    assert site.fetched - before <= 25


def test_what_has_not_changed_is_not_sent_again(site: Site, page: Page) -> None:
    site.say("Testing")
    expect(page.locator("h1")).to_have_text("Testing")
    site.say("Testing")
    eventually(lambda: page.evaluate("1") and site.etags[-1] == '"Testing"')


def test_after_the_hub_was_away_the_page_catches_up(site: Site, page: Page) -> None:
    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    expect(page.locator("html")).to_have_attribute("data-live-state", "polling")
    site.say("Ready for pickup")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("h1")).to_have_text("Ready for pickup")
    expect(page.locator("html")).to_have_attribute("data-live-state", "live")


def test_revoking_makes_the_page_ask_again(site: Site, page: Page) -> None:
    before = site.fetched
    revoke("anon")
    eventually(lambda: page.evaluate("1") and site.fetched > before)
    site.say("Repair work")
    expect(page.locator("h1")).to_have_text("Repair work")


def test_when_it_may_no_longer_be_seen_the_page_says_so_and_stops(site: Site, page: Page) -> None:
    site.status = 403
    site.say("Secret")
    expect(page.locator("#toasts .flash")).to_contain_text("no longer updates itself")
    expect(page.locator("h1")).to_have_text("Diagnosis")
    fetched = site.fetched
    site.status = 200
    site.say("Still secret")
    page.wait_for_timeout(300)
    assert site.fetched == fetched


def test_who_is_signed_out_elsewhere_hears_nothing_and_does_not_come_back(site: Site, page: Page) -> None:
    site.status = 401  # what the page answers from now on
    revoke("anon")
    expect(page.locator("#toasts .flash")).to_contain_text("no longer updates itself")
    eventually(lambda: site.hub_health()["connections"] == 0)
    fetched = site.fetched
    site.say("Secret")
    page.evaluate("dispatchEvent(new Event('online')); document.body.append(document.createElement('p'))")
    page.wait_for_timeout(700)  # longer than the pause before a socket comes back
    assert (site.hub_health()["connections"], site.fetched) == (0, fetched)
    expect(page.locator("h1")).to_have_text("Diagnosis")


def test_a_failing_server_is_asked_again(site: Site, page: Page) -> None:
    site.status = 503
    site.say("Repair work")
    eventually(lambda: page.evaluate("1") and site.fetched >= 2)
    site.status = 200
    expect(page.locator("h1")).to_have_text("Repair work")
