"""Which events webhooks can be told of, in words an owner understands, and what they are told.

What is sent says what happened to which booking or repair, and where to read more. Names, addresses, telephone numbers,
notes and prices stay here: an endpoint reads them over the API, with a key that may.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from revivatech.booking import events as booking
from revivatech.booking.models import Booking
from revivatech.platform.events.base import Event
from revivatech.platform.events.models import EventRecord
from revivatech.quotes import events as quote
from revivatech.repairs import events as repair
from revivatech.repairs.models import Repair

_WORDS: Mapping[type[Event], Promise] = {
    booking.BookingConfirmed: _("A booking was made"),
    booking.BookingRescheduled: _("A booking was moved"),
    booking.BookingCancelled: _("A booking was cancelled"),
    repair.RepairBooked: _("A repair was opened"),
    repair.RepairReceived: _("A device was received"),
    repair.StageChanged: _("A repair moved to its next stage"),
    repair.CheckFailed: _("A check sent a device back to the bench"),
    repair.ReadyByChanged: _("The promised date changed"),
    repair.PriceProposed: _("A price was proposed to the customer"),
    repair.PriceAnswered: _("The customer answered a price"),
    repair.RepairReady: _("A device is ready"),
    repair.RepairCompleted: _("A device was handed over"),
    repair.RepairCancelled: _("A repair was cancelled"),
    quote.QuoteSent: _("A quote was sent"),
    quote.QuoteApproved: _("A quote was approved"),
    quote.QuoteDeclined: _("A quote was declined"),
}
TOLD: Mapping[str, Promise] = {kind.name: words for kind, words in _WORDS.items()}
TOLD_EVENTS: tuple[type[Event], ...] = tuple(_WORDS)
TEST = "webhook.test"
# Of an event's own facts only these, all of them states, moments and yes or no.
_PASSED_ON = frozenset({"before", "after", "outcome", "approved", "quote_version", "method"})


def body_of(event: EventRecord) -> str:
    """The text that is signed and sent, the same for every endpoint and every try."""
    code = _code_of(event)
    facts = {name: value for name, value in event.payload.items() if name in _PASSED_ON}
    subject = {"kind": event.subject_kind, "code": code}
    if event.subject_kind == "repair" and code:
        subject["url"] = f"{settings.PUBLIC_URL}/api/v1/repairs/{code}"
    said: dict[str, Any] = {"type": event.name, "timestamp": event.at.isoformat(), "subject": subject, "data": facts}
    return json.dumps({**said, "sequence": event.sequence}, ensure_ascii=False, separators=(",", ":"))


def _code_of(event: EventRecord) -> str:
    model: Any = {"repair": Repair, "booking": Booking}.get(event.subject_kind)
    if model is None:
        return ""
    found: str | None = model.objects.filter(pk=event.subject_id).values_list("code", flat=True).first()
    return found or ""
