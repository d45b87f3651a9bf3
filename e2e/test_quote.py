"""A quote on a phone: compared, ticked and approved by thumb, while the workbench's page changes by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from revivatech.accounts.models import User
from revivatech.quotes.models import Quote, QuoteAnswer
from revivatech.shop.models import Location
from revivatech.testing.browser import fits
from revivatech.testing.factories import make_repair
from revivatech.testing.quotes import make_draft, make_sent, send

from .conftest import DESKTOP, PHONE, Servers

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def live(page: Page) -> None:
    expect(page.locator("html[data-live-state=live]")).to_be_attached(timeout=20_000)
    page.evaluate("window.stayed = true")


def test_built_at_the_bench_approved_on_a_phone(
    servers: Servers, visit: Visit, shop: Location, mona: User, alice: User
) -> None:

    repair = make_repair(location=shop, customer=alice.customer, status="diagnosis", services=[])
    draft = make_draft(repair, finding="")
    desk = visit(mona, viewport=DESKTOP)
    desk.goto(f"/workbench/quotes/{draft.pk}/")
    fits(desk)
    desk.get_by_label("What we found").fill("The glass is cracked.")
    cleaning = draft.lines.get(label="Cleaning").pk
    desk.locator(f"[name=line-{cleaning}-unit_pence]").fill("25.00")
    expect(desk.locator("#sums")).to_contain_text("£224.00")  # the server's sum, while typing
    desk.get_by_role("button", name="Send to the customer").click()
    desk.get_by_role("dialog").get_by_role("button", name="Yes").click()
    desk.wait_for_url(f"**/workbench/repairs/{repair.code}/")
    live(desk)
    expect(desk.locator("#status-title")).to_contain_text("Awaiting approval")

    quote = Quote.objects.get()
    phone = visit(viewport=PHONE, has_touch=True)
    phone.goto(f"/quotes/{quote.token}/")
    live(phone)
    fits(phone)
    first, second = (phone.locator(".option").nth(number).bounding_box() for number in (0, 1))
    assert first is not None
    assert second is not None
    assert (first["y"], second["x"] + second["width"] <= 360) == (second["y"], True)  # side by side, both in sight
    phone.locator(".option").nth(1).tap()
    expect(phone.locator("#sum")).to_contain_text("£174.00")
    phone.get_by_label("Protective case").tap()
    expect(phone.locator("#sum")).to_contain_text("£189.00")
    phone.get_by_label("Your name").first.fill("Alice Archer")
    phone.get_by_role("button", name="Approve").tap()
    expect(phone.get_by_text("Alice Archer approved it")).to_be_visible()
    expect(phone.get_by_text("£189.00")).to_be_visible()

    expect(desk.locator("#status-title")).to_contain_text("Repair work", timeout=10_000)
    expect(desk.locator("#quotes")).to_contain_text("Approved")
    assert desk.evaluate("window.stayed === true")
    answer = QuoteAnswer.objects.get()
    assert (answer.total_pence, answer.how) == (18900, "link")


def test_without_scripts_the_total_is_seen_before_it_counts(servers: Servers, visit: Visit, shop: Location) -> None:
    quote = make_sent(make_repair(location=shop, status="diagnosis", services=[]))
    page = visit(viewport=PHONE, java_script_enabled=False)
    page.goto(f"/quotes/{quote.token}/")
    page.get_by_role("radio", name="Original part").check()
    page.get_by_role("button", name="Work out the total").click()
    expect(page.locator("#sum")).to_contain_text("£219.00")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("approved it")).to_be_visible()


def test_an_open_page_learns_that_it_was_replaced(servers: Servers, visit: Visit, shop: Location) -> None:
    repair = make_repair(location=shop, status="diagnosis", services=[])
    old = make_sent(repair)
    page = visit(viewport=PHONE)
    page.goto(f"/quotes/{old.token}/")
    live(page)
    new = send(make_draft(repair))
    expect(page.get_by_text("This quote no longer counts")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("button", name="Approve")).to_be_hidden()
    page.get_by_role("link", name="Open the newer quote").click()
    page.wait_for_url(f"**/quotes/{new.token}/")
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
