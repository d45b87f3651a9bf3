"""Several repairs by keyboard alone: walked to, ticked, looked at, assigned, taken back. And keys that stay quiet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from revivatech.accounts.models import User
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.factories import make_repair

from .conftest import Servers

pytestmark = pytest.mark.browser


def test_assign_two_by_keyboard(
    shop: Location, tess: User, mona: User, servers: Servers, visit: Callable[..., Page]
) -> None:
    repairs = [make_repair(location=shop, status="diagnosis", agreed_pence=15000) for _number in range(3)]
    page = visit(mona)
    page.goto(f"{servers.url}/workbench/board/")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url(f"{servers.url}/workbench/")
    expect(page.locator(".bulk-bar")).to_be_hidden()
    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator(".row-tick input:checked")).to_have_count(2)
    page.keyboard.press("a")
    expect(page.locator("#bulk-step")).to_be_focused()
    page.locator("#bulk-step").select_option(f"assign:{tess.pk}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible()
    page.get_by_role("button", name="Do it for 2 repairs").press("Enter")
    expect(page.get_by_text("2 of 2 done.")).to_be_visible()
    assert Repair.objects.filter(assigned_to=tess).count() == 2
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("Taken back", exact=True)).to_have_count(2)
    assert Repair.objects.filter(assigned_to=tess).count() == 0

    page.goto(f"{servers.url}/workbench/repairs/{repairs[0].code}/")
    page.keyboard.press("n")
    expect(page.locator("#note-body")).to_be_focused()
    page.keyboard.type("n? x m")
    expect(page.locator("#note-body")).to_have_value("n? x m")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_switched_off_no_key_does_anything(
    shop: Location, tess: User, servers: Servers, visit: Callable[..., Page]
) -> None:
    make_repair(location=shop, status="diagnosis")
    page = visit(tess)
    page.goto(f"{servers.url}/workbench/")
    page.keyboard.press("?")
    page.get_by_role("link", name="how to switch them off").click()
    page.get_by_role("button", name="Switch them off").click()
    expect(page.get_by_text("Shortcuts are off for you")).to_be_visible()
    page.goto(f"{servers.url}/workbench/")
    for key in "?jxgb":
        page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".row-tick input:checked")).to_have_count(0)
    assert page.url == f"{servers.url}/workbench/"
