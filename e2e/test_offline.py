"""A telephone that loses its line: the tracking page as last seen, the offline page, and a booking that is sent once when it is back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from revivatech.booking.models import Booking
from revivatech.booking.tests.walk import Walker
from revivatech.repairs.models import Repair
from revivatech.shop.models import Business, Location
from revivatech.testing.booking import hold_place, make_service, next_opening
from revivatech.testing.factories import make_repair
from revivatech.testing.live import eventually

from .conftest import PHONE, Servers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]
KEPT = "caches.open('kept').then((kept) => kept.keys()).then((keys) => keys.length)"


@pytest.fixture
def phone(visit: Visit) -> Page:
    return visit(viewport=PHONE, service_workers="allow", reduced_motion="reduce")


def settled(page: Page) -> None:
    """The worker answers for this page from now on."""
    eventually(lambda: page.evaluate("navigator.serviceWorker.controller !== null"))


def test_private_pages_as_last_seen_until_their_link_ends(phone: Page, shop: Location) -> None:
    repair = make_repair(location=shop)
    phone.goto(f"/track/{repair.token}/")  # the first page ever: from a link in a mail
    settled(phone)
    eventually(lambda: phone.evaluate(KEPT) == 1)
    phone.goto("/")
    phone.context.set_offline(True)
    phone.goto(f"/track/{repair.token}/")
    expect(phone.get_by_text(repair.code)).to_be_visible()
    expect(phone.locator("#as-of")).to_contain_text("as you last saw it")
    phone.goto("/prices/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("You are offline")

    phone.context.set_offline(False)
    Repair.objects.filter(pk=repair.pk).update(token="gone-and-replaced-by-another")
    phone.goto(f"/track/{repair.token}/")
    expect(phone.get_by_text("This link is not one of ours")).to_be_visible()
    eventually(lambda: phone.evaluate(KEPT) == 0)


def test_a_new_version_takes_over_with_nothing_stale(phone: Page, shop: Location) -> None:
    phone.goto("/")
    settled(phone)
    Business.objects.update(phone="+441632960999")
    phone.evaluate("navigator.serviceWorker.ready.then((r) => r.update())")
    shown = "caches.match('/offline/', { ignoreVary: true }).then((page) => page.text()).then((text) => text.includes('%s'))"
    eventually(lambda: phone.evaluate(shown % "+441632960999"))
    one = "caches.keys().then((names) => names.filter((name) => name.startsWith('pages:')).length)"
    eventually(lambda: phone.evaluate(one) == 1)
    phone.context.set_offline(True)
    phone.goto("/devices/")
    expect(phone.get_by_role("link", name="+441632960999")).to_be_visible()


@pytest.fixture
def at_confirm(phone: Page, servers: Servers, shop: Location) -> datetime:
    """Everything is answered; the page with the button that books stands open."""
    make_service("screen", pence=15000, summary="Glass or display", icon="smartphone")
    moment = next_opening(shop, days=2)
    walker = Walker(shop)
    walker.to_confirm(moment)
    value = walker.client.cookies["booking_draft"].value
    phone.context.add_cookies([{"name": "booking_draft", "value": value, "url": f"{servers.url}/book/"}])
    phone.goto("/book/confirm/")
    return moment


def book_without_a_line(page: Page) -> None:
    settled(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Book for").click()
    expect(page.locator("#unsent")).to_contain_text("Your booking: Kept on this device, not sent yet")
    assert Booking.objects.count() == 0


def test_a_booking_confirmed_without_a_line_is_sent_once(phone: Page, at_confirm: datetime) -> None:
    book_without_a_line(phone)
    phone.goto("/")  # the tab goes elsewhere, and another one opens
    other = phone.context.new_page()
    phone.context.set_offline(False)
    other.goto("/")
    eventually(lambda: Booking.objects.exists())
    assert [booking.starts_at for booking in Booking.objects.all()] == [at_confirm]
    other.goto("/book/confirm/")
    expect(other.get_by_role("heading", level=1)).to_have_text("You are booked")
    assert Booking.objects.count() == 1


def test_a_time_that_went_meanwhile_is_said_and_another_offered(
    phone: Page, at_confirm: datetime, shop: Location
) -> None:
    book_without_a_line(phone)
    for _place in range(shop.slot_capacity):
        hold_place(shop, at_confirm)
    before = Booking.objects.count()
    phone.context.set_offline(False)
    expect(phone.locator("#unsent")).to_contain_text("no longer free")
    phone.locator("#unsent").get_by_role("button", name="Open").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("How do we get it?")
    expect(phone.locator("#unsent")).to_have_count(0)
    assert Booking.objects.count() == before
