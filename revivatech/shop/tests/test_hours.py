"""Counting in opening hours: laws that hold for any week, and the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revivatech.shop.hours import (
    MOST_MINUTES,
    Calendar,
    Interval,
    add_open_minutes,
    instant,
    is_open_at,
    open_intervals,
    open_minutes_between,
)
from revivatech.shop.models import Closure, Location, OpeningHours
from revivatech.shop.problems import NoOpeningHours

LONDON = ZoneInfo("Europe/London")
NINE_TO_SIX = {weekday: ((time(9), time(18)),) for weekday in range(6)}
WITH_LUNCH = {weekday: ((time(9), time(13)), (time(14), time(18))) for weekday in range(5)}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- Laws --------------------------------------------------------------------------------------
zones = st.sampled_from(
    ["Europe/London", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Auckland", "Australia/Lord_Howe"]
)
wall_minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
stretches = st.tuples(wall_minutes, wall_minutes).filter(lambda pair: pair[0] < pair[1])
weeks = st.dictionaries(st.integers(0, 6), st.lists(stretches, min_size=1, max_size=3).map(tuple), min_size=1)
days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
closures = st.lists(st.tuples(days, st.integers(0, 20)), max_size=4).map(
    lambda pairs: tuple((first, first + timedelta(length)) for first, length in pairs)
)
calendars = st.builds(
    lambda zone, week, closed: Calendar(ZoneInfo(zone), {day: tuple(sorted(rows)) for day, rows in week.items()}, closed),
    zones, weeks, closures,
)  # fmt: skip
moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)
minutes = st.integers(0, 5000)
quick = settings(max_examples=150, deadline=None)


@quick
@given(calendars, moments, minutes)
def test_adding_and_counting_are_inverses(calendar: Calendar, start: datetime, count: int) -> None:
    assert calendar.between(start, calendar.add(start, count)) == count


@quick
@given(calendars, moments, minutes)
def test_adding_never_lands_in_closed_time(calendar: Calendar, start: datetime, count: int) -> None:
    end = calendar.add(start, count)
    local = end.astimezone(calendar.zone).date()
    around = calendar.intervals(local - timedelta(1), local)
    assert end >= start
    assert any(interval.start <= end <= interval.end for interval in around)
    if count == 0:
        assert calendar.is_open_at(end)


@quick
@given(calendars, moments, st.integers(0, 3000), minutes, minutes)
def test_later_starts_and_more_minutes_end_no_earlier(
    calendar: Calendar, start: datetime, later: int, few: int, more: int
) -> None:
    few, more = sorted((few, more))
    assert calendar.add(start, few) <= calendar.add(start, more)
    assert calendar.add(start, few) <= calendar.add(start + timedelta(minutes=later), few)


@quick
@given(calendars, moments, minutes, st.integers(1, 5000))
def test_adding_in_two_steps_is_adding_at_once(calendar: Calendar, start: datetime, one: int, two: int) -> None:
    assert calendar.add(calendar.add(start, one), two) == calendar.add(start, one + two)


@quick
@given(calendars, days)
def test_open_intervals_are_apart_in_order_and_never_on_a_closed_day(calendar: Calendar, first: date) -> None:
    found = calendar.intervals(first, first + timedelta(14))
    assert all(interval.start < interval.end for interval in found)
    assert all(one.end < other.start for one, other in pairwise(found))
    assert not any(calendar.is_closed(interval.start.astimezone(calendar.zone).date()) for interval in found)


@quick
@given(calendars, moments, moments, moments)
def test_time_counted_in_parts_adds_up(calendar: Calendar, one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    assert calendar.between(first, middle) + calendar.between(middle, last) == calendar.between(first, last)


# --- Examples ----------------------------------------------------------------------------------
def test_work_that_ends_with_the_day_ends_at_closing_time() -> None:
    calendar = Calendar(LONDON, NINE_TO_SIX)
    assert calendar.add(utc("2026-11-20 17:00"), 60) == utc("2026-11-20 18:00")
    assert calendar.add(utc("2026-11-20 17:00"), 61) == utc("2026-11-21 09:01")


def test_a_break_does_not_count() -> None:
    calendar = Calendar(LONDON, WITH_LUNCH)
    assert calendar.add(utc("2026-11-20 12:30"), 60) == utc("2026-11-20 14:30")
    assert calendar.between(utc("2026-11-20 12:30"), utc("2026-11-20 14:30")) == 60
    assert calendar.is_open_at(utc("2026-11-20 12:59")) is True
    assert calendar.is_open_at(utc("2026-11-20 13:00")) is False


def test_the_weekend_and_a_closure_are_skipped() -> None:
    calendar = Calendar(LONDON, WITH_LUNCH, ((date(2026, 11, 23), date(2026, 11, 24)),))
    assert calendar.add(utc("2026-11-20 17:30"), 60) == utc("2026-11-25 09:30")


@pytest.mark.parametrize(
    ("day", "wall", "expected"),
    [
        (date(2026, 3, 29), time(0, 30), "2026-03-29 00:30"),
        (date(2026, 3, 29), time(1, 0), "2026-03-29 01:00"),  # does not exist: the moment of the change
        (date(2026, 3, 29), time(1, 30), "2026-03-29 01:00"),
        (date(2026, 3, 29), time(2, 0), "2026-03-29 01:00"),
        (date(2026, 10, 25), time(1, 30), "2026-10-25 00:30"),  # happens twice: the first
        (date(2026, 10, 25), time(2, 0), "2026-10-25 02:00"),
    ],
)
def test_wall_times_on_the_days_clocks_change(day: date, wall: time, expected: str) -> None:
    assert instant(day, wall, LONDON) == utc(expected)


def test_a_night_is_an_hour_shorter_in_spring_and_longer_in_autumn() -> None:
    night = Calendar(LONDON, {6: ((time(0), time(6)),)})
    assert night.day(date(2026, 3, 29)) == [Interval(utc("2026-03-29 00:00"), utc("2026-03-29 05:00"))]
    assert night.day(date(2026, 10, 25)) == [Interval(utc("2026-10-24 23:00"), utc("2026-10-25 06:00"))]


def test_hours_that_fall_into_the_gap_are_no_hours() -> None:
    gap = Calendar(LONDON, {6: ((time(1), time(2)),)})
    assert gap.day(date(2026, 3, 29)) == []
    assert gap.add(utc("2026-03-28 12:00"), 10) == utc("2026-04-05 00:10")


def test_opening_at_nine_stays_nine_over_the_change() -> None:
    calendar = Calendar(LONDON, NINE_TO_SIX)
    assert calendar.next_opening(utc("2026-03-28 20:00")) == utc("2026-03-30 08:00")
    assert calendar.next_opening(utc("2026-10-24 20:00")) == utc("2026-10-26 09:00")


def test_overlapping_stretches_count_once() -> None:
    calendar = Calendar(LONDON, {0: ((time(9), time(13)), (time(12), time(18)), (time(18), time(19)))})
    assert calendar.day(date(2026, 11, 23)) == [Interval(utc("2026-11-23 09:00"), utc("2026-11-23 19:00"))]


def test_without_hours_there_is_an_answer_and_no_endless_loop() -> None:
    none = Calendar(LONDON, {})
    with pytest.raises(NoOpeningHours):
        none.add(utc("2026-11-20 12:00"), 1)
    assert none.between(utc("2026-11-20 12:00"), utc("2027-11-20 12:00")) == 0
    assert none.is_open_at(utc("2026-11-20 12:00")) is False
    closed_for_good = Calendar(LONDON, NINE_TO_SIX, ((date(2026, 1, 1), date(2400, 1, 1)),))
    with pytest.raises(NoOpeningHours):
        closed_for_good.next_opening(utc("2026-11-20 12:00"))


def test_odd_amounts_and_far_dates_are_answered() -> None:
    calendar = Calendar(LONDON, NINE_TO_SIX)
    for wrong in (-1, MOST_MINUTES + 1):
        with pytest.raises(ValueError, match="minutes must lie"):
            calendar.add(utc("2026-11-20 12:00"), wrong)
    assert calendar.intervals(date(9998, 12, 31), date.max) == calendar.day(date(9998, 12, 31))
    with pytest.raises(NoOpeningHours):
        calendar.add(datetime.max.replace(tzinfo=UTC), 10)
    assert calendar.between(utc("2026-11-20 12:00"), utc("2026-11-19 12:00")) == 0


# --- Rows --------------------------------------------------------------------------------------
def test_closures_of_a_location_and_of_the_business_close_it(shop: Location, manchester: Location) -> None:
    monday = date(2026, 11, 23)
    Closure.objects.create(location=shop, first=monday, last=monday, reason="Stock-take")
    Closure.objects.create(location=None, first=date(2026, 11, 24), last=date(2026, 11, 24), reason="Staff day")
    assert open_intervals(shop, monday, date(2026, 11, 25)) == [
        Interval(utc("2026-11-25 09:00"), utc("2026-11-25 18:00"))
    ]
    assert [interval.start for interval in open_intervals(manchester, monday, date(2026, 11, 25))] == [
        utc("2026-11-23 09:00"),
        utc("2026-11-25 09:00"),
    ]


def test_the_functions_ask_the_stored_week(shop: Location) -> None:
    assert add_open_minutes(shop, utc("2026-11-21 17:30"), 45) == utc("2026-11-23 09:15")
    assert open_minutes_between(shop, utc("2026-11-21 17:30"), utc("2026-11-23 09:15")) == 45
    assert is_open_at(shop, utc("2026-11-21 17:30")) is True
    assert is_open_at(shop, utc("2026-11-22 12:00")) is False


def test_many_locations_take_two_queries(
    shop: Location, manchester: Location, django_assert_num_queries: object
) -> None:
    OpeningHours.objects.filter(location=manchester).delete()
    with django_assert_num_queries(2):  # type: ignore[operator]
        calendars = Calendar.of_each([shop, manchester])
    assert calendars[shop.pk].stretches == {weekday: ((time(9), time(18)),) for weekday in range(6)}
    assert calendars[manchester.pk].stretches == {}
