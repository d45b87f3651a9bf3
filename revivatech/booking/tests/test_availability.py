"""Which times are offered: the arithmetic for any shop, and the loading for ours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from revivatech.booking import availability
from revivatech.booking.availability import Held, Rules, by_day, finished_same_day, offered
from revivatech.platform import clock
from revivatech.shop.hours import Calendar, Interval
from revivatech.shop.models import Closure, DailyCap, Location, OpeningHours
from revivatech.testing.booking import hold_place, make_booking

LONDON = ZoneInfo("Europe/London")
# Monday 1 June 2026, 08:00 in London.
MONDAY = datetime(2026, 6, 1, 7, tzinfo=UTC)


def rules(**changes: object) -> Rules:
    values: dict[str, object] = {
        "slot": timedelta(minutes=30), "buffer": timedelta(), "places": 2, "notice": timedelta(hours=2),
        "horizon_days": 30, "zone": LONDON, **changes,
    }  # fmt: skip
    return Rules(**values)  # type: ignore[arg-type]


def at(hour: int, minute: int = 0, *, day: int = 1) -> datetime:
    """London wall time in June 2026, as UTC."""
    return datetime(2026, 6, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


class TestArithmetic:
    def test_a_working_day_in_half_hours_after_the_notice(self) -> None:
        found = offered([Interval(at(9), at(12))], rules(), now=MONDAY)
        assert [(slot.starts_at, slot.free) for slot in found] == [
            (at(10), 2),
            (at(10, 30), 2),
            (at(11), 2),
            (at(11, 30), 2),
        ]

    def test_a_break_and_a_buffer_are_kept_free(self) -> None:
        found = offered(
            [Interval(at(12), at(13)), Interval(at(14), at(15))], rules(buffer=timedelta(minutes=15)), now=MONDAY
        )
        assert [slot.starts_at for slot in found] == [at(12), at(14)]

    def test_a_slot_that_would_outlast_closing_time_is_not_offered(self) -> None:
        assert offered([Interval(at(11), at(11, 29))], rules(), now=MONDAY) == []

    def test_the_last_day_of_the_horizon_is_in_and_the_next_is_not(self) -> None:
        opening = [Interval(at(9, day=day), at(9, 30, day=day)) for day in (8, 9)]
        assert [slot.starts_at for slot in offered(opening, rules(horizon_days=7), now=MONDAY)] == [at(9, day=8)]

    def test_held_places_and_walk_in_share_are_taken_off(self) -> None:
        held = [Held(at(10), at(10, 30), 1), Held(at(10), at(10, 30), 2), Held(at(10, 30), at(11), 1)]
        found = offered([Interval(at(10), at(11, 30))], rules(), now=MONDAY, held=held)
        assert [slot.free for slot in found] == [0, 1, 2]

    def test_places_held_on_an_older_grid_count_where_they_overlap(self) -> None:
        held = [Held(at(10, 15), at(10, 45), 1)]
        found = offered([Interval(at(10), at(11, 30))], rules(places=1), now=MONDAY, held=held)
        assert [slot.free for slot in found] == [0, 0, 1]

    def test_two_halves_of_one_place_take_one_place_of_a_longer_slot(self) -> None:
        held = [Held(at(10), at(10, 30), 1), Held(at(10, 30), at(11), 1)]
        (slot,) = offered([Interval(at(10), at(11))], rules(slot=timedelta(hours=1)), now=MONDAY, held=held)
        assert slot.free == 1

    def test_nothing_is_left_when_the_owner_lowered_the_capacity(self) -> None:
        held = [Held(at(10), at(10, 30), 1), Held(at(10), at(10, 30), 2)]
        (slot,) = offered([Interval(at(10), at(10, 30))], rules(places=1), now=MONDAY, held=held)
        assert slot.free == 0

    def test_a_day_whose_cap_is_reached_is_full(self) -> None:
        (slot,) = offered([Interval(at(10), at(10, 30))], rules(), now=MONDAY, full_days={date(2026, 6, 1)})
        assert slot.free == 0

    def test_a_same_day_promise_needs_the_bench_time_before_closing(self) -> None:
        opening = [Interval(at(9), at(13)), Interval(at(14), at(18))]
        found = offered(opening, rules(notice=timedelta()), now=MONDAY)
        kept = finished_same_day(found, opening, LONDON, 240)
        assert kept[-1].starts_at == at(12, 30) + timedelta(hours=1, minutes=30)  # 14:00: four hours to closing
        assert finished_same_day(found, opening, LONDON, 9 * 60) == []

    def test_days_are_local_days(self) -> None:
        late = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)  # half past midnight on Tuesday in London
        (day,) = by_day([availability.Slot(late, late + timedelta(minutes=30), 1)], LONDON)
        assert day.date == date(2026, 6, 2)


minutes = st.integers(min_value=0, max_value=240)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is not a failure
@given(
    slot=st.integers(5, 240), buffer=st.integers(0, 60), places=st.integers(0, 5), notice=st.integers(0, 3000),
    horizon=st.integers(0, 60), opening=st.lists(st.tuples(st.integers(0, 40), minutes, minutes), max_size=6),
    held=st.lists(st.tuples(st.integers(0, 40 * 48), st.integers(5, 120), st.integers(1, 6)), max_size=20),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
)  # fmt: skip
def test_every_slot_offered_keeps_every_rule(
    slot: int, buffer: int, places: int, notice: int, horizon: int, opening: list[tuple[int, int, int]],
    held: list[tuple[int, int, int]], now: datetime,
) -> None:  # fmt: skip
    rule = rules(
        slot=timedelta(minutes=slot), buffer=timedelta(minutes=buffer), places=places, notice=timedelta(minutes=notice),
        horizon_days=horizon,
    )  # fmt: skip
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    intervals = [
        Interval(start, start + timedelta(minutes=length))
        for day, shift, length in sorted({day: (day, shift, length) for day, shift, length in opening}.values())
        if length and (start := midnight + timedelta(days=day, hours=9, minutes=shift))
    ]
    taken = [
        Held(start, start + timedelta(minutes=length), number)
        for half_hours, length, number in held
        if (start := midnight + timedelta(minutes=30 * half_hours))
    ]
    found = offered(intervals, rule, now=now, held=taken)
    assert [one.starts_at for one in found] == sorted(one.starts_at for one in found)
    for before, after in pairwise(found):
        assert after.starts_at >= before.ends_at
    for one in found:
        assert one.ends_at - one.starts_at == rule.slot
        assert any(i.start <= one.starts_at and one.ends_at <= i.end for i in intervals)
        assert one.starts_at >= now + rule.notice
        assert (one.starts_at.astimezone(LONDON).date() - now.astimezone(LONDON).date()).days <= horizon
        overlapping = {h.number for h in taken if h.starts_at < one.ends_at and one.starts_at < h.ends_at}
        assert one.free == max(0, places - len(overlapping))


@pytest.mark.parametrize(("day", "first", "last"), [(date(2026, 3, 29), 9, 8), (date(2026, 10, 25), 9, 9)])
def test_clocks_change_and_the_shop_still_opens_at_nine(day: date, first: int, last: int) -> None:
    """On the Sundays of the change and the days around them, slots start at 09:00 London time, not an hour off."""
    calendar = Calendar(LONDON, {weekday: ((time(9), time(10)),) for weekday in range(7)})
    around = [day + timedelta(days=shift) for shift in (-1, 0, 1)]
    found = offered(
        calendar.intervals(around[0], around[-1]), rules(), now=datetime.combine(around[0], time(0), tzinfo=UTC)
    )
    assert [one.starts_at.astimezone(LONDON).strftime("%d %H:%M") for one in found] == [
        f"{one:%d} {wall}" for one in around for wall in ("09:00", "09:30")
    ]


def test_the_hour_that_does_not_exist_is_not_offered_and_the_repeated_one_is_offered_once_each() -> None:
    calendar = Calendar(LONDON, {6: ((time(0, 30), time(3)),)})
    rule = rules(notice=timedelta())
    spring = offered(calendar.day(date(2026, 3, 29)), rule, now=datetime(2026, 3, 28, tzinfo=UTC))
    assert [one.starts_at.astimezone(LONDON).strftime("%H:%M") for one in spring] == ["00:30", "02:00", "02:30"]
    autumn = offered(calendar.day(date(2026, 10, 25)), rule, now=datetime(2026, 10, 24, tzinfo=UTC))
    assert len({one.starts_at for one in autumn}) == len(autumn) == 7  # 3.5 hours of real time


class TestLoading:
    @pytest.fixture(autouse=True)
    def _monday(self, shop: Location) -> None:
        """Monday 1 June 2026, before opening; no notice, so that whole days count."""
        Location.objects.filter(pk=shop.pk).update(notice_minutes=0)

    def slots(self, shop: Location, first: int, last: int, **asked: object) -> list[availability.Slot]:
        shop.refresh_from_db()
        with clock.frozen(MONDAY):
            return availability.slots(shop, date(2026, 6, first), date(2026, 6, last), **asked)  # type: ignore[arg-type]

    def test_a_day_has_eighteen_slots_and_sunday_none(self, shop: Location) -> None:
        assert [len(day.slots) for day in by_day(self.slots(shop, 1, 7), LONDON)] == [18] * 6

    def test_closures_of_the_shop_and_of_the_business(self, shop: Location, manchester: Location) -> None:
        Closure.objects.create(location=shop, first=date(2026, 6, 2), last=date(2026, 6, 3), reason="Stock-take")
        Closure.objects.create(location=None, first=date(2026, 6, 4), last=date(2026, 6, 4), reason="Bank holiday")
        Closure.objects.create(location=manchester, first=date(2026, 6, 5), last=date(2026, 6, 5), reason="Elsewhere")
        assert [day.date.day for day in by_day(self.slots(shop, 1, 6), LONDON)] == [1, 5, 6]

    def test_a_break_is_a_gap_between_two_stretches(self, shop: Location) -> None:
        OpeningHours.objects.filter(location=shop, weekday=0).update(closes=time(12))
        OpeningHours.objects.create(location=shop, weekday=0, opens=time(13), closes=time(18))
        starts = [slot.starts_at for slot in self.slots(shop, 1, 1)]
        assert at(11, 30) in starts
        assert at(12) not in starts
        assert at(13) in starts

    def test_walk_in_places_are_never_sold_online(self, shop: Location) -> None:
        Location.objects.filter(pk=shop.pk).update(slot_capacity=3, walk_in_places=2)
        assert {slot.free for slot in self.slots(shop, 1, 1)} == {1}

    def test_a_held_place_is_taken_off(self, shop: Location) -> None:
        hold_place(shop, at(10))
        assert {slot.starts_at: slot.free for slot in self.slots(shop, 1, 1)}[at(10)] == 1

    def test_the_booking_being_moved_does_not_stand_in_its_own_way(self, shop: Location) -> None:
        booking = hold_place(shop, at(10)).booking
        found = self.slots(shop, 1, 1, moving=booking.pk)
        assert {slot.starts_at: slot.free for slot in found}[at(10)] == 2

    def test_the_past_and_the_far_future_offer_nothing(self, shop: Location) -> None:
        with clock.frozen(MONDAY):
            assert availability.slots(shop, date(2020, 1, 1), date(2020, 12, 31)) == []
            assert availability.slots(shop, date(2031, 1, 1), date(9999, 12, 31)) == []
            assert availability.slots(shop, date(1, 1, 1), date(9999, 12, 31))[-1].starts_at.date() == date(2026, 7, 1)

    def test_post_has_no_slots(self, shop: Location) -> None:
        assert self.slots(shop, 1, 6, handover="post") == []

    @pytest.mark.parametrize(
        ("kind", "asked"),
        [
            ("screen", {"services": ["screen"]}),
            ("same_day", {"urgency": "same_day"}),
            ("collection", {"handover": "collection"}),
        ],
    )
    def test_a_daily_cap_fills_the_day_for_that_kind_of_work_alone(
        self, shop: Location, kind: str, asked: dict[str, object]
    ) -> None:
        DailyCap.objects.create(location=shop, kind=kind, at_most=1)
        booking = make_booking(location=shop, starts_at=at(10))
        booking.cap_places.create(location=shop, day=date(2026, 6, 1), kind=kind, place=1)
        assert {slot.free for slot in self.slots(shop, 1, 1, **asked)} == {0}
        assert 0 not in {slot.free for slot in self.slots(shop, 2, 2, **asked)}
        assert 0 not in {slot.free for slot in self.slots(shop, 1, 1, services=["battery"])}

    def test_a_cap_of_nought_means_never(self, shop: Location) -> None:
        DailyCap.objects.create(location=shop, kind="board", at_most=0)
        assert {slot.free for slot in self.slots(shop, 1, 6, services=["board"])} == {0}

    def test_next_free_looks_forward_first(self, shop: Location) -> None:
        hold_place(shop, at(10)), hold_place(shop, at(10))
        shop.refresh_from_db()
        with clock.frozen(MONDAY):
            assert [slot.starts_at for slot in availability.next_free(shop, at(10), 2)] == [at(10, 30), at(11)]
            last = availability.next_free(shop, at(17, 30, day=30) + timedelta(days=1), 3)
        assert len(last) == 3

    def test_two_weeks_cost_a_handful_of_queries(self, shop: Location, django_assert_num_queries: object) -> None:
        DailyCap.objects.create(location=shop, kind="screen", at_most=9)
        from django.db import connection

        with CaptureQueriesContext(connection) as seen:
            assert self.slots(shop, 1, 14, services=["screen"])
        ours = [q for q in seen.captured_queries if "refresh" not in q["sql"]]
        assert len(ours) <= 6  # the location again, hours, closures, places, caps, uses
