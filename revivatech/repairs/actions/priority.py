"""How pressing a repair is, as the shop decides."""

from __future__ import annotations

from django.utils.translation import gettext as _

from revivatech.booking.models import Urgency
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid

from .. import policies
from .. import statuses as s
from ..events import PriorityChanged
from ..models import Repair
from ..problems import WrongStatus
from .change import changing


def prioritise(code: str, urgency: str, *, by: Actor, version: int | None = None) -> Repair:
    """Put a repair before or after others. The agreed price stays; only a quote written later reckons with it."""
    with changing(code, by=by, version=version) as repair:
        policies.check_may_prioritise(by, repair)
        if s.STATUSES[repair.status].is_closed:
            raise WrongStatus(_("This repair is closed."))
        if urgency not in Urgency.values:
            raise Invalid({"urgency": [_("Choose how urgent the repair is.")]})
        before, repair.urgency = repair.urgency, urgency
        record(PriorityChanged(repair_id=repair.pk, before=before, after=urgency), by=by)
        return repair
