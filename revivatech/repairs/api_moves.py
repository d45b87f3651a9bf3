"""From the name of a status to the verb that leads there."""

from __future__ import annotations

from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor

from . import actions
from . import statuses as s
from .api_schemas import MoveIn
from .models import Repair
from .problems import WrongStatus


def make_move(repair: Repair, asked: MoveIn, *, by: Actor) -> None:
    """Some steps need more than a click; each has its own verb, and the verb says what is missing."""
    code, version = repair.code, asked.version
    if asked.to == s.INITIAL_ASSESSMENT:
        actions.check_in(
            code, accessories=asked.accessories, condition=asked.condition, storage_place=asked.storage_place,
            version=version, by=by,
        )  # fmt: skip
    elif asked.to == s.CANCELLED:
        actions.cancel(code, reason=asked.reason, version=version, by=by)
    elif asked.to == s.READY_FOR_PICKUP:
        actions.mark_ready(
            code, outcome=asked.outcome, summary=asked.summary, version=version, said_by=asked.said_by, how=asked.how,
            worked_minutes=asked.worked_minutes, by=by,
        )  # fmt: skip
    elif (repair.status, asked.to) in s.FAILED_CHECKS:
        actions.fail_check(code, reason=asked.reason, version=version, score=asked.score, by=by)
    elif asked.to in (s.COMPLETED, s.AWAITING_APPROVAL):
        raise WrongStatus(_("Hand the device over, or send a quote: that step is taken in another way."))
    else:
        actions.move(
            code, asked.to, version=version, reason=asked.reason, worked_minutes=asked.worked_minutes,
            lead_days=asked.lead_days, score=asked.score, verdict=asked.verdict, by=by,
        )  # fmt: skip
