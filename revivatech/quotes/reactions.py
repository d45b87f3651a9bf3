"""What a repair does to its quotes, inside the repair's own transaction."""

from __future__ import annotations

from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor
from revivatech.platform.events.base import Event
from revivatech.platform.events.models import EventRecord
from revivatech.repairs import statuses as s
from revivatech.repairs.events import Moved, PriceAnswered, PriceProposed

from .actions.send import replace_waiting
from .models import Quote
from .problems import AnswerTheQuote


def take_back(event: Event, row: EventRecord, by: Actor) -> None:
    """Whoever moves the repair on without the customer's answer, or asks another price, takes the waiting quote back."""
    assert isinstance(event, Moved)
    if isinstance(event, PriceProposed):
        if event.quote_id is None:
            replace_waiting(event.repair_id, reason=_("The shop asked for another price."), by=by)
    elif event.before == s.AWAITING_APPROVAL:
        replace_waiting(event.repair_id, reason=_("The shop took it back."), by=by)


def guard_answer(event: Event, row: EventRecord, by: Actor) -> None:
    """A yes to a bare number says nothing about options: while a quote asked the price, the answer goes to the quote."""
    assert isinstance(event, PriceAnswered)
    if event.quote_id is not None:
        return
    if Quote.objects.filter(repair_id=event.repair_id).asking() is not None:
        raise AnswerTheQuote(_("Open the quote: its options are chosen there."))
