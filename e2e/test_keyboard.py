"""The main journeys by keyboard alone: the focus is always seen and never covered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from revivatech.accounts.models import User
from revivatech.booking.models import Booking
from revivatech.catalogue.store import rebuild_terms
from revivatech.quotes.models import QuoteAnswer
from revivatech.repairs.models import Repair
from revivatech.shop.models import Business, Location
from revivatech.site.models import ContactMessage
from revivatech.testing.booking import make_booking, make_service, next_opening
from revivatech.testing.factories import make_device, make_device_model, make_repair
from revivatech.testing.quotes import make_sent

from .conftest import DESKTOP, PHONE, Servers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]


@pytest.fixture
def shop_at_work(shop: Location, alice: User, tess: User) -> Repair:
    """Something on every page: a model with prices, a booking, a repair on the bench."""
    model = make_device_model("iPhone 13", year=2021)
    rebuild_terms([model.pk])
    make_service("screen", qualities={"original": 22000, "premium": 18500}, summary="Glass or display")
    make_service("battery", pence=8000, summary="Empty too soon", icon="battery")
    Business.objects.update(terms="We repair with care.")
    make_booking(location=shop, starts_at=next_opening(shop), customer=alice.customer, issues=("screen",))
    device = make_device(alice.customer, model=model)
    return make_repair(
        location=shop, customer=alice.customer, device=device, status="diagnosis", agreed_pence=15000, assigned_to=tess
    )


# Where the focus is, whether it can be seen, and whether something lies over it (the bar at the bottom of a phone).
FOCUS = """() => {
  const focused = document.activeElement;
  const shown = focused.closest("label") ?? focused;
  const box = shown.getBoundingClientRect();
  const over = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 24));
  const ringed = [focused, shown].some((element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  });
  return {
    what: `${focused.tagName} ${focused.name ?? ""} ${shown.textContent.trim().slice(0, 40)}`,
    free: shown.contains(over) || (over?.contains(shown) ?? false),
    ringed,
  };
}"""


def tab_to(page: Page, wanted: Locator, *, most: int = 60) -> None:
    """Press Tab until `wanted` has the focus. On the way every stop is seen, ringed and not covered."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue
        focus = page.evaluate(FOCUS)
        if not focus["free"]:  # one page may still be fading into the next
            page.wait_for_timeout(400)
            focus = page.evaluate(FOCUS)
        assert focus["free"], f"covered: {focus['what']}"
        assert focus["ringed"], f"no ring: {focus['what']}"
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never came to {wanted}")


def go_on(page: Page, name: str = "Continue") -> None:
    tab_to(page, page.get_by_role("button", name=name).first)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_booking_by_keyboard_alone(visit: Visit, shop_at_work: Repair) -> None:
    page = visit(viewport=PHONE, reduced_motion="reduce")
    page.goto("/book/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    tab_to(page, page.get_by_label("Search by name or model number"))
    page.keyboard.type("iphone 13")
    expect(page.locator(".suggestions").get_by_role("link", name="Apple iPhone 13")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/book/device/1/?model=*")
    go_on(page)
    tab_to(page, page.get_by_role("checkbox", name="Battery Empty too soon"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("What happens, and since when?"))
    page.keyboard.type("It is empty after one hour, since Monday.")
    tab_to(page, page.get_by_label("Everything is backed up"))
    page.keyboard.press("Space")
    go_on(page)
    tab_to(page, page.locator("details[open] input[name=slot]").first)
    page.keyboard.press("Space")
    go_on(page)
    go_on(page)
    for label, words in (("Your name", "Grace Guest"), ("E-mail address", "grace@example.com")):
        tab_to(page, page.get_by_label(label))
        page.keyboard.type(words)
    tab_to(page, page.get_by_label("I accept the terms of repair"))
    page.keyboard.press("Space")
    go_on(page)
    go_on(page, "Book for £80.00")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked")
    assert Booking.objects.latest("pk").customer.name == "Grace Guest"


def test_a_card_is_moved_by_keyboard_alone(servers: Servers, visit: Visit, shop_at_work: Repair, tess: User) -> None:
    page = visit(tess, PHONE, reduced_motion="reduce")
    page.goto("/workbench/board/")
    choice = page.get_by_label(f"Move {shop_at_work.code} to")
    tab_to(page, choice)
    page.keyboard.type("Repair")
    expect(choice).to_have_value("repair_work")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#column-repair_work")).to_contain_text(shop_at_work.code)
    shop_at_work.refresh_from_db()
    assert shop_at_work.status == "repair_work"


def test_a_repair_followed_by_keyboard_alone(
    servers: Servers, visit: Visit, shop: Location, shop_at_work: Repair
) -> None:
    """One quote is read and approved, another one refused, and a question is written."""
    make_sent(shop_at_work)
    refused = make_sent(make_repair(location=shop, status="diagnosis", services=[]))
    page = visit(viewport=PHONE, reduced_motion="reduce")
    page.goto(f"/track/{shop_at_work.token}/")
    tab_to(page, page.get_by_role("link", name="Open the quote"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("radio", name="Original part"))
    page.keyboard.press("Space")
    expect(page.locator("#sum")).to_contain_text("£219.00")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#sum")).to_contain_text("£169.00")
    tab_to(page, page.get_by_label("Your name").first)
    page.keyboard.press("Control+A")
    page.keyboard.type("Alice Archer")
    go_on(page, "Approve")
    expect(page.get_by_text("Alice Archer approved it")).to_be_visible()

    page.goto(f"/quotes/{refused.token}/")
    tab_to(page, page.get_by_text("I do not want this repair"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#id_reason"))
    page.keyboard.type("A new one costs less.")
    go_on(page, "Decline")
    expect(page.get_by_role("button", name="Decline")).to_have_count(0)
    assert list(QuoteAnswer.objects.order_by("pk").values_list("reason", flat=True)) == ["", "A new one costs less."]
    assert QuoteAnswer.objects.earliest("pk").total_pence == 16900

    page.goto("/contact/")
    for label, words in (
        ("Your name", "Alice Archer"),
        ("E-mail", "alice@example.com"),
        ("Your message", "May I collect it on Friday?"),
    ):
        tab_to(page, page.get_by_label(label))
        page.keyboard.type(words)
    go_on(page, "Send the message")
    message = ContactMessage.objects.get()
    assert message.text == "May I collect it on Friday?"
    expect(page.get_by_text(message.code)).to_be_visible()


def test_the_queue_by_keyboard_alone(
    servers: Servers, visit: Visit, shop_at_work: Repair, tess: User, mona: User
) -> None:
    """Found, ticked, given away and taken back, opened, moved: with Tab, Space and Enter, no shortcut of ours."""
    page = visit(mona, DESKTOP, reduced_motion="reduce")
    page.goto("/workbench/")
    tab_to(page, page.get_by_role("searchbox"))
    page.keyboard.type("Alice")  # a code alone would lead to the repair at once
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tick = page.get_by_label(f"Tick {shop_at_work.code}")
    tab_to(page, tick)
    page.keyboard.press("Space")
    expect(tick).to_be_checked()
    tab_to(page, page.get_by_label("With the ticked repairs"))
    page.keyboard.type("Mona")
    go_on(page)
    go_on(page, "Do it for 1 repair")
    shop_at_work.refresh_from_db()
    assert shop_at_work.assigned_to == mona
    go_on(page, "Undo")
    expect(page.get_by_text("Taken back", exact=True)).to_be_visible()
    shop_at_work.refresh_from_db()
    assert shop_at_work.assigned_to == tess
    tab_to(page, page.get_by_role("link", name=shop_at_work.code))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, page.locator("#move-repair_work > summary"))
    page.keyboard.press("Enter")
    go_on(page, "Repair work")
    expect(page.locator("#status-title")).to_have_text("Repair work")
    shop_at_work.refresh_from_db()
    assert shop_at_work.status == "repair_work"
