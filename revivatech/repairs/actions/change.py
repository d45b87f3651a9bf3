"""What every verb does first and last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.booking.models import Booking
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Invalid, NotFound

from .. import statuses as s
from ..estimates import ready_by, stage_due, stage_minutes
from ..models import Repair, StageRun
from ..problems import ChangedMeanwhile, WrongStatus
from ..timing import rules as timing
from ..topics import announce_change


@contextmanager
def changing(
    code: str, *, by: Actor, version: int | None = None, touches_booking: bool = False, answering: bool = False
) -> Iterator[Repair]:
    """One repair, locked, in a transaction that ends with its new version saved and announced.

    `touches_booking` locks its booking first: a booking that is being cancelled locks itself, then its repairs, and two
    orders would be a deadlock. Raises NotFound to whoever may not see the repair, ChangedMeanwhile when `version` (from
    the page the person looked at) is old.
    """
    with transaction.atomic():
        if touches_booking:
            list(Booking.objects.select_for_update(no_key=True).filter(devices__repair__code=code).values_list("pk"))
        rows = Repair.objects.answerable_by(by) if answering else Repair.objects.visible_to(by)
        repair = (
            rows.select_for_update(of=("self",), no_key=True)
            .select_related("location", "assigned_to")
            .filter(code=code)
            .first()
        )
        if repair is None:
            raise NotFound
        if version is not None and version != repair.version:
            raise ChangedMeanwhile(_what_changed(repair), version=repair.version)
        yield repair
        repair.version += 1
        repair.save()
        announce_change(repair)


def enter(repair: Repair, after: str, *, by: Actor, worked_minutes: int | None = None) -> str:
    """Close the open stage and the clocks that run on it, open the next; returns the status left. WrongStatus if it does not follow."""
    before = repair.status
    if not s.may_follow(before, after):
        raise WrongStatus(
            _("%(code)s is at “%(now)s”; from there it cannot go to “%(next)s”.")
            % {"code": repair.code, "now": s.STATUSES[before].label, "next": s.STATUSES[after].label}
        )
    now = clock.now()
    close_run(repair, now, timing.leave_stage_locked(repair, worked_minutes, by=by))
    repair.status = after
    repair.stage_started_at = now
    repair.stage_due_at = stage_due(repair, after, now)
    estimate = ready_by(repair, after, now)
    if not _promise_holds(repair, estimate, now):
        repair.ready_by, repair.promised = estimate, False
    if stage := s.STATUSES[after].stage:
        StageRun.objects.create(
            repair=repair,
            stage=stage,
            status=after,
            started_at=now,
            due_at=repair.stage_due_at,
            estimate_minutes=stage_minutes(repair, after),
            technician_id=by.user_id if by.is_staff else repair.assigned_to_id,
        )
    return before


def _promise_holds(repair: Repair, estimate: datetime | None, now: datetime) -> bool:
    """A date somebody promised stays until it has passed, or the work is estimated to take longer than that."""
    return (
        repair.promised
        and estimate is not None
        and repair.ready_by is not None
        and max(now, estimate) <= repair.ready_by
    )


def close_run(repair: Repair, at: datetime, worked_minutes: int | None) -> None:
    StageRun.objects.filter(repair=repair, ended_at__isnull=True).update(ended_at=at, worked_minutes=worked_minutes)


def needs_text(name: str, text: str, message: str, *, at_most: int = 500) -> str:
    """The text trimmed; Invalid when it is empty or too long."""
    clean = text.strip()
    if not clean:
        raise Invalid({name: [message]})
    if len(clean) > at_most:
        raise Invalid({name: [_("Keep it under %(most)s characters.") % {"most": at_most}]})
    return clean


def _what_changed(repair: Repair) -> str:
    """Who did what last: so that the slower of two people knows why their click did not count."""
    last = EventRecord.objects.filter(subject_kind="repair", subject_id=repair.pk).order_by("-sequence").first()
    who = last.actor_label if last else _("Somebody")
    return _("%(who)s changed this repair meanwhile; it is now at “%(status)s”. Look again before you go on.") % {
        "who": who,
        "status": s.STATUSES[repair.status].label,
    }
