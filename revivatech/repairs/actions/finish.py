"""Ready, or cancelled. The hand-over has a file of its own."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.booking import actions as booking_actions
from revivatech.booking.models import Booking
from revivatech.platform.actors import Actor, system
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid

from .. import policies
from .. import statuses as s
from ..checklists import guard
from ..events import RepairCancelled, RepairReady
from ..models import Outcome, Repair
from ..passcodes import rules as passcodes
from ..problems import WrongStatus
from ..warranty import start
from .approval import keep_no
from .change import changing, enter, needs_text

# An outcome without a repair may come from the bench at any point; "repaired" only from the final test.
_OUTCOMES_FROM = {
    s.DIAGNOSIS: {Outcome.NO_FAULT_FOUND, Outcome.NOT_REPAIRABLE},
    s.AWAITING_APPROVAL: {Outcome.DECLINED, Outcome.NOT_REPAIRABLE},
    s.PARTS_ORDERING: {Outcome.NOT_REPAIRABLE, Outcome.DECLINED},
    s.REPAIR_WORK: {Outcome.NOT_REPAIRABLE},
    s.FINAL_TESTING: {Outcome.REPAIRED},
}


def possible_outcomes(status: str) -> list[Outcome]:
    """Outcomes with which a repair in `status` may become ready."""
    return sorted(_OUTCOMES_FROM.get(status, ()), key=list(Outcome).index)


def mark_ready(
    code: str,
    *,
    outcome: str,
    by: Actor,
    summary: str = "",
    version: int | None = None,
    worked_minutes: int | None = None,
    said_by: str = "",
    how: str = "",
) -> Repair:
    """The device can be collected, with what became of it. Anything but `repaired` needs a summary for the customer.

    `declined` needs the customer's no: recorded before, or told now with who said it and how (phone, counter, email).
    """
    with changing(code, by=by, version=version) as repair:
        policies.check_may_move(by, repair, s.READY_FOR_PICKUP)
        if not s.may_follow(repair.status, s.READY_FOR_PICKUP):
            raise WrongStatus(
                _("The repair cannot be made ready from “%(now)s”.") % {"now": s.STATUSES[repair.status].label}
            )
        if outcome not in possible_outcomes(repair.status):
            raise Invalid({"outcome": [_("Choose an outcome that fits where the repair is.")]})
        start.check_cause_known(repair)
        words = summary.strip()
        if outcome != Outcome.REPAIRED:
            words = needs_text("summary", summary, _("Say in a sentence what the customer should know."), at_most=1000)
        else:
            guard.check_nothing_was_lost(repair)
        if outcome == Outcome.DECLINED:
            keep_no(repair, said_by=said_by, how=how, words=words, by=by)
        before = enter(repair, s.READY_FOR_PICKUP, by=by, worked_minutes=worked_minutes)
        repair.outcome = outcome
        repair.proposed_pence = None
        record(
            RepairReady(
                repair_id=repair.pk, before=before, after=s.READY_FOR_PICKUP, outcome=outcome, summary=words[:1000]
            ),
            by=by,
        )
        return repair


@transaction.atomic
def cancel(code: str, *, reason: str, by: Actor, version: int | None = None) -> Repair:
    """Stop before the bench work began. The device, if it is here, still goes back: staff see it under cancelled.

    When nothing of its booking is left to come, the booking is cancelled too and its place in the diary is free again.
    """
    with changing(code, by=by, version=version, touches_booking=True) as repair:
        policies.check_may_move(by, repair, s.CANCELLED)
        why = needs_text("reason", reason, _("Say why; the customer reads it."))
        before = enter(repair, s.CANCELLED, by=by)
        repair.proposed_pence = None
        record(RepairCancelled(repair_id=repair.pk, before=before, after=s.CANCELLED, reason=why), by=by)
        passcodes.destroy_locked(repair, why="cancelled", by=by)
    if before == s.BOOKED and repair.booked_device is not None:
        booking = repair.booked_device.booking
        others = Repair.objects.filter(booked_device__booking=booking).exclude(status=s.CANCELLED)
        if booking.status == Booking.Status.CONFIRMED and not others.exists():
            booking_actions.cancel(booking.pk, reason=why, by=system(by.label))
    return repair
