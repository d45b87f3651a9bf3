"""Along the stages, and back to the bench when a check fails."""

from __future__ import annotations

from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid

from .. import policies
from .. import statuses as s
from ..checklists import quality
from ..events import CheckFailed, StageChanged
from ..models import Repair
from ..problems import PriceNotAgreed, WrongStatus
from .change import changing, enter, needs_text

# These have verbs of their own, because they need more than a click.
_OWN_VERBS = frozenset(
    {s.BOOKED, s.INITIAL_ASSESSMENT, s.AWAITING_APPROVAL, s.READY_FOR_PICKUP, s.COMPLETED, s.CANCELLED}
)


def is_plain(before: str, after: str) -> bool:
    """Whether one click is enough: no outcome, price, reason or name has to be given."""
    return after in s.STATUSES and after not in _OWN_VERBS and (before, after) not in s.FAILED_CHECKS


def move(
    code: str,
    after: str,
    *,
    by: Actor,
    version: int | None = None,
    reason: str = "",
    worked_minutes: int | None = None,
    lead_days: int | None = None,
    score: int | None = None,
    verdict: str = "",
) -> Repair:
    """Take a repair to its next stage. `lead_days` is the supplier's lead time when parts are ordered;
    `score` (1 to 5) and `verdict` are of the quality check that ends.

    An unassigned repair becomes the mover's. Raises WrongStatus, PriceNotAgreed,
    SecondPersonNeeded, AssignedToSomebodyElse, ChangedMeanwhile.
    """
    with changing(code, by=by, version=version) as repair:
        if not is_plain(repair.status, after):
            raise WrongStatus(_("That step is taken in another way."))
        policies.check_may_move(by, repair, after)
        check_price_agreed(repair, after)
        if lead_days is not None:
            if not 0 <= lead_days <= 365:
                raise Invalid({"lead_days": [_("Enter the supplier's lead time in days, between 0 and 365.")]})
            repair.lead_days = lead_days
        if repair.status == s.QUALITY_CHECK and s.may_follow(repair.status, after):
            quality.judge_locked(repair, passed=True, score=score, reason=verdict, by=by)
        before = enter(repair, after, by=by, worked_minutes=worked_minutes)
        if repair.assigned_to_id is None and by.is_staff:
            repair.assigned_to_id = by.user_id
        record(
            StageChanged(
                repair_id=repair.pk,
                before=before,
                after=after,
                reason=reason.strip()[:500],
                worked_minutes=worked_minutes,
            ),
            by=by,
        )
        return repair


def fail_check(code: str, *, reason: str, by: Actor, version: int | None = None, score: int | None = None) -> Repair:
    """A quality check or final test failed: back to the bench, with the reason."""
    with changing(code, by=by, version=version) as repair:
        policies.check_may_move(by, repair, s.REPAIR_WORK)
        if (repair.status, s.REPAIR_WORK) not in s.FAILED_CHECKS:
            raise WrongStatus(_("Only a quality check or a final test can fail."))
        why = needs_text("reason", reason, _("Say what failed, so that the bench can put it right."))
        if repair.status == s.QUALITY_CHECK:
            quality.judge_locked(repair, passed=False, score=score, reason=why, by=by)
        before = enter(repair, s.REPAIR_WORK, by=by)
        record(CheckFailed(repair_id=repair.pk, before=before, after=s.REPAIR_WORK, reason=why), by=by)
        return repair


def check_price_agreed(repair: Repair, after: str) -> None:
    """Parts and work cost the customer money: only at a price they agreed to, and not while a higher one is unanswered."""
    if after not in s.NEEDS_AGREED_PRICE:
        return
    if repair.agreed_pence is None:
        raise PriceNotAgreed(_("Propose a price and record the customer's answer first."))
    if repair.proposed_pence is not None and repair.proposed_pence > repair.agreed_pence:
        raise PriceNotAgreed(_("The customer has not answered the higher price yet."))
