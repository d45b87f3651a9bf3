"""Time on the job: started at the bench, running on every page that shows it, stopped by itself when the repair moves on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from revivatech.accounts.models import User
from revivatech.repairs.models import TimeEntry
from revivatech.repairs.timing.models import Ended
from revivatech.shop.models import Location
from revivatech.testing.browser import fits
from revivatech.testing.factories import make_repair

from .conftest import DESKTOP, PHONE, Servers

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def test_a_clock_from_start_to_the_next_stage(
    servers: Servers, visit: Visit, shop: Location, tess: User, mona: User
) -> None:
    first = make_repair(location=shop, status="diagnosis", assigned_to=tess)
    second = make_repair(location=shop, status="repair_work", agreed_pence=100, assigned_to=tess)
    manager = visit(mona, viewport=DESKTOP)
    manager.goto(f"/workbench/repairs/{second.code}/")
    expect(manager.locator("html[data-live-state=live]")).to_be_attached(timeout=20_000)

    bench = visit(tess, viewport=PHONE)
    bench.goto(f"/workbench/repairs/{first.code}/")
    start = bench.get_by_role("button", name="Start the clock")
    start.focus()
    bench.keyboard.press("Enter")
    expect(bench.locator("#time")).to_contain_text("0 min")
    bench.goto(f"/workbench/repairs/{second.code}/")
    bench.get_by_role("button", name="Start the clock").click()
    expect(bench.locator("#time [data-clock-since]")).to_be_visible()
    fits(bench)
    expect(manager.locator("#time")).to_contain_text("Tess since", timeout=10_000)  # by itself

    bench.goto(f"/workbench/repairs/{first.code}/")
    expect(bench.get_by_role("button", name="Go on")).to_be_visible()
    bench.goto("/workbench/")
    expect(bench.locator("#my-clock")).to_contain_text(second.code)
    bench.goto(f"/workbench/repairs/{second.code}/")
    bench.locator("#move-quality_check summary").click()
    expect(bench.locator("#move-quality_check")).to_contain_text("Running clocks stop with this step.")
    bench.locator("#move-quality_check").get_by_role("button", name="Quality check").click()
    expect(bench.locator("#status-title")).to_contain_text("Quality check")
    expect(bench.locator("#time [data-clock-since]")).to_have_count(0)
    ended = list(TimeEntry.objects.order_by("pk").values_list("repair_id", "ended"))
    assert ended == [(first.pk, Ended.SWITCHED), (second.pk, Ended.MOVED)]


def test_without_scripts_the_start_time_shows(servers: Servers, visit: Visit, shop: Location, tess: User) -> None:
    repair = make_repair(location=shop, status="diagnosis", assigned_to=tess)
    page = visit(tess, viewport=PHONE, java_script_enabled=False)
    page.goto(f"/workbench/repairs/{repair.code}/")
    page.get_by_role("button", name="Start the clock").click()
    expect(page.locator("#time time")).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Start the clock")).to_be_visible()
