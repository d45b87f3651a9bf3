"""A stranger's phone: the whole booking on 360 px, by thumb, with scripts and without."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from revivatech.accounts.models import User
from revivatech.booking import actions
from revivatech.booking.models import Booking
from revivatech.catalogue.store import rebuild_terms
from revivatech.platform.actors import by_link
from revivatech.shop.models import Business, Location
from revivatech.testing.booking import make_service, next_opening
from revivatech.testing.browser import fits
from revivatech.testing.factories import make_device_model

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
Visit = Callable[..., Page]


def look(page: Page, name: str) -> None:
    """Nothing sticks out sideways and every target fits a thumb. With E2E_PICTURES a picture is kept there."""
    if folder := os.environ.get("E2E_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    fits(page)
    small = page.evaluate(
        """() => [...document.querySelectorAll("main :is(button, .button, .choice, .chip, .model-link, input.input, textarea)")]
            .filter((e) => e.checkVisibility() && !e.closest(".trap") && e.getBoundingClientRect().height < 43.5)
            .map((e) => `${e.tagName} ${e.className} ${e.textContent.trim()} ${e.getBoundingClientRect().height}`)"""
    )
    assert small == [], f"{name}: too small for a thumb"


@pytest.fixture
def ten(shop: Location) -> datetime:
    make_service(
        "screen", qualities={"original": 22000, "premium": 18500}, summary="Glass or display", icon="smartphone"
    )
    make_service("battery", pence=8000, summary="Empty too soon", icon="battery")
    make_service("liquid", pence=20000, summary="Water or coffee", icon="liquid")
    rebuild_terms([make_device_model("iPhone 13", year=2021).pk])
    Business.objects.update(terms="We repair with care.\nYou pay when you collect.")
    return next_opening(shop, days=2)


def press(page: Page, name: str) -> None:
    """Press a button that leads to another page, and wait until that is there: what comes next looks at it at once."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def choose_slot(page: Page, moment: datetime) -> None:
    """Open the day and tap the time."""
    time = page.locator(f'input[value="{moment.isoformat()}"]')
    day = page.locator("details.slot-day").filter(has=time)
    if day.get_attribute("open") is None:
        day.locator("summary").click()
    page.locator("label.chip").filter(has=time).click()


def book(page: Page, ten: datetime, *, pictures: str) -> None:
    """From the first page to the confirmation, tapping only."""
    page.goto("/book/")
    look(page, f"{pictures}-1-device")
    page.get_by_label("Search by name or model number").fill("iphone 13")
    press(page, "Search")
    look(page, f"{pictures}-1-found")
    with page.expect_navigation():
        page.get_by_role("link", name="Apple iPhone 13").first.click()
    page.get_by_label("IMEI or serial number").fill("35 209900 176148 1")
    look(page, f"{pictures}-1-about")
    press(page, "Continue")

    press(page, "Continue")  # nothing chosen yet
    expect(page.get_by_role("alert")).to_contain_text("Please check what you entered")
    look(page, f"{pictures}-2-refused")
    page.get_by_text("Screen", exact=True).click()
    page.get_by_label("What happens, and since when?").fill("It fell on the floor yesterday; the glass is cracked.")
    page.get_by_label("Everything is backed up").check()
    look(page, f"{pictures}-2-issue")
    press(page, "Continue")

    look(page, f"{pictures}-3-hand-over")
    choose_slot(page, ten)
    look(page, f"{pictures}-3-slot")
    press(page, "Continue")

    expect(page.get_by_role("heading", level=1)).to_have_text("What it costs")
    page.locator("label.choice").filter(has_text="Premium").click()
    look(page, f"{pictures}-4-price")
    press(page, "Continue")

    page.get_by_label("Your name").fill("Grace Guest")
    page.get_by_label("E-mail address").fill("grace@example.com")
    page.get_by_label("Phone number").fill("020 7946 0123")
    page.get_by_label("I accept the terms of repair").check()
    assert not page.get_by_label("Send me offers and news by e-mail").is_checked()
    look(page, f"{pictures}-5-details")
    press(page, "Continue")

    look(page, f"{pictures}-6-confirm")
    press(page, "Book for £185.00")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked")
    look(page, f"{pictures}-7-booked")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_whole_booking_on_a_phone(visit: Visit, ten: datetime, scripts: bool) -> None:
    page = visit(viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce", java_script_enabled=scripts)
    book(page, ten, pictures="phone" if scripts else "plain")
    booking = Booking.objects.get()
    assert (booking.starts_at, booking.total_pence, booking.status) == (ten, 18500, "confirmed")
    assert booking.devices.get().device.imei == "352099001761481"
    page.go_back()  # to the confirm page of a used draft
    page.goto("/book/confirm/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked")
    assert Booking.objects.count() == 1


def test_the_whole_booking_on_a_wide_screen(visit: Visit, ten: datetime) -> None:
    book(visit(viewport=DESKTOP, reduced_motion="reduce"), ten, pictures="wide")
    assert Booking.objects.get().total_pence == 18500


def test_suggestions_and_prices_come_while_typing_and_choosing(visit: Visit, ten: datetime) -> None:
    page = visit(viewport=PHONE, has_touch=True)
    page.goto("/book/")
    page.get_by_label("Search by name or model number").press_sequentially("iphone 13", delay=20)
    first = page.locator(".suggestions").get_by_role("link", name="Apple iPhone 13")
    expect(first).to_be_visible()
    page.get_by_role("button", name="Search").click(trial=True)  # the list covers nothing that can be pressed
    first.click()
    press(page, "Continue")
    page.get_by_text("Screen", exact=True).click()
    page.get_by_label("What happens, and since when?").fill("It fell on the floor yesterday; the glass is cracked.")
    page.get_by_label("Everything is backed up").check()
    press(page, "Continue")
    choose_slot(page, ten)
    press(page, "Continue")
    expect(page.locator("#breakdown")).to_contain_text("£150.00")
    page.locator("label.choice").filter(has_text="Original").click()
    expect(page.locator("#breakdown .price-total")).to_contain_text("£220.00")


def test_the_booking_page_changes_by_itself(visit: Visit, ten: datetime, fred: User) -> None:
    from revivatech.platform.actors import visitor
    from revivatech.testing.booking import make_request

    booking = actions.confirm(
        make_request(Location.objects.get(), ten, shown_pence=15000), idempotency_key="e2e", by=visitor()
    )
    page = visit(viewport=PHONE)
    page.goto(f"/bookings/{booking.token}/")
    expect(page.locator("html")).to_have_attribute("data-live-state", "live")
    diary = visit(as_user=fred, viewport=DESKTOP)
    diary.goto(f"/workbench/bookings/?day={ten:%Y-%m-%d}")
    look(diary, "diary")
    with diary.expect_navigation():
        diary.get_by_role("link", name=f"{ten.astimezone(booking.location.zone):%H:%M}").click()
    look(diary, "staff")
    actions.cancel(booking.pk, reason="Rang", by=by_link("booking", booking.pk))
    expect(page.locator("#booking-now")).to_contain_text("Cancelled", timeout=5000)
