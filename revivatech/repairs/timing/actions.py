"""Start, pause and stop a clock; add, change and remove minutes. None of it makes a repair's page old for others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor, system
from revivatech.platform.events.record import record
from revivatech.platform.locking import lock
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.platform.realtime.announce import announce

from .. import policies
from .. import statuses as s
from ..actions.change import needs_text
from ..actions.work import technicians_at
from ..events import RepairAssigned
from ..models import Repair, StageRun, TimeEntry
from ..topics import queue_topic, repair_topic
from . import rules
from .events import ClockStarted
from .models import MOST_MINUTES, Ended
from .problems import ClockNotRunning, ClockStillRunning, CorrectedMeanwhile, NoWorkHere

# A technician checks and tests what is a colleague's; that does not make it theirs.
_STAYS_ASSIGNED = frozenset({s.QUALITY_CHECK, s.FINAL_TESTING})


@transaction.atomic
def start(code: str, *, by: Actor) -> TimeEntry:
    """Begin to work on a repair, or go on; the clock of another job is paused. Twice is the same as once.

    A repair of nobody becomes theirs. One clock a person: the database refuses a second, the advisory lock makes two
    clicks of one person wait for each other.
    """
    if by.user_id is None:
        raise Denied
    lock(f"repairs.clock:{by.user_id}")
    running = TimeEntry.objects.filter(technician_id=by.user_id, ended_at__isnull=True).first()
    wanted = Repair.objects.visible_to(by).filter(code=code).values_list("pk", flat=True).first()
    if wanted is None:
        raise NotFound
    locked = _lock({wanted, running.repair_id} if running else {wanted})
    repair = locked[wanted]
    policies.check_may_work(by, repair)
    if repair.status not in rules.WORKED_IN:
        raise NoWorkHere(
            _("%(code)s is at “%(status)s”.") % {"code": repair.code, "status": s.STATUSES[repair.status].label}
        )
    if running is not None:
        # Read again: whoever moved that repair meanwhile has stopped the clock.
        for old in TimeEntry.objects.filter(pk=running.pk, ended_at__isnull=True).select_related("technician"):
            if old.repair_id == repair.pk:
                return old
            rules.end_locked(old, locked[old.repair_id], Ended.SWITCHED, by=by)
    entry = TimeEntry.objects.create(
        repair=repair, technician_id=by.user_id, status=repair.status, started_at=clock.now()
    )
    if repair.assigned_to_id is None and repair.status not in _STAYS_ASSIGNED:
        _take(repair, entry.technician, by)
    record(
        ClockStarted(
            repair_id=repair.pk, entry_id=entry.pk, technician_id=by.user_id, technician=str(entry.technician),
            status=entry.status,
        ),
        by=by,
    )  # fmt: skip
    for one in locked.values():
        _announce(one)
    return entry


def end(code: str, why: Ended, *, by: Actor, technician_id: int | None = None) -> None:
    """Pause or stop one's own clock on a repair, or as a manager that of `technician_id`."""
    who = technician_id if technician_id is not None else by.user_id
    if who is None or why not in (Ended.PAUSED, Ended.STOPPED):
        raise Denied
    with _timing(code, by=by) as repair:
        rules.check_may_correct(by, repair, who)
        if not rules.stop_locked(repair, why, by=by, technician_id=who):
            raise ClockNotRunning


def stop_mine(*, by: Actor) -> bool:
    """Stop one's own clock wherever it runs; False when none does."""
    running = TimeEntry.objects.filter(technician_id=by.user_id, ended_at__isnull=True).select_related("repair").first()
    if running is None:
        return False
    try:
        end(running.repair.code, Ended.STOPPED, by=by)
    except ClockNotRunning:
        return False
    return True


def correct(code: str, entry_id: int, minutes: int, *, before: int, reason: str, by: Actor) -> TimeEntry:
    """Change what an entry counts; 0 removes it from the totals. `before` is what the person saw."""
    with _timing(code, by=by) as repair:
        entry = TimeEntry.objects.select_related("technician").filter(repair=repair, pk=entry_id).first()
        if entry is None:
            raise NotFound
        rules.check_may_correct(by, repair, entry.technician_id)
        if entry.is_running:
            raise ClockStillRunning(_("Stop it first, then correct what it counted."))
        if entry.minutes != before:
            raise CorrectedMeanwhile(_("It counts %(minutes)s minutes now.") % {"minutes": entry.minutes})
        why = _reason(reason)
        if _counted(minutes) == entry.minutes:
            raise Invalid({"minutes": [_("It counts that already.")]})
        rules.correct_locked(entry, minutes, reason=why, by=by)
        return entry


def add(code: str, minutes: int, *, status: str, reason: str, by: Actor, technician_id: int | None = None) -> TimeEntry:
    """Enter minutes nobody had a clock running for, one's own or as a manager those of `technician_id`."""
    who = technician_id if technician_id is not None else by.user_id
    if who is None:
        raise Denied
    with _timing(code, by=by) as repair:
        rules.check_may_correct(by, repair, who)
        if who != by.user_id and who not in {person.pk for person in technicians_at(repair.location_id)}:
            raise Invalid({"technician": [_("Choose a technician of this location.")]})
        if status not in rules.WORKED_IN:
            raise Invalid({"status": [_("Choose a stage in which work is done.")]})
        why = _reason(reason)
        if not _counted(minutes):
            raise Invalid({"minutes": [_("Enter the minutes to add.")]})
        visit = StageRun.objects.filter(repair=repair, status=status).order_by("-pk").first()
        at = (visit.ended_at if visit else None) or clock.now()
        return rules.add_locked(repair, who, status, minutes, reason=why, at=at, by=by)


def end_forgotten() -> int:
    """End the clocks that ran on after closing time; returns how many."""
    ended = 0
    long_ago = clock.now() - rules.GRACE - timedelta(minutes=1)
    codes = TimeEntry.objects.filter(ended_at__isnull=True, started_at__lt=long_ago).values_list("repair__code", "pk")
    for code, pk in codes.order_by("repair_id", "pk"):
        with _timing(code, by=system()) as repair:
            entry = TimeEntry.objects.filter(pk=pk, ended_at__isnull=True).select_related("technician").first()
            if entry is not None and rules.is_forgotten(entry, repair):
                rules.end_locked(entry, repair, Ended.FORGOTTEN, by=system())
                ended += 1
    return ended


@contextmanager
def _timing(code: str, *, by: Actor) -> Iterator[Repair]:
    """One repair, locked. Unlike `changing` it leaves the version alone: a clock makes nobody's form old."""
    with transaction.atomic():
        pk = Repair.objects.visible_to(by).filter(code=code).values_list("pk", flat=True).first()
        if pk is None:
            raise NotFound
        repair = _lock({pk})[pk]
        yield repair
        _announce(repair)


def _lock(pks: set[int]) -> dict[int, Repair]:
    """Those repairs, locked in the order of their ids."""
    rows = Repair.objects.select_for_update(of=("self",), no_key=True).select_related("location", "assigned_to")
    return {row.pk: row for row in rows.filter(pk__in=pks).order_by("pk")}


def _take(repair: Repair, technician: User, by: Actor) -> None:
    repair.assigned_to = technician
    repair.version += 1
    repair.save(update_fields=["assigned_to", "version"])
    record(
        RepairAssigned(
            repair_id=repair.pk, before_id=None, before="", after_id=technician.pk, after=str(technician)
        ),
        by=by,
    )  # fmt: skip


def _announce(repair: Repair) -> None:
    announce(repair_topic(repair.pk), queue_topic(repair.location_id))


def _reason(text: str) -> str:
    return needs_text("reason", text, _("Say why; it is kept with the minutes."), at_most=300)


def _counted(minutes: int) -> int:
    if not 0 <= minutes <= MOST_MINUTES:
        raise Invalid({"minutes": [_("Enter the minutes, between 0 and 60000.")]})
    return minutes
