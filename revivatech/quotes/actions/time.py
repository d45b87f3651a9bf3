"""What the clock does to a quote that waits: one reminder, then the end; and the customer who asks for it again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor, system
from revivatech.platform.events.record import record
from revivatech.platform.problems import Conflict, Denied
from revivatech.repairs.topics import announce_change

from ..events import QuoteAskedAgain, QuoteExpired, QuoteExpiring
from ..models import Quote, Status
from ..queries import REMIND_BEFORE
from .common import locked


def remind_from(quote: Quote) -> datetime:
    """Three days before the end; a short quote is reminded of in the last third of its time."""
    assert quote.sent_at is not None
    assert quote.valid_until is not None
    third = (quote.valid_until - quote.sent_at) / 3
    return quote.valid_until - min(REMIND_BEFORE, timedelta(seconds=third.total_seconds()))


@transaction.atomic
def remind(pk: int) -> bool:
    """Remind the customer once. Whether it was done now."""
    quote = locked(pk, by=system())
    now = clock.now()
    if not quote.may_be_answered(now) or quote.reminded_at is not None or now < remind_from(quote):
        return False
    quote.reminded_at = now
    quote.save(update_fields=["reminded_at"])
    record(QuoteExpiring(repair_id=quote.repair_id, quote_id=quote.pk, quote_version=quote.version), by=system())
    return True


@transaction.atomic
def expire(pk: int) -> bool:
    """End a quote whose time has passed. The price it asked stays unanswered, so the repair goes on only when it is asked anew."""
    quote = locked(pk, by=system())
    if quote.status != Status.SENT or not quote.is_over():
        return False
    quote.status = Status.EXPIRED
    quote.save(update_fields=["status"])
    record(QuoteExpired(repair_id=quote.repair_id, quote_id=quote.pk, quote_version=quote.version), by=system())
    announce_change(quote.repair)
    return True


@transaction.atomic
def ask_again(pk: int, *, by: Actor) -> Quote:
    """The customer wants an expired quote renewed: staff see it first in their list. Asking twice is asking once."""
    quote = locked(pk, by=by)
    if by.kind not in ("link", "customer"):
        raise Denied
    if not quote.is_over():
        raise Conflict(_("This quote has not expired: open it again to see where it stands."))
    if quote.asked_again_at is None:
        quote.asked_again_at = clock.now()
        quote.save(update_fields=["asked_again_at"])
        record(QuoteAskedAgain(repair_id=quote.repair_id, quote_id=quote.pk, quote_version=quote.version), by=by)
        announce_change(quote.repair)
    return quote
