"""When a warranty begins and ends, line by line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from revivatech.accounts.models import User
from revivatech.catalogue.pricing import DeviceAsk, IssueAsk, quote
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.repairs.models import Repair, WarrantyLine
from revivatech.repairs.warranty import clocks, cover
from revivatech.shop.models import Location
from revivatech.testing.booking import make_service
from revivatech.testing.factories import make_business, make_location, make_repair

from .fixtures import complete, done, line_of

__all__ = ["done"]

As = Callable[[User], Actor]

CLOCKS: list[tuple[str, str, str, int, str, str]] = [
    # what, zone, handed over (UTC), days, first day, last day
    ("ordinary", "Europe/London", "2026-03-02T12:00", 90, "2026-03-02", "2026-05-31"),
    ("clocks go forward in between", "Europe/London", "2026-03-28T12:00", 1, "2026-03-28", "2026-03-29"),
    ("clocks go back in between", "Europe/London", "2026-10-24T12:00", 2, "2026-10-24", "2026-10-26"),
    ("summer: late evening UTC is tomorrow", "Europe/London", "2026-06-30T23:30", 1, "2026-07-01", "2026-07-02"),
    ("winter: the same hour is today", "Europe/London", "2026-12-30T23:30", 1, "2026-12-30", "2026-12-31"),
    ("a leap year has its day", "Europe/London", "2028-02-28T12:00", 1, "2028-02-28", "2028-02-29"),
    ("a year from the leap day", "Europe/London", "2028-02-29T12:00", 365, "2028-02-29", "2029-02-28"),
    ("a year over a leap day", "Europe/London", "2027-03-01T12:00", 365, "2027-03-01", "2028-02-29"),
    ("over new year", "Europe/London", "2026-12-31T12:00", 1, "2026-12-31", "2027-01-01"),
    ("far east: already tomorrow", "Pacific/Kiritimati", "2026-03-02T12:00", 7, "2026-03-03", "2026-03-10"),
    ("far west: still yesterday", "Pacific/Pago_Pago", "2026-03-02T05:00", 7, "2026-03-01", "2026-03-08"),
    ("a day the zone skipped", "Pacific/Apia", "2011-12-29T20:00", 2, "2011-12-29", "2011-12-31"),
    ("longer than anybody means", "Europe/London", "2026-03-02T12:00", 99_999, "2026-03-02", "2126-02-06"),
]


@pytest.mark.parametrize(("what", "zone", "at", "days", "first", "last"), CLOCKS, ids=[row[0] for row in CLOCKS])
def test_clocks(
    what: str, zone: str, at: str, days: int, first: str, last: str, shop: Location, olga: User, actor: As
) -> None:
    make_business(warranty_days=days)
    place = make_location(zone_name=zone)
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    repair = make_repair(location=place, services=["screen"], created_at=moment - timedelta(days=1))
    line = line_of(complete(repair, actor(olga), at=moment))
    assert (line.starts_on.isoformat(), line.ends_on.isoformat()) == (first, last)
    assert line.runs_on(line.starts_on)
    assert line.runs_on(line.ends_on)
    assert not line.runs_on(line.ends_on + timedelta(days=1))
    assert not line.runs_on(line.starts_on - timedelta(days=1))


@pytest.mark.parametrize(
    ("at", "covered"),
    [
        (datetime(2026, 3, 2, 12, tzinfo=UTC), True),
        (datetime(2026, 5, 31, 22, 59, 59, tzinfo=UTC), True),  # 23:59:59 in London, in summer time
        (datetime(2026, 5, 31, 23, 0, tzinfo=UTC), False),  # midnight there
        (datetime(2026, 6, 1, 12, tzinfo=UTC), False),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), False),  # before it began
    ],
)
def test_the_last_day_is_inside_until_midnight_at_the_location(at: datetime, covered: bool, done: Repair) -> None:
    found = cover.check(done, [line_of(done)], device_id=done.device_id, at=at)
    assert found.covered == covered


def test_each_line_has_its_own_clock(shop: Location, fred: User, actor: As) -> None:
    make_service("screen", pence=15000, qualities={"premium": 20000})
    make_service("battery", pence=8000)
    issues = (IssueAsk("screen", "premium"), IssueAsk("battery"), IssueAsk("diagnostic"))
    make_service("diagnostic", pence=4000)
    price = quote([DeviceAsk("laptop", issues=issues)], urgency="priority", handover="drop_off")
    repair = complete(make_repair(location=shop, price=price.as_json(), agreed_pence=price.total_pence), actor(fred))
    assert [(row.service_key, row.quality, row.days, row.ends_on) for row in repair.warranty_lines.all()] == [
        ("screen", "premium", 365, date(2027, 3, 2)),
        ("battery", "", 90, date(2026, 5, 31)),
    ]
    started = EventRecord.objects.get(name="repair.warranty_started")
    assert [line["days"] for line in started.payload["lines"]] == [365, 90]


@pytest.mark.parametrize("outcome", ["declined", "no_fault_found", "not_repairable"])
def test_no_repair_no_warranty(outcome: str, shop: Location, fred: User, actor: As) -> None:
    complete(make_repair(location=shop, outcome=outcome), actor(fred))
    assert not WarrantyLine.objects.exists()
    assert not EventRecord.objects.filter(name="repair.warranty_started").exists()


def test_a_source_above_is_believed(shop: Location, fred: User, actor: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "SOURCES", [lambda repair: None, lambda repair: [clocks.Work("Hinge", 7, "hinge")]])
    repair = complete(make_repair(location=shop), actor(fred))
    assert [(row.label, row.days) for row in repair.warranty_lines.all()] == [("Hinge", 7)]
