"""Who may do what to a repair. Each answers None when it is allowed, or raises the problem to show."""

from __future__ import annotations

from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform.actors import Actor
from revivatech.platform.problems import Denied

from . import statuses as s
from .models import Repair
from .problems import AssignedToSomebodyElse

# A second person checks and tests, so these are open to every technician of the location.
_ANYBODYS = frozenset({s.QUALITY_CHECK, s.FINAL_TESTING})

PERMISSION_FOR = {
    s.INITIAL_ASSESSMENT: "repairs.receive",
    s.COMPLETED: "repairs.hand_over",
    s.CANCELLED: "repairs.cancel",
}


def check_may_move(actor: Actor, repair: Repair, after: str) -> None:
    """Raise unless `actor` may take the repair to `after` (whether the state machine allows it is another question)."""
    permission = PERMISSION_FOR.get(after, "repairs.work")
    require(actor, permission, at=repair.location_id)
    if permission == "repairs.work":
        check_may_work(actor, repair)


def check_may_work(actor: Actor, repair: Repair) -> None:
    """Technicians work on what is theirs or nobody's; whoever may assign repairs may step in anywhere."""
    require(actor, "repairs.work", at=repair.location_id)
    theirs = repair.assigned_to_id in (None, actor.user_id) or repair.status in _ANYBODYS
    if not theirs and not actor.may("repairs.assign", at=repair.location_id):
        raise AssignedToSomebodyElse(
            _("This repair is with %(name)s. Ask them or a manager to hand it over.") % {"name": repair.assigned_to}
        )


def check_may_record_answer(actor: Actor, repair: Repair) -> None:
    """The customer's answer on a price may be written down by the bench or the front desk."""
    if not any(actor.may(name, at=repair.location_id) for name in ("repairs.work", "repairs.receive")):
        raise Denied


def check_may_prioritise(actor: Actor, repair: Repair) -> None:
    """Whoever takes devices in or gives work out says what comes first."""
    if not any(actor.may(name, at=repair.location_id) for name in ("repairs.assign", "repairs.receive")):
        raise Denied


def may_move(actor: Actor, repair: Repair, after: str) -> bool:
    try:
        check_may_move(actor, repair, after)
    except Denied:
        return False
    return True


def allowed_moves(actor: Actor, repair: Repair) -> list[str]:
    """Statuses this actor may take the repair to now, in the machine's order: what the page offers as buttons."""
    return [after for after in s.STATUSES[repair.status].next if may_move(actor, repair, after)]
