"""A technician clicks; the customer's page changes by itself, in every window it is open in."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor
from revivatech.repairs import actions
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.browser import fits
from revivatech.testing.factories import make_repair

from .conftest import PHONE, Servers

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def stay(page: Page) -> None:
    """Leave a mark that a reload would wipe away, once the page listens to the hub."""
    expect(page.locator("html[data-live-state=live]")).to_be_attached(timeout=20_000)
    page.evaluate("window.stayed = true")


def never_reloaded(page: Page) -> bool:
    return bool(page.evaluate("window.stayed === true"))


def status_of(page: Page, words: str) -> None:
    expect(page.locator("#now-title")).to_have_text(words, timeout=5_000)


def test_one_click_changes_the_customers_page_in_two_browsers(
    servers: Servers, visit: Visit, shop: Location, tess: User, alice: User
) -> None:

    repair = make_repair(location=shop, customer=alice.customer, status="diagnosis", agreed_pence=15000)
    by_link, portal, dashboard = visit(viewport=PHONE), visit(alice), visit(alice)
    by_link.goto(f"/track/{repair.token}/")
    portal.goto(f"/account/repairs/{repair.code}/")
    dashboard.goto("/account/")
    for page in (by_link, portal, dashboard):
        stay(page)
    status_of(by_link, "Diagnosis")
    bench = visit(tess)
    bench.goto(f"/workbench/repairs/{repair.code}/")
    bench.locator("#move-repair_work > summary").click()
    bench.get_by_role("button", name="Repair work").click()
    clicked = time.monotonic()
    status_of(by_link, "Repair work")
    status_of(portal, "Repair work")
    assert time.monotonic() - clicked < 5  # about a second on a machine that is not busy with tests
    expect(dashboard.locator(f"#repair-{repair.pk}")).to_contain_text("Stage 4 of 7: Repair work")
    expect(by_link.locator("#repair-now")).to_contain_text("Your device is on the bench.")
    expect(by_link.locator("[aria-current=step]")).to_contain_text("Repair work")
    assert [never_reloaded(page) for page in (by_link, portal, dashboard)] == [True, True, True]


def test_after_a_cut_line_the_page_catches_up(
    servers: Servers, visit: Visit, shop: Location, tess: User, alice: User, actor: Callable[[User], Actor]
) -> None:

    repair = make_repair(location=shop, customer=alice.customer, status="diagnosis", agreed_pence=15000)
    page = visit()
    page.goto(f"/track/{repair.token}/")
    stay(page)
    servers.stop("live")
    expect(page.locator("html[data-live-state=polling]")).to_be_attached()
    actions.move(repair.code, "repair_work", by=actor(tess))  # nobody is there to tell it
    servers.start("live")
    expect(page.locator("html[data-live-state=live]")).to_be_attached(timeout=30_000)
    expect(page.locator("#now-title")).to_have_text("Repair work", timeout=10_000)
    actions.move(repair.code, "quality_check", by=actor(tess))
    status_of(page, "Quality check")
    assert never_reloaded(page)


def test_the_customer_answers_and_the_bench_sees_it(
    servers: Servers, visit: Visit, shop: Location, tess: User, alice: User, actor: Callable[[User], Actor]
) -> None:

    repair = make_repair(location=shop, customer=alice.customer, status="diagnosis")
    bench, phone = visit(tess), visit(viewport=PHONE)
    bench.goto(f"/workbench/repairs/{repair.code}/")
    phone.goto(f"/track/{repair.token}/")
    stay(bench)
    stay(phone)
    actions.propose_price(repair.code, pence=19900, finding="The board is corroded.", by=actor(tess))
    expect(phone.get_by_role("heading", name="We need your answer")).to_be_visible()
    assert never_reloaded(phone)
    phone.get_by_label("Your name").fill("Alice Archer")
    phone.get_by_role("button", name="Approve").click()
    expect(phone.get_by_text("Thank you. We have your answer.")).to_be_visible()
    expect(phone.get_by_text("We have your answer and will go on from there.").first).to_be_visible()
    expect(bench.locator("#repair-now")).to_contain_text("£199.00 approved by Alice Archer")
    assert never_reloaded(bench)


def test_what_is_being_typed_survives_a_colleagues_change(
    servers: Servers, visit: Visit, shop: Location, tess: User, mona: User, actor: Callable[[User], Actor]
) -> None:

    repair = make_repair(location=shop, status="diagnosis", agreed_pence=15000)
    page = visit(tess)
    page.goto(f"/workbench/repairs/{repair.code}/")
    stay(page)
    page.get_by_role("textbox", name="Note").fill("The connector is loose; I")
    actions.add_note(repair.code, body="From Mona", for_customer=False, by=actor(mona))
    expect(page.get_by_text("From Mona").first).to_be_visible()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("The connector is loose; I")
    assert never_reloaded(page)


def test_on_a_phone_without_javascript_everything_is_there(
    servers: Servers, visit: Visit, shop: Location, tess: User, actor: Callable[[User], Actor]
) -> None:

    repair = make_repair(location=shop, status="diagnosis", agreed_pence=15000, accessories="Charger")
    actions.add_note(repair.code, body="The part is in stock.", for_customer=True, by=actor(tess))
    actions.propose_price(repair.code, pence=19900, finding="The board is corroded.", by=actor(tess))
    page = visit(viewport=PHONE, java_script_enabled=False)
    page.goto(f"/track/{repair.token}/")
    for words in (
        repair.code, "Awaiting approval", "The board is corroded.", "£199.00", "£150.00", "The part is in stock.",
        "Charger", "London Bridge", "Initial assessment", "Ready for pickup",
    ):  # fmt: skip
        expect(page.get_by_text(words).first).to_be_visible()
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_text("We have noted that you declined.")).to_be_visible()
    repair.refresh_from_db()
    assert (repair.proposed_pence, repair.agreed_pence) == (None, 15000)


def drag(page: Page, what: Locator, where: Locator) -> None:
    """With the mouse, once the board stands still: `drag_to` scrolls with the button down, which takes the card from under the pointer."""
    where.hover(trial=True)
    what.hover(trial=True)
    for box, press in ((what.bounding_box(), page.mouse.down), (where.bounding_box(), page.mouse.up)):
        assert box
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20, steps=5)
        press()


def test_the_board_moves_by_keyboard_and_by_drag(servers: Servers, visit: Visit, shop: Location, tess: User) -> None:

    repair = make_repair(location=shop, status="diagnosis", agreed_pence=15000)
    board, colleague = visit(tess), visit(tess)
    for page in (board, colleague):
        page.goto("/workbench/board/")
        fits(page)
    stay(colleague)
    card = f"#card-{repair.pk}"
    select = board.locator(f"{card} select")
    select.focus()
    select.select_option("repair_work")
    board.keyboard.press("Tab")
    board.keyboard.press("Enter")
    expect(
        board.get_by_text(f"{repair.code}: Repair work")
    ).to_be_visible()  # the answer's own page, not the live update
    expect(board.locator(f"#column-repair_work {card}")).to_be_visible()
    expect(colleague.locator(f"#column-repair_work {card}")).to_be_visible()
    stay(board)  # its scripts have run
    drag(board, board.locator(card), board.locator("#column-quality_check"))
    expect(board.get_by_text(f"{repair.code}: Quality check")).to_be_visible()
    expect(board.locator(f"#column-quality_check {card}")).to_be_visible()
    expect(colleague.locator(f"#column-quality_check {card}")).to_be_visible()
    assert never_reloaded(colleague)
    # a step that needs more than a click opens on the repair's own page
    Repair.objects.filter(pk=repair.pk).update(status="final_testing", version=9)
    board.reload()
    board.locator(f"{card} select").select_option("ready_for_pickup")
    board.locator(f"{card} button").click()
    expect(board.locator("#move-ready_for_pickup")).to_have_attribute("open", "")
