"""How long things take, in the location's opening hours: Monday to Saturday, 09:00 to 18:00, London."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.repairs import actions, search
from revivatech.repairs.estimates import ready_by, stage_due
from revivatech.shop.models import Closure, Location
from revivatech.testing.factories import make_repair

As = Callable[[User], Actor]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "start", "due"),
    [
        ("initial_assessment", "2026-11-23 10:00", "2026-11-23 12:00"),
        ("initial_assessment", "2026-11-23 17:00", "2026-11-24 10:00"),  # over the night
        ("diagnosis", "2026-11-28 16:00", "2026-11-30 11:00"),  # over Sunday
        ("diagnosis", "2026-11-22 12:00", "2026-11-23 13:00"),  # begun on a Sunday
        ("repair_work", "2026-11-23 09:00", "2026-11-23 17:00"),
        ("ready_for_pickup", "2026-11-23 17:55", "2026-11-24 09:10"),
        ("diagnosis", "2026-10-24 16:00", "2026-10-26 12:00"),  # the clocks go back in between
        ("diagnosis", "2026-03-28 16:00", "2026-03-30 10:00"),  # and forward: 11:00 in London is 10:00 UTC
    ],
)
def test_due_in_opening_hours(status: str, start: str, due: str, shop: Location) -> None:
    assert stage_due(make_repair(location=shop), status, at(start)) == at(due)


def test_a_closure_does_not_count(shop: Location) -> None:
    Closure.objects.create(location=shop, first=at("2026-11-24 00:00").date(), last=at("2026-11-25 00:00").date())
    assert stage_due(make_repair(location=shop), "diagnosis", at("2026-11-23 16:00")) == at("2026-11-26 11:00")


@pytest.mark.parametrize("status", ["booked", "awaiting_approval", "completed", "cancelled"])
def test_what_waits_for_others_has_no_clock(status: str, shop: Location) -> None:
    repair = make_repair(location=shop)
    assert stage_due(repair, status, at("2026-11-23 10:00")) is None
    assert ready_by(repair, status, at("2026-11-23 10:00")) is None


def test_the_work_agreed_sets_the_bench_time(shop: Location) -> None:
    repair = make_repair(location=shop, bench_minutes=45)
    assert stage_due(repair, "repair_work", at("2026-11-23 10:00")) == at("2026-11-23 10:45")
    # 45 minutes of work, 2 hours of checking, 3 of testing
    assert ready_by(repair, "repair_work", at("2026-11-23 10:00")) == at("2026-11-23 15:45")


def test_a_supplier_keeps_no_opening_hours(shop: Location) -> None:
    repair = make_repair(location=shop, bench_minutes=60, lead_days=3)
    assert stage_due(repair, "parts_ordering", at("2026-11-23 10:00")) == at("2026-11-26 10:30")
    # 30 + 60 + 120 + 180 minutes from Thursday 10:00
    assert ready_by(repair, "parts_ordering", at("2026-11-23 10:00")) == at("2026-11-26 16:30")
    # from diagnosis no parts are counted: most repairs need none
    assert ready_by(repair, "diagnosis", at("2026-11-23 09:00")) == at("2026-11-24 10:00")


def test_each_stage_starts_its_clock(shop: Location, fred: User, tess: User, actor: As) -> None:
    repair = make_repair(location=shop, agreed_pence=100)
    with clock.frozen(at("2026-11-23 10:00")):
        repair = actions.check_in(repair.code, by=actor(fred))
    assert (repair.received_at, repair.stage_due_at) == (at("2026-11-23 10:00"), at("2026-11-23 12:00"))
    assert repair.ready_by == at("2026-11-25 11:00")  # 2 + 4 + 8 + 2 + 3 hours
    with clock.frozen(at("2026-11-23 11:00")):
        actions.move(repair.code, "diagnosis", by=actor(tess), worked_minutes=20)
        waiting = actions.propose_price(repair.code, pence=9900, finding="Corroded.", by=actor(tess))
    assert (waiting.stage_due_at, waiting.ready_by) == (None, None)
    actions.record_answer(repair.code, approved=True, pence=9900, said_by="Al", how="phone", by=actor(fred))
    with clock.frozen(at("2026-11-27 17:30")):
        moved = actions.move(repair.code, "parts_ordering", by=actor(tess), lead_days=2)
    assert moved.stage_due_at == at("2026-11-30 09:30")  # Sunday, then Monday's first half hour
    runs = list(repair.runs.values_list("status", "worked_minutes", "estimate_minutes", "started_at"))
    assert runs == [
        ("initial_assessment", 20, 120, at("2026-11-23 10:00")),
        ("diagnosis", None, 240, at("2026-11-23 11:00")),
        ("awaiting_approval", None, 0, at("2026-11-23 11:00")),
        ("parts_ordering", None, 30, at("2026-11-27 17:30")),
    ]


@pytest.mark.parametrize(
    ("left", "word"), [(timedelta(minutes=61), ""), (timedelta(minutes=60), "due"), (timedelta(0), "due"), (timedelta(seconds=-1), "late")]
)  # fmt: skip
def test_lateness(left: timedelta, word: str, shop: Location) -> None:
    now = at("2026-11-23 10:00")
    repair = make_repair(location=shop, status="diagnosis", stage_due_at=now + left)
    assert search.lateness(repair, now) == word


def test_a_closed_repair_is_never_late(shop: Location) -> None:
    repair = make_repair(location=shop, status="cancelled", stage_due_at=at("2026-01-01 10:00"))
    assert search.lateness(repair) == ""
