"""What happens to a quote. It is told in its repair's log, where everything about the repair is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from revivatech.platform.events import Event
from revivatech.repairs.events import RepairEvent


@dataclass(frozen=True, kw_only=True)
class QuoteEvent(RepairEvent):
    """`quote_version` is the number people say; `quote_id` the row."""

    quote_id: int
    quote_version: int


@dataclass(frozen=True, kw_only=True)
class QuoteStarted(QuoteEvent):
    """A draft was begun."""

    name: ClassVar[str] = "repair.quote_started"


@dataclass(frozen=True, kw_only=True)
class QuoteDiscarded(QuoteEvent):
    """A draft was thrown away; nobody but staff has seen it."""

    name: ClassVar[str] = "repair.quote_discarded"


@dataclass(frozen=True, kw_only=True)
class QuoteSent(QuoteEvent):
    """The customer was asked. The least and the most it can come to, and until when it holds (ISO moment)."""

    name: ClassVar[str] = "repair.quote_sent"
    low_pence: int
    high_pence: int
    valid_until: str


@dataclass(frozen=True, kw_only=True)
class QuoteReplaced(QuoteEvent):
    """A version that was waiting no longer counts: a newer one was sent, or the shop took it back."""

    name: ClassVar[str] = "repair.quote_replaced"
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuoteWithdrawn(QuoteEvent):
    """The shop took a quote back without sending another; the customer is told why. Its link says so too."""

    name: ClassVar[str] = "repair.quote_withdrawn"
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuoteApproved(QuoteEvent):
    """The customer chose. `option` is its title, `lines` the titles of everything chosen."""

    name: ClassVar[str] = "repair.quote_approved"
    total_pence: int
    option: str
    lines: list[str]
    said_by: str
    how: str


@dataclass(frozen=True, kw_only=True)
class QuoteDeclined(QuoteEvent):
    """The customer wants none of it. `due_pence` is what the diagnosis costs them."""

    name: ClassVar[str] = "repair.quote_declined"
    due_pence: int
    reason: str
    said_by: str
    how: str


@dataclass(frozen=True, kw_only=True)
class QuoteExpiring(QuoteEvent):
    """The customer is reminded, once, before the quote runs out."""

    name: ClassVar[str] = "repair.quote_expiring"


@dataclass(frozen=True, kw_only=True)
class QuoteExpired(QuoteEvent):
    """Its time passed without an answer."""

    name: ClassVar[str] = "repair.quote_expired"


@dataclass(frozen=True, kw_only=True)
class QuoteAskedAgain(QuoteEvent):
    """The customer asks for an expired quote to be renewed."""

    name: ClassVar[str] = "repair.quote_asked_again"


@dataclass(frozen=True, kw_only=True)
class TemplateSaved(Event):
    name: ClassVar[str] = "quote_template.saved"
    subject_field: ClassVar[str] = "template_id"
    template_id: int
    title: str


@dataclass(frozen=True, kw_only=True)
class TemplateRemoved(Event):
    name: ClassVar[str] = "quote_template.removed"
    subject_field: ClassVar[str] = "template_id"
    template_id: int
    title: str
