"""Intake with a finger on a tablet: list, damage, signature; a line that drops half-way; the customer's own check-in."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.files.models import StoredFile
from revivatech.repairs.checklists import actions as checklists
from revivatech.repairs.checklists.actions import Found
from revivatech.repairs.models import (
    ChecklistItem,
    ChecklistRun,
    DamageMark,
    Repair,
    SelfCheckIn,
    StageRun,
    TermsSignature,
)
from revivatech.shop.models import Business, Location
from revivatech.testing.booking import make_booking, next_opening
from revivatech.testing.browser import fits
from revivatech.testing.factories import actor_of, make_customer, make_device, make_repair
from revivatech.testing.pictures import photo

from .conftest import DESKTOP, PHONE, TABLET, Servers

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
SHOTS = os.environ.get("INTAKE_SHOTS", "")  # a folder to keep pictures in while designing


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture
def phone(servers: Servers, shop: Location) -> Repair:
    Business.objects.update(terms="We take care of your device. You take care of your data.", terms_version=2)
    customer = make_customer("Grace Guest")
    device = make_device(customer, category="smartphone", described="Nokia 3310")
    return make_repair(location=shop, customer=customer, device=device, status="initial_assessment")


def sign(page: Page) -> None:
    pad = page.locator("[data-signature-pad] canvas")
    pad.evaluate(
        "pad => pad.scrollIntoView({ block: 'center', behavior: 'instant' })"
    )  # clear of the bar that stays at the bottom
    pad.hover()  # waits until the page's transition lets it through to the pad
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(box["x"] + 40 + step * 30, box["y"] + 40 + (step % 2) * 30)
    page.mouse.up()


def fill_in(page: Page) -> None:
    """All works but the touch; one scratch on the front; a signature."""
    page.get_by_role("button", name="All work").click()
    page.locator("#line-touch").get_by_text("Fails").click()
    page.get_by_label("Note on Touch").fill("Dead in the corner")
    page.locator('[data-outline="front"]').click(position={"x": 40, "y": 60})
    page.locator('[name="mark_note_0"]').fill("Scratch")
    sign(page)


def take_photos(page: Page) -> None:
    """One of the whole device with a mark on it, one of the line that failed. Each arrives by itself."""
    page.locator("#intake-photos").get_by_label("Take a photo").set_input_files([sent("counter.jpg")])
    pictured = page.locator('[data-outline^="photo:"]')
    expect(pictured).to_be_visible()  # the page fetched it without touching what was typed
    pictured.click(position={"x": 50, "y": 30})
    page.locator('[name="mark_note_1"]').fill("Chipped")
    page.get_by_label("Photo of Touch", exact=True).set_input_files([sent("touch.jpg", 320)])
    expect(page.locator("#line-touch [data-upload-shown] img")).to_be_visible()


def sent(name: str, width: int = 640) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": photo(width, width * 3 // 4)}


def stored() -> tuple[int, int, int]:
    return (ChecklistRun.objects.count(), DamageMark.objects.count(), TermsSignature.objects.count())


@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP])
def test_intake_on_one_screen(servers: Servers, visit: Visit, fred: User, phone: Repair, size: dict[str, int]) -> None:
    page = visit(fred, size)
    page.goto(f"/workbench/repairs/{phone.code}/")
    page.get_by_role("link", name="Finish the intake").click()
    fill_in(page)
    take_photos(page)
    fits(page)
    shot(page, f"intake-{size['width']}")
    page.get_by_role("button", name="Store the intake").click()
    page.wait_for_url(f"**/workbench/repairs/{phone.code}/intake/label/")
    expect(page.get_by_role("link", name="Label, 62 mm roll")).to_be_visible()
    fits(page)
    shot(page, f"label-{size['width']}")
    page.get_by_role("link", name="Open the repair").click()
    page.wait_for_url(f"**/workbench/repairs/{phone.code}/")
    shot(page, f"repair-{size['width']}")
    expect(page.get_by_text("signed by Grace Guest").first).to_be_visible()
    assert stored() == (1, 2, 1)
    run = ChecklistRun.objects.get()
    assert run.results.get(key="touch").state == "fails"
    assert set(run.results.exclude(key="touch").values_list("state", flat=True)) == {"works"}
    (mark, pictured), signature = DamageMark.objects.select_related("photo"), TermsSignature.objects.get()
    assert (mark.side, mark.note, signature.how, signature.name) == ("front", "Scratch", "drawn", "Grace Guest")
    files = {(file.label, file.part, file.name) for file in StoredFile.objects.all()}
    assert files == {("before", "", "counter.jpg"), ("before", "intake:touch", "touch.jpg")}
    assert pictured.photo is not None
    assert (pictured.side, pictured.photo.name, pictured.note) == ("photo", "counter.jpg", "Chipped")
    assert signature.path.startswith("M")


def test_a_dropped_line_keeps_it_on_the_device_and_sends_it_when_back(
    servers: Servers, visit: Visit, fred: User, phone: Repair
) -> None:
    page = visit(fred, TABLET)
    page.goto(f"/workbench/repairs/{phone.code}/intake/")
    fill_in(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Store the intake").click()
    expect(page.locator("#unsent")).to_contain_text("Kept on this device, not sent yet")
    shot(page, "offline")
    assert stored() == (0, 0, 0)
    page.context.set_offline(False)  # the browser says so, and the page sends
    page.wait_for_url(f"**/workbench/repairs/{phone.code}/intake/label/")
    expect(page.locator("#unsent")).to_have_count(0)
    assert stored() == (1, 1, 1)
    page.reload()
    assert stored() == (1, 1, 1)


def test_a_closed_tab_loses_nothing_either(servers: Servers, visit: Visit, fred: User, phone: Repair) -> None:
    page = visit(fred, TABLET)
    page.goto(f"/workbench/repairs/{phone.code}/intake/")
    fill_in(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Store the intake").click()
    expect(page.locator("#unsent")).to_be_visible()
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    again.goto("/workbench/walk-in/")  # any page of the intake sends what is kept
    expect(again.get_by_text("Sent now")).to_be_visible()
    assert stored() == (1, 1, 1)


def test_what_the_server_refuses_later_is_opened_again(
    servers: Servers, visit: Visit, fred: User, phone: Repair
) -> None:
    page = visit(fred, TABLET)
    page.goto(f"/workbench/repairs/{phone.code}/intake/")
    page.locator('[data-outline="front"]').click(position={"x": 40, "y": 60})  # a mark without a word
    page.context.set_offline(True)
    page.get_by_role("button", name="Store the intake").click()
    expect(page.locator("#unsent")).to_contain_text("not sent yet")
    page.context.set_offline(False)
    expect(page.locator("#unsent")).to_contain_text("Not taken by the server")
    page.get_by_role("button", name="Open").click()
    page.locator('[name="mark_note_0"]').fill("Dent")
    page.get_by_role("button", name="Store the intake").click()
    page.wait_for_url(f"**/workbench/repairs/{phone.code}/intake/label/")
    assert stored() == (0, 1, 0)
    expect(page.locator("#unsent")).to_have_count(0)


def test_the_final_list_blocks_and_a_manager_explains(
    servers: Servers, visit: Visit, shop: Location, tess: User, mona: User, phone: Repair
) -> None:
    ChecklistItem.objects.exclude(key__in=("touch", "wi_fi")).update(active=False)
    works = {"touch": Found("works"), "wi_fi": Found("works")}
    checklists.fill_in(phone.code, "intake", works, by=actor_of(tess))
    now = clock.now()
    StageRun.objects.create(repair=phone, stage=4, status="repair_work", started_at=now, ended_at=now)
    StageRun.objects.create(repair=phone, stage=6, status="final_testing", started_at=now)
    Repair.objects.filter(pk=phone.pk).update(status="final_testing", agreed_pence=100, assigned_to=tess)
    page = visit(tess, TABLET)
    page.goto(f"/workbench/repairs/{phone.code}/")
    page.get_by_role("link", name="Final checklist").click()
    page.get_by_role("button", name="All work").click()
    page.locator("#line-wi_fi").get_by_text("Fails").click()
    shot(page, "final-list")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("holds it back")).to_be_visible()
    shot(page, "comparison")
    page.goto(f"/workbench/repairs/{phone.code}/")
    page.locator("#move-ready_for_pickup > summary").click()
    page.get_by_role("button", name="Make ready").click()
    expect(page.get_by_role("alert")).to_contain_text("Worked at intake, not now: Wi-Fi")
    shot(page, "blocked")
    manager = visit(mona, PHONE)
    manager.goto(f"/workbench/repairs/{phone.code}/comparison/")
    manager.get_by_label("Wi-Fi").fill("The aerial was torn before; the customer knows.")
    fits(manager)
    shot(manager, "explain-360")
    manager.get_by_role("button", name="Explain").click()
    expect(manager.get_by_text("The aerial was torn before").first).to_be_visible()
    page.goto(f"/workbench/repairs/{phone.code}/")
    page.locator("#move-ready_for_pickup > summary").click()
    page.get_by_role("button", name="Make ready").click()
    expect(page.locator("#status-title")).to_have_text("Ready for pickup")


def test_the_customer_checks_in_at_the_kiosk(
    servers: Servers, visit: Visit, shop: Location, alice: User, fred: User
) -> None:
    Business.objects.update(terms="We take care of your device.", terms_version=2)
    booking = make_booking(location=shop, starts_at=next_opening(shop, days=1, hour=10), customer=alice.customer)
    booked = booking.devices.get()
    repair = make_repair(location=shop, customer=alice.customer, booked_device=booked, device=booked.device)
    counter = visit(fred, DESKTOP)
    counter.goto("/workbench/")
    page = visit(None, PHONE)
    page.clock.install()
    page.goto("/check-in/?kiosk=1")
    shot(page, "kiosk")
    page.get_by_label("Booking code").fill(booking.code)
    page.get_by_label("E-mail address or phone number").fill("alice@example.com")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("What you leave with it").fill("Charger")
    sign(page)
    page.get_by_label("Name of the person who signs").fill("Alice")
    fits(page)
    shot(page, "kiosk-devices")
    page.get_by_role("button", name="Check in").click()
    expect(page.get_by_text("You are checked in")).to_be_visible()
    assert SelfCheckIn.objects.get().repair_id == repair.pk
    expect(page.locator("html[data-scripts-ran]")).to_be_attached()  # the clock that goes forward is the script's
    page.clock.fast_forward(16_000)
    page.wait_for_url("**/check-in/?kiosk=1")
    expect(counter.get_by_text("device to be taken")).to_be_visible()  # by itself
    shot(counter, "queue")
    counter.goto(f"/workbench/repairs/{repair.code}/")
    shot(counter, "to-be-taken")
    counter.get_by_role("button", name="Take the device").click()
    expect(counter.locator("#status-title")).to_have_text("Initial assessment")


def test_a_kiosk_left_alone_forgets_the_person(servers: Servers, visit: Visit, shop: Location) -> None:
    page = visit(None, TABLET)
    page.clock.install()
    page.goto("/check-in/?kiosk=1")
    page.get_by_label("Booking code").fill("BK-1234567")
    page.clock.fast_forward(61_000)
    expect(page.get_by_label("Booking code")).to_have_value("")


def test_the_owner_reorders_by_keyboard(servers: Servers, visit: Visit, shop: Location, olga: User) -> None:
    page = visit(olga, PHONE)
    page.goto("/workbench/settings/checklists/smartphone/")
    fits(page)
    shot(page, "edit-360")
    page.get_by_role("button", name="Move Touch up").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move Touch up")).to_be_visible()
    names = list(ChecklistItem.objects.filter(template__category="smartphone").values_list("key", flat=True))
    assert names.index("touch") == 2
