"""A price beyond what was agreed: asked, and answered."""

from __future__ import annotations

from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid

from .. import policies
from .. import statuses as s
from ..events import PriceAnswered, PriceProposed
from ..models import PriceAnswer, Repair
from ..problems import NoNotRecorded, WrongStatus
from .change import changing, enter, needs_text

MOST_PENCE = 10_000_000
HEARD_BY_STAFF = ("phone", "counter", "email")


def propose_price(
    code: str, *, pence: int, finding: str, by: Actor, version: int | None = None, quote_id: int | None = None
) -> Repair:
    """Ask the customer to approve a gross price for what was found; the repair waits at awaiting approval.

    With `quote_id` it is the dearest choice of that quote, and may take the place of a price still waiting.
    """
    with changing(code, by=by, version=version) as repair:
        policies.check_may_move(by, repair, s.AWAITING_APPROVAL)
        if not 0 < pence <= MOST_PENCE:
            raise Invalid({"price": [_("Enter a price between 0.01 and 100,000.00.")]})
        what = needs_text(
            "finding", finding, _("Say what was found; the customer reads it with the price."), at_most=2000
        )
        before = repair.status
        if quote_id is None or before != s.AWAITING_APPROVAL:
            enter(repair, s.AWAITING_APPROVAL, by=by)
        repair.proposed_pence = pence
        repair.finding = what
        record(
            PriceProposed(
                repair_id=repair.pk,
                before=before,
                after=s.AWAITING_APPROVAL,
                proposed_pence=pence,
                finding=what,
                quote_id=quote_id,
            ),
            by=by,
        )
        return repair


def record_answer(
    code: str,
    *,
    approved: bool,
    pence: int,
    said_by: str,
    how: str,
    by: Actor,
    words: str = "",
    version: int | None = None,
    quote_id: int | None = None,
) -> Repair:
    """Write down the customer's answer. `pence` is the price they were told: it must still be the one proposed.
    With `quote_id` it is what they chose of that quote, and never more than was asked.

    The repair stays at awaiting approval: the bench decides whether parts come next, or returns the device.
    """
    with changing(code, by=by, version=version, answering=True) as repair:
        if not by.opened("repair", repair.pk) and by.kind != "customer":
            policies.check_may_record_answer(by, repair)
        if repair.status != s.AWAITING_APPROVAL or repair.proposed_pence is None:
            raise WrongStatus(_("No price is waiting for an answer."))
        if pence > repair.proposed_pence or (quote_id is None and pence != repair.proposed_pence):
            raise Invalid({"price": [_("The price has changed. Look at the new one before answering.")]})
        _keep_answer(
            repair, approved=approved, pence=pence, said_by=said_by, how=how, words=words, quote_id=quote_id, by=by
        )
        if approved:
            repair.agreed_pence = pence
        repair.proposed_pence = None
        return repair


def said_no(repair: Repair) -> bool:
    """Whether the customer's last word on the price was no, and nothing was asked of them since."""
    last = PriceAnswer.objects.filter(repair=repair).last()
    return last is not None and not last.approved and repair.proposed_pence is None


def keep_no(repair: Repair, *, said_by: str, how: str, words: str, by: Actor) -> None:
    """The customer's no, written down with the step that follows from it. The repair is locked by the caller."""
    if said_no(repair):
        return
    if not said_by.strip():
        raise NoNotRecorded
    if how not in HEARD_BY_STAFF:
        raise Invalid({"how": [_("Choose how the answer reached us.")]})
    pence = repair.proposed_pence or repair.agreed_pence or 0
    _keep_answer(repair, approved=False, pence=pence, said_by=said_by, how=how, words=words, quote_id=None, by=by)


def _keep_answer(
    repair: Repair, *, approved: bool, pence: int, said_by: str, how: str, words: str, quote_id: int | None, by: Actor
) -> None:
    who = needs_text("said_by", said_by, _("Enter the name of the person who answered."), at_most=120)
    if how not in dict(PriceAnswer._meta.get_field("how").flatchoices):
        raise Invalid({"how": [_("Choose how the answer reached us.")]})
    PriceAnswer.objects.create(
        repair=repair, approved=approved, pence=pence, finding=repair.finding, said_by=who, how=how,
        words=words.strip()[:500], recorded_by=by.label,
    )  # fmt: skip
    record(
        PriceAnswered(
            repair_id=repair.pk,
            approved=approved,
            pence=pence,
            said_by=who,
            how=how,
            words=words.strip()[:500],
            quote_id=quote_id,
        ),
        by=by,
    )
