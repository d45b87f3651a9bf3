"""Time counted in a location's opening hours.

Hours are wall-clock times in the location's zone; everything handed out is in UTC. When clocks go forward, a time that
does not exist means the moment of the change; when they go back, a time that happens twice means its first occurrence.
Closures (a day off, a bank holiday that was accepted) close whole local days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from revivatech.platform.questions import Question

from .models import Closure, Location, OpeningHours
from .problems import NoOpeningHours

# How far to look for the next opening before saying there is none.
LOOK_AHEAD = timedelta(days=800)
MOST_MINUTES = 10 * 366 * 24 * 60
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_LAST_DAY = date(9998, 12, 31)  # room for a zone's offset below the calendar's end
_FIRST_DAY = date(1, 1, 3)

Stretch = tuple[time, time]


_HOURS = Question(
    lambda ids: OpeningHours.objects.filter(location_id__in=ids).values_list(
        "location_id", "weekday", "opens", "closes"
    )
)
_CLOSED = Question(
    lambda ids: Closure.objects.filter(Q(location_id__in=ids) | Q(location=None)).values_list(
        "location_id", "first", "last"
    )
)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Open from `start` up to, not including, `end`. Both in UTC."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Calendar:
    """The opening hours and closures of one location, loaded once."""

    zone: ZoneInfo
    stretches: Mapping[int, tuple[Stretch, ...]]
    closures: tuple[tuple[date, date], ...] = ()
    location_id: int | None = field(default=None, compare=False)

    @classmethod
    def of(cls, location: Location) -> Calendar:
        """Two queries; none for hours that were prefetched."""
        return cls.of_each([location])[location.pk]

    @classmethod
    def of_each(cls, locations: Iterable[Location]) -> dict[int, Calendar]:
        """The calendars of several locations, by their id, in two queries together."""
        chosen = list(locations)
        ids = [location.pk for location in chosen]
        hours: dict[int, dict[int, list[Stretch]]] = {pk: {} for pk in ids}
        for pk, weekday, opens, closes in _HOURS(ids=tuple(ids)):
            hours[pk].setdefault(weekday, []).append((opens, closes))
        closed = _CLOSED(ids=tuple(ids))
        return {
            location.pk: cls(
                zone=location.zone,
                stretches={weekday: tuple(sorted(rows)) for weekday, rows in hours[location.pk].items()},
                closures=tuple((first, last) for pk, first, last in closed if pk in (None, location.pk)),
                location_id=location.pk,
            )
            for location in chosen
        }

    def is_closed(self, day: date) -> bool:
        """Whether a closure covers the local day."""
        return any(first <= day <= last for first, last in self.closures)

    def day(self, day: date) -> list[Interval]:
        """The open intervals that begin on a local day: sorted, apart from each other, none empty."""
        if self.is_closed(day):
            return []
        merged: list[Interval] = []
        for opens, closes in self.stretches.get(day.weekday(), ()):
            start, end = instant(day, opens, self.zone), instant(day, closes, self.zone)
            if start >= end:
                continue
            if merged and start <= merged[-1].end:
                merged[-1] = Interval(merged[-1].start, max(end, merged[-1].end))
            else:
                merged.append(Interval(start, end))
        return merged

    def intervals(self, first: date, last: date) -> list[Interval]:
        """Open intervals of the local days `first` to `last`, both included."""
        return [interval for day in _days(first, last) for interval in self.day(day)]

    def intervals_from(self, moment: datetime) -> Iterator[Interval]:
        """Open intervals from `moment` on, the first cut to begin there. Ends after `LOOK_AHEAD` without an opening."""
        day = _local_day(moment, self.zone)
        silent_since = day
        while self.stretches and day <= _LAST_DAY and day - silent_since <= LOOK_AHEAD:
            for interval in self.day(day):
                silent_since = day
                if interval.end > moment:
                    yield Interval(max(interval.start, moment), interval.end)
            day += _DAY

    def add(self, start: datetime, minutes: int) -> datetime:
        """The moment when `minutes` of opening time have passed since `start`.

        With 0 minutes: `start` when open, else the next opening. Work that ends with the day ends at closing time, not at
        the next opening. Raises `NoOpeningHours`.
        """
        if not 0 <= minutes <= MOST_MINUTES:
            raise ValueError(f"minutes must lie between 0 and {MOST_MINUTES}")
        left = minutes * _MINUTE
        for interval in self.intervals_from(start.astimezone(UTC)):
            if left <= interval.length:
                return interval.start + left
            left -= interval.length
        raise NoOpeningHours(location_id=self.location_id)

    def next_opening(self, moment: datetime) -> datetime:
        """`moment` itself when open, else the next opening. Raises `NoOpeningHours`."""
        return self.add(moment, 0)

    def between(self, start: datetime, end: datetime) -> int:
        """Whole minutes of opening time from `start` to `end`; 0 when `end` is not later."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        total = timedelta()
        for interval in self.intervals(_local_day(start, self.zone), _local_day(end, self.zone)):
            total += max(min(interval.end, end) - max(interval.start, start), timedelta())
        return total // _MINUTE

    def is_open_at(self, moment: datetime) -> bool:
        moment = moment.astimezone(UTC)
        return any(interval.start <= moment < interval.end for interval in self.day(_local_day(moment, self.zone)))


def open_intervals(location: Location, first: date, last: date) -> list[Interval]:
    return Calendar.of(location).intervals(first, last)


def add_open_minutes(location: Location, start: datetime, minutes: int) -> datetime:
    """See `Calendar.add`. Load the calendar once and ask it when there is more than one question."""
    return Calendar.of(location).add(start, minutes)


def open_minutes_between(location: Location, start: datetime, end: datetime) -> int:
    return Calendar.of(location).between(start, end)


def is_open_at(location: Location, moment: datetime) -> bool:
    return Calendar.of(location).is_open_at(moment)


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The first moment, in UTC, at which clocks in `zone` show `wall` or later on `day`."""
    local = datetime.combine(day, wall, tzinfo=zone)
    before = local.astimezone(UTC)
    if before.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return before
    return _change_of_clocks(local.replace(fold=1).astimezone(UTC), before, zone)


def _change_of_clocks(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The moment between `low` and `high` when the zone's offset changes; a wall time in the gap lies around it."""
    old = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def _local_day(moment: datetime, zone: ZoneInfo) -> date:
    clamped = min(max(moment.date(), _FIRST_DAY), _LAST_DAY)
    if clamped != moment.date():
        return clamped
    return moment.astimezone(zone).date()


def _days(first: date, last: date) -> Iterator[date]:
    for ordinal in range(max(first, _FIRST_DAY).toordinal(), min(last, _LAST_DAY).toordinal() + 1):
        yield date.fromordinal(ordinal)
