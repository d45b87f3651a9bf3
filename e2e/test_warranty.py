"""A warranty return from the customer's page to the counter and back: said on a phone, opened at the counter, free of charge."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from revivatech.accounts.models import User
from revivatech.repairs import actions
from revivatech.repairs.models import Repair, WarrantyClaim, WarrantyLine, WarrantyReturn
from revivatech.shop.models import Location
from revivatech.testing.booking import make_service
from revivatech.testing.browser import fits
from revivatech.testing.factories import actor_of, make_device, make_repair

from .conftest import PHONE, TABLET, Servers

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
SHOTS = os.environ.get("WARRANTY_SHOTS", "")  # a folder to keep pictures in while designing


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture
def done(shop: Location, alice: User, fred: User) -> Repair:
    """Alice's screen, handed over today."""
    make_service("screen", pence=15000)
    device = make_device(alice.customer, category="smartphone", described="Nokia 3310")
    repair = make_repair(
        location=shop, customer=alice.customer, device=device, services=["screen"], agreed_pence=15000,
        status="ready_for_pickup", outcome="repaired", accessories="Charger",
    )  # fmt: skip
    by = actor_of(fred)
    return actions.hand_over(
        repair.code, received_by="Alice", method="collected", identity="name", returned=["Charger"], by=by
    )


def test_a_warranty_return(servers: Servers, visit: Visit, done: Repair, fred: User, mona: User) -> None:
    line = done.warranty_lines.get()
    clock_before = (line.starts_on, line.ends_on)
    say_it_on_the_phone(visit(None, PHONE), done)
    counter = visit(fred, TABLET)
    counter.goto("/workbench/claims/")
    shot(counter, "claims")
    counter.get_by_role("link", name=done.code).click()
    shot(counter, "done")
    counter.get_by_role("link", name="It came back: open a return").click()
    expect(counter.get_by_label("What is wrong")).to_have_value("It flickers when it gets warm.")
    counter.get_by_label(line.label).check()
    fits(counter)
    shot(counter, "opening")
    counter.get_by_role("button", name="Open the return").click()
    expect(counter.locator("#status-title")).to_have_text("Initial assessment")
    back = WarrantyReturn.objects.select_related("repair").get()
    assert (back.original_id, back.covered, back.repair.agreed_pence) == (done.pk, True, 0)
    assert WarrantyClaim.objects.get().status == "accepted"
    finish(visit(mona, TABLET), back.repair)
    line.refresh_from_db()
    assert (line.starts_on, line.ends_on) == clock_before  # the clock of the old work runs on as it was
    assert not WarrantyLine.objects.filter(repair=back.repair).exists()


def say_it_on_the_phone(phone: Page, done: Repair) -> None:
    phone.goto(f"/track/{done.token}/")
    expect(phone.get_by_role("heading", name="Our warranty")).to_be_visible()
    phone.get_by_text("Something is wrong again").click()
    phone.get_by_label("What is wrong now").fill("It flickers when it gets warm.")
    fits(phone)
    shot(phone, "track")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text("Waiting for our answer")).to_be_visible()


def finish(page: Page, repair: Repair) -> None:
    """The cause is said, it is repaired, and handed over free of charge with the code from the customer's page."""
    Repair.objects.filter(pk=repair.pk).update(status="final_testing")
    page.goto(f"/workbench/repairs/{repair.code}/")
    page.get_by_label("What made it come back").select_option("workmanship")
    page.get_by_role("button", name="Save the cause").click()
    page.locator("#move-ready_for_pickup > summary").click()
    page.get_by_label("Outcome").select_option("repaired")
    page.get_by_role("button", name="Make ready").click()
    expect(page.locator("#status-title")).to_have_text("Ready for pickup")
    page.goto(f"/workbench/repairs/{repair.code}/handover/")
    shot(page, "hand-over")
    page.get_by_label("Handed to").fill("Alice")
    page.get_by_label("Signed for by name").check()
    page.get_by_role("button", name="Hand over").click()
    expect(page.locator("#status-title")).to_have_text("Completed")
