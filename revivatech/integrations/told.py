"""Which events webhooks can be told of, and what they are told.

What is sent says what happened to which booking or repair, and where to read more. Names, addresses, telephone numbers,
notes and prices stay here: an endpoint reads them over the API, with a key that may.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.functional import Promise

from revivatech.booking import events as booking
from revivatech.booking.models import Booking
from revivatech.customers import events as customers
from revivatech.platform.events.base import Event
from revivatech.platform.events.models import EventRecord
from revivatech.quotes import events as quote
from revivatech.repairs import events as repair
from revivatech.repairs.models import Repair
from revivatech.repairs.warranty import events as warranty

TOLD_EVENTS: tuple[type[Event], ...] = (
    booking.BookingConfirmed,
    booking.BookingRescheduled,
    booking.BookingCancelled,
    repair.RepairBooked,
    repair.RepairReceived,
    repair.StageChanged,
    repair.CheckFailed,
    repair.ReadyByChanged,
    repair.PriceProposed,
    repair.PriceAnswered,
    repair.RepairReady,
    repair.RepairCompleted,
    repair.RepairCancelled,
    quote.QuoteSent,
    quote.QuoteApproved,
    quote.QuoteDeclined,
    warranty.WarrantyClaimed,
    warranty.WarrantyClaimAnswered,
    warranty.WarrantyReturnOpened,
    customers.CompanyAdded,
    customers.CompanyChanged,
    customers.CompanyClosed,
    customers.ContactJoined,
    customers.ContactRightsChanged,
    customers.ContactRemoved,
)
TOLD: Mapping[str, Promise] = {kind.name: kind.says for kind in TOLD_EVENTS}
TEST = "webhook.test"
# Of an event's own facts only these, all of them states, moments and yes or no.
_PASSED_ON = frozenset(
    {"before", "after", "outcome", "approved", "quote_version", "method", "accepted", "covered", "rights"}
)


def body_of(event: EventRecord) -> str:
    """The text that is signed and sent, the same for every endpoint and every try."""
    code = _code_of(event)
    facts = {name: value for name, value in event.payload.items() if name in _PASSED_ON}
    subject: dict[str, Any] = {"kind": event.subject_kind, "code": code}
    if event.subject_kind == "company":  # has no code to read aloud
        subject |= {"id": event.subject_id, "url": f"{settings.PUBLIC_URL}/api/v1/companies/{event.subject_id}"}
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
