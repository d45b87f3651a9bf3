"""Where a clock may run, who may touch it, when it was forgotten, and how it ends. The caller holds the repair's lock."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import Sum
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Denied, Invalid
from revivatech.shop.hours import Calendar, instant

from .. import statuses as s
from ..models import Repair, TimeCorrection, TimeEntry
from .events import ClockEnded, TimeCorrected
from .models import MOST_MINUTES, Ended, whole_minutes

# Waiting for the customer or for collection is nobody's work.
WORKED_IN = frozenset(
    {s.INITIAL_ASSESSMENT, s.DIAGNOSIS, s.PARTS_ORDERING, s.REPAIR_WORK, s.QUALITY_CHECK, s.FINAL_TESTING}
)
GRACE = timedelta(hours=2)  # people finish a job after closing; nobody works on for longer without going home


def end_of(started_at: datetime, now: datetime, calendar: Calendar) -> tuple[datetime, bool]:
    """Until when a clock counts that is ended `now`, and whether it was forgotten.

    Ended within `GRACE` of the closing time of its day it counts in full; later it was forgotten, and counts until that
    closing time. Started while the shop was closed for the day: in full until midnight, later nothing.
    """
    day = started_at.astimezone(calendar.zone).date()
    closings = [interval.end for interval in calendar.day(day) if interval.end > started_at]
    if closings:
        counted_until, latest = closings[-1], closings[-1] + GRACE
    else:
        midnight = instant(day + timedelta(days=1), time(), calendar.zone)
        counted_until, latest = started_at, max(midnight, started_at + GRACE)
    return (now, False) if now <= latest else (counted_until, True)


def is_forgotten(entry: TimeEntry, repair: Repair) -> bool:
    now = clock.now()
    return now - entry.started_at > GRACE and end_of(entry.started_at, now, Calendar.of(repair.location))[1]


def check_may_correct(actor: Actor, repair: Repair, technician_id: int) -> None:
    """One's own time: who works here. Others' time: who holds `repairs.time` here."""
    if technician_id == actor.user_id is not None:
        require(actor, "repairs.work", at=repair.location_id)
    elif not actor.may("repairs.time", at=repair.location_id):
        raise Denied(_("Ask a manager to change the time of somebody else."))


def may_correct(actor: Actor, repair: Repair, technician_id: int) -> bool:
    try:
        check_may_correct(actor, repair, technician_id)
    except Denied:
        return False
    return True


def stop_locked(repair: Repair, why: Ended, *, by: Actor, technician_id: int | None = None) -> int:
    """End the clocks that run on the repair, or the one of `technician_id`; returns how many."""
    running = TimeEntry.objects.filter(repair=repair, ended_at__isnull=True)
    if technician_id is not None:
        running = running.filter(technician_id=technician_id)
    entries = list(running.select_related("technician"))
    for entry in entries:
        end_locked(entry, repair, why, by=by)
    return len(entries)


def end_locked(entry: TimeEntry, repair: Repair, why: Ended, *, by: Actor) -> None:
    now = max(clock.now(), entry.started_at)
    end, forgotten = now, False
    if now - entry.started_at > GRACE:  # sooner it cannot have been forgotten, and the calendar need not be asked
        end, forgotten = end_of(entry.started_at, now, Calendar.of(repair.location))
    entry.ended_at = end
    entry.ended = Ended.FORGOTTEN if forgotten else why
    entry.minutes = min(whole_minutes((end - entry.started_at).total_seconds()), MOST_MINUTES)
    entry.save(update_fields=["ended_at", "ended", "minutes"])
    record(
        ClockEnded(
            repair_id=repair.pk, entry_id=entry.pk, technician_id=entry.technician_id,
            technician=str(entry.technician), status=entry.status, why=entry.ended, minutes=entry.minutes,
        ),
        by=by,
    )  # fmt: skip


def leave_stage_locked(repair: Repair, typed: int | None, *, by: Actor) -> int | None:
    """End the clocks of the stage that is left; returns the minutes worked in it, None when nobody counted any.

    `typed` are minutes a person gives at the end. What is more than the clocks counted becomes an entry of theirs; less is
    refused, because taking minutes away needs a reason.
    """
    if typed is not None and not 0 <= typed <= MOST_MINUTES:
        raise Invalid({"worked_minutes": [_("Enter the minutes worked, between 0 and 60000.")]})
    if repair.status not in WORKED_IN:
        return typed
    stop_locked(repair, Ended.MOVED, by=by)
    counted = minutes_in_stage(repair)
    if typed is None or typed == counted:
        return counted if counted is not None else typed
    if counted is not None and typed < counted:
        raise Invalid(
            {
                "worked_minutes": [
                    _(
                        "The clock counted %(minutes)s minutes here. Correct them on the page of the time, with the reason."
                    )
                    % {"minutes": counted}
                ]
            }
        )
    more = typed - (counted or 0)
    if by.is_staff and by.user_id is not None:
        add_locked(
            repair, by.user_id, repair.status, more,
            reason=_("Entered when the stage ended"), at=clock.now(), by=by,
        )  # fmt: skip
    return typed


def minutes_in_stage(repair: Repair) -> int | None:
    """What counts of the present visit to the stage; None when there is no entry."""
    entries = TimeEntry.objects.filter(repair=repair, status=repair.status)
    if repair.stage_started_at is not None:
        entries = entries.filter(started_at__gte=repair.stage_started_at)
    total: int | None = entries.aggregate(total=Sum("minutes"))["total"]
    return total


def add_locked(
    repair: Repair, technician_id: int, status: str, minutes: int, *, reason: str, at: datetime, by: Actor
) -> TimeEntry:
    """An entry by hand: it counts nothing until the correction that is its reason."""
    entry = TimeEntry.objects.create(
        repair=repair, technician_id=technician_id, status=status, started_at=at, ended_at=at, ended=Ended.BY_HAND
    )
    correct_locked(entry, minutes, reason=reason, by=by)
    return entry


def correct_locked(entry: TimeEntry, minutes: int, *, reason: str, by: Actor) -> TimeCorrection:
    """Keep before and after, and let `minutes` count from now on."""
    assert by.user_id is not None
    before, entry.minutes = entry.minutes, minutes
    entry.save(update_fields=["minutes"])
    correction = TimeCorrection.objects.create(
        entry=entry, before=before, after=minutes, reason=reason, by_id=by.user_id, by_label=by.label
    )
    record(
        TimeCorrected(
            repair_id=entry.repair_id, entry_id=entry.pk, technician_id=entry.technician_id,
            technician=str(entry.technician), status=entry.status, before=before, after=minutes, reason=reason,
        ),
        by=by,
    )  # fmt: skip
    return correction
