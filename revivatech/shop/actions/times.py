"""When a location is open: the week, closures, bank holidays, daily caps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, time
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.problems import Invalid, NotFound

from .. import holidays, policies
from ..models import Closure, DailyCap, Location, OpeningHours
from .common import check, lock_business, tell
from .locations import find

Week = Mapping[int, Sequence[tuple[time, time]]]
MOST_STRETCHES = 2  # one break a day: what the form can show


def change_hours(location_id: int, week: Week, *, by: Actor) -> None:
    """The whole week at once: open stretches by weekday, Monday 0; a weekday left out is closed."""
    policies.check_location(by, location_id)
    wanted = {weekday: sorted(stretches) for weekday, stretches in week.items() if stretches}
    _check_week(wanted)
    with transaction.atomic():
        lock_business()
        location = find(location_id)
        before = _week_of(location)
        if before == wanted:
            return
        OpeningHours.objects.filter(location=location).delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(location=location, weekday=weekday, opens=opens, closes=closes)
            for weekday, stretches in wanted.items()
            for opens, closes in stretches
        )
        tell("hours", {"week": _readable(before)}, {"week": _readable(wanted)}, by=by, location_id=location.pk)


def _check_week(week: Week) -> None:
    if not week:
        raise Invalid(_("Enter the hours of at least one day. To stop bookings, close the location instead."))
    for weekday, stretches in week.items():
        if not 0 <= weekday <= 6 or len(stretches) > MOST_STRETCHES:
            raise Invalid(_("A week has seven days, and a day has at most one break."))
        for opens, closes in stretches:
            if closes <= opens:
                raise Invalid(_("Closing time must be later than opening time."))
        for (_opens, closes), (opens, _closes) in pairwise(stretches):
            if opens < closes:
                raise Invalid(_("The second opening must begin after the first has ended."))


def _week_of(location: Location) -> dict[int, list[tuple[time, time]]]:
    week: dict[int, list[tuple[time, time]]] = {}
    for row in OpeningHours.objects.filter(location=location).order_by("weekday", "opens"):
        week.setdefault(row.weekday, []).append((row.opens, row.closes))
    return week


def _readable(week: Week) -> list[list[str]]:
    return [
        [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in week.get(weekday, ())] for weekday in range(7)
    ]  # Monday first


def add_closure(*, location_id: int | None, first: date, last: date | None = None, reason: str, by: Actor) -> Closure:
    """Whole days closed; without a location, everywhere."""
    policies.check_location(by, location_id)
    until = last or first
    if until < first:
        raise Invalid({"last": [_("The last day must not be before the first.")]})
    if (until - first).days > 366:
        raise Invalid({"last": [_("A closure lasts at most a year. Close the location instead.")]})
    with transaction.atomic():
        lock_business()
        location = find(location_id) if location_id is not None else None
        closure = Closure(location=location, first=first, last=until, reason=reason.strip())
        check(closure)
        closure.save()
        tell("closures", {}, {"added": str(closure), "until": until}, by=by, location_id=location_id)
        return closure


def remove_closure(closure_id: int, *, by: Actor) -> None:
    with transaction.atomic():
        lock_business()
        closure = Closure.objects.select_for_update().filter(pk=closure_id).first()
        if closure is None:
            raise NotFound
        policies.check_location(by, closure.location_id)
        tell("closures", {"removed": str(closure), "until": closure.last}, {}, by=by, location_id=closure.location_id)
        closure.delete()


def keep_bank_holidays(location_id: int, days: Collection[date], *, by: Actor) -> None:
    """Close on exactly these of the nation's coming bank holidays; those of the past stay as they were."""
    policies.check_location(by, location_id)
    with transaction.atomic():
        lock_business()
        location = find(location_id)
        coming = {row.day: row.title for row in holidays.upcoming(location.nation, clock.today(location.zone))}
        wanted = {day for day in days if day in coming}
        rows = Closure.objects.filter(location=location, bank_holiday=True, first__gte=clock.today(location.zone))
        kept = set(rows.values_list("first", flat=True))
        if kept == wanted:
            return
        rows.exclude(first__in=wanted).delete()
        Closure.objects.bulk_create(
            Closure(location=location, first=day, last=day, reason=coming[day], bank_holiday=True)
            for day in sorted(wanted - kept)
        )
        tell(
            "closures",
            {"bank_holidays": sorted(map(str, kept))},
            {"bank_holidays": sorted(map(str, wanted))},
            by=by,
            location_id=location.pk,
        )


def set_caps(location_id: int, caps: Mapping[str, int | None], *, by: Actor) -> None:
    """At most so many bookings a day of a kind of work; None: no limit. Kinds left out stay as they are."""
    policies.check_location(by, location_id)
    with transaction.atomic():
        lock_business()
        location = find(location_id)
        before = dict(DailyCap.objects.filter(location=location, kind__in=caps).values_list("kind", "at_most"))
        wanted = {kind: limit for kind, limit in caps.items() if limit is not None}
        if before == wanted:
            return
        DailyCap.objects.filter(location=location, kind__in=caps).delete()
        rows = [DailyCap(location=location, kind=kind, at_most=limit) for kind, limit in wanted.items()]
        for row in rows:
            check(row)
        DailyCap.objects.bulk_create(rows)
        tell("caps", dict(before), wanted, by=by, location_id=location.pk)
