"""Which times can still be booked.

The arithmetic is pure (`offered`): opening intervals, rules, what is held, what is capped, and the present moment go in,
slots come out. `slots` loads those for a location in a handful of queries, whatever the number of days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count

from revivatech.platform import clock
from revivatech.platform.questions import Question
from revivatech.shop.hours import Interval, instant, open_intervals
from revivatech.shop.models import DailyCap, Location

from .models import CapPlace, Handover, SlotPlace, Urgency

# Kinds of work with a daily cap besides the services themselves.
SAME_DAY = "same_day"
COLLECTION = "collection"

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time to bring or collect a device, in UTC. `free` places are left for booking online; 0 is shown as full."""

    starts_at: datetime
    ends_at: datetime
    free: int
    taken: Collection[int] = field(default=(), compare=False)  # the numbers of the places that are held


@dataclass(frozen=True, slots=True)
class Day:
    """The slots of one local day."""

    date: date
    slots: tuple[Slot, ...]

    @property
    def free(self) -> int:
        return sum(1 for slot in self.slots if slot.free)


@dataclass(frozen=True, slots=True)
class Rules:
    """A location's slot rules. `places` are those of each slot that are booked online, walk-ins already taken off."""

    slot: timedelta
    buffer: timedelta
    places: int
    notice: timedelta
    horizon_days: int
    zone: ZoneInfo

    @classmethod
    def of(cls, location: Location) -> Rules:
        return cls(
            slot=timedelta(minutes=location.slot_minutes),
            buffer=timedelta(minutes=location.buffer_minutes),
            places=max(0, location.slot_capacity - location.walk_in_places),
            notice=timedelta(minutes=location.notice_minutes),
            horizon_days=location.horizon_days,
            zone=location.zone,
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A numbered place at the counter, taken for a while."""

    starts_at: datetime
    ends_at: datetime
    number: int


def kinds_of(*, handover: str, urgency: str, services: Iterable[str]) -> frozenset[str]:
    """The kinds of work of a booking that a daily cap may count."""
    kinds = set(services)
    if urgency == Urgency.SAME_DAY:
        kinds.add(SAME_DAY)
    if handover == Handover.COLLECTION:
        kinds.add(COLLECTION)
    return frozenset(kinds)


def grid(intervals: Iterable[Interval], rules: Rules) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of every slot: from each opening on, buffer between, the last one over by closing time."""
    for interval in intervals:
        start = interval.start
        while start + rules.slot <= interval.end:
            yield start, start + rules.slot
            start += rules.slot + rules.buffer


def offered(
    intervals: Sequence[Interval],
    rules: Rules,
    *,
    now: datetime,
    held: Collection[Held] = (),
    full_days: Collection[date] = (),
) -> list[Slot]:
    """The slots within notice and horizon, each with the places left.

    A held place is missing from every slot it overlaps, for the owner may have changed the slots since. On `full_days` nothing is left: the cap of this kind of work is reached.
    """
    earliest, over = now + rules.notice, _end_of_day(now, rules)
    near = _by_date(held)
    found = []
    for interval in intervals:
        close = [place for day in _dates(interval.start, interval.end) for place in near.get(day, ())]
        for start, end in grid((interval,), rules):
            if start < earliest or start >= over:
                continue
            taken = (
                {place.number for place in close if place.starts_at < end and start < place.ends_at} if close else ()
            )
            full = bool(full_days) and start.astimezone(rules.zone).date() in full_days
            found.append(Slot(start, end, 0 if full else max(0, rules.places - len(taken)), taken))
    return found


def _end_of_day(now: datetime, rules: Rules) -> datetime:
    """When the last local day of the horizon is over."""
    after = now.astimezone(rules.zone).date() + (rules.horizon_days + 1) * _DAY
    return instant(after, time(), rules.zone)


def _by_date(held: Iterable[Held]) -> dict[date, list[Held]]:
    """Held places under each UTC date they touch: an opening looks at those of its own day and not at a month's."""
    found: defaultdict[date, list[Held]] = defaultdict(list)
    for place in held:
        for day in _dates(place.starts_at, place.ends_at):
            found[day].append(place)
    return found


def _dates(start: datetime, end: datetime) -> list[date]:
    """The UTC dates from `start` to `end`."""
    return [date.fromordinal(ordinal) for ordinal in range(start.toordinal(), end.toordinal() + 1)]


def finished_same_day(slots: Iterable[Slot], intervals: Sequence[Interval], zone: ZoneInfo, minutes: int) -> list[Slot]:
    """The slots after which at least `minutes` of opening time are left on their day: a same-day promise we can keep."""
    kept = []
    for slot in slots:
        today = [i for i in intervals if i.start.astimezone(zone).date() == slot.starts_at.astimezone(zone).date()]
        left = sum((max(i.end - max(i.start, slot.starts_at), timedelta()) for i in today), timedelta())
        if left >= timedelta(minutes=minutes):
            kept.append(slot)
    return kept


def by_day(slots: Iterable[Slot], zone: ZoneInfo) -> list[Day]:
    """Slots grouped by local day, in order; days without any are left out."""
    days: defaultdict[date, list[Slot]] = defaultdict(list)
    for slot in sorted(slots, key=lambda one: one.starts_at):
        days[slot.starts_at.astimezone(zone).date()].append(slot)
    return [Day(day, tuple(of_day)) for day, of_day in sorted(days.items())]


def slots(
    location: Location,
    first: date,
    last: date,
    *,
    handover: str = Handover.DROP_OFF,
    urgency: str = Urgency.STANDARD,
    services: Iterable[str] = (),
    work_minutes: int = 0,
    moving: int | None = None,
    by_staff: bool = False,
    at: datetime | None = None,
) -> list[Slot]:
    """Slots of the local days `first` to `last`; those with `free` 0 are full. Post has no slots: an empty list. `at`: the one that
    begins then, if there is one.

    `work_minutes` of bench time must fit after a same-day slot. `moving` is the booking being rescheduled: its own
    place counts as free. `by_staff`: no notice is needed by people who see the bench.
    """
    if handover == Handover.POST:
        return []
    rules, now = Rules.of(location), clock.now()
    if by_staff:
        rules = replace(rules, notice=timedelta())
    today = now.astimezone(rules.zone).date()
    first, last = max(first, today), min(last, today + rules.horizon_days * _DAY)
    if last < first:
        return []
    intervals = open_intervals(location, first, last)
    wanted = intervals if at is None else [Interval(*slot) for slot in grid(intervals, rules) if slot[0] == at]
    kinds = kinds_of(handover=handover, urgency=urgency, services=services)
    held = held_places(location, wanted[0].start, wanted[-1].end, moving=moving) if wanted else []
    full_days = _full_days(location, first, last, kinds, moving)
    found = offered(wanted, rules, now=now, held=held, full_days=full_days)
    if urgency == Urgency.SAME_DAY:
        return finished_same_day(found, intervals, rules.zone, work_minutes)
    return found


def next_free(
    location: Location,
    after: datetime,
    count: int,
    *,
    handover: str = Handover.DROP_OFF,
    urgency: str = Urgency.STANDARD,
    services: Iterable[str] = (),
    work_minutes: int = 0,
    moving: int | None = None,
    by_staff: bool = False,
) -> list[Slot]:
    """The `count` free slots nearest after `after`; when there are too few, the free ones before it follow."""
    today = clock.today(location.zone)
    every = slots(
        location, today, today + location.horizon_days * _DAY, handover=handover, urgency=urgency,
        services=services, work_minutes=work_minutes, moving=moving, by_staff=by_staff,
    )  # fmt: skip
    free = [slot for slot in every if slot.free]
    later = [slot for slot in free if slot.starts_at >= after]
    earlier = [slot for slot in reversed(free) if slot.starts_at < after]
    return (later + earlier)[:count]


_HELD = Question(
    lambda location, start, end, moving: (
        SlotPlace.objects.filter(location_id=location, starts_at__lt=end, ends_at__gt=start)
        .exclude(booking_id=moving)
        .values_list("starts_at", "ends_at", "place")
    )
)


def held_places(location: Location, start: datetime, end: datetime, *, moving: int | None = None) -> list[Held]:
    """The places taken at any time between `start` and `end`, without those of the booking `moving`."""
    return [Held(*row) for row in _HELD(location=location.pk, start=start, end=end, moving=moving or 0)]


_CAPS = Question(
    lambda location, kinds: DailyCap.objects.filter(location_id=location, kind__in=kinds).values_list("kind", "at_most")
)


def _full_days(location: Location, first: date, last: date, kinds: frozenset[str], moving: int | None) -> set[date]:
    caps: Mapping[str, int] = dict(_CAPS(location=location.pk, kinds=tuple(sorted(kinds))))
    if not caps:
        return set()
    if 0 in caps.values():
        return {first + offset * _DAY for offset in range((last - first).days + 1)}
    used = (
        CapPlace.objects.filter(location=location, day__range=(first, last), kind__in=caps)
        .exclude(booking_id=moving or 0)
        .values_list("day", "kind")
        .annotate(count=Count("pk"))
    )
    return {day for day, kind, count in used if count >= caps[kind]}
