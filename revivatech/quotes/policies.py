"""Who may do what to a quote. Each check answers None, or raises the problem to show."""

from __future__ import annotations

from revivatech.platform.actors import Actor
from revivatech.platform.problems import Problem
from revivatech.repairs.models import Repair
from revivatech.repairs.policies import check_may_record_answer, check_may_work

__all__ = ["check_may_answer_for", "check_may_quote", "may_quote", "sees_margin"]


def check_may_quote(actor: Actor, repair: Repair) -> None:
    """Whoever may work on the repair may quote for it."""
    check_may_work(actor, repair)


def check_may_answer_for(actor: Actor, repair: Repair) -> None:
    """What the customer says on the telephone or at the counter is written down by the bench or the front desk."""
    check_may_record_answer(actor, repair)


def may_quote(actor: Actor, repair: Repair) -> bool:
    try:
        check_may_quote(actor, repair)
    except Problem:
        return False
    return True


def sees_margin(actor: Actor, repair: Repair) -> bool:
    """What parts cost us is for those who set prices."""
    return actor.may("prices.edit", at=repair.location_id)
