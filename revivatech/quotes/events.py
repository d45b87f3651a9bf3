"""What happens to a quote. It is told in its repair's log, where everything about the repair is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.platform.events import Event
from revivatech.repairs.events import RepairEvent
from revivatech.repairs.models import PriceAnswer


@dataclass(frozen=True, kw_only=True)
class QuoteEvent(RepairEvent):
    """`quote_version` is the number people say; `quote_id` the row."""

    quote_id: int
    quote_version: int


@dataclass(frozen=True, kw_only=True)
class QuoteStarted(QuoteEvent):
    """A draft was begun."""

    name: ClassVar[str] = "repair.quote_started"
    says = _("A quote was begun")


@dataclass(frozen=True, kw_only=True)
class QuoteDiscarded(QuoteEvent):
    """A draft was thrown away; nobody but staff has seen it."""

    name: ClassVar[str] = "repair.quote_discarded"
    says = _("A draft of a quote was thrown away")


@dataclass(frozen=True, kw_only=True)
class QuoteSent(QuoteEvent):
    """The customer was asked. The least and the most it can come to, and until when it holds (ISO moment)."""

    name: ClassVar[str] = "repair.quote_sent"
    says = _("A quote was sent")
    low_pence: int
    high_pence: int
    valid_until: str


@dataclass(frozen=True, kw_only=True)
class QuoteReplaced(QuoteEvent):
    """A version that was waiting no longer counts: a newer one was sent, or the shop took it back."""

    name: ClassVar[str] = "repair.quote_replaced"
    says = _("A quote no longer counts")
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuoteWithdrawn(QuoteEvent):
    """The shop took a quote back without sending another; the customer is told why. Its link says so too."""

    name: ClassVar[str] = "repair.quote_withdrawn"
    says = _("A quote was taken back")
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuoteApproved(QuoteEvent):
    """The customer chose. `option` is its title, `lines` the titles of everything chosen."""

    name: ClassVar[str] = "repair.quote_approved"
    says = _("A quote was approved")
    codes = {"how": dict(PriceAnswer._meta.get_field("how").flatchoices)}
    total_pence: int
    option: str
    lines: list[str]
    said_by: str
    how: str


@dataclass(frozen=True, kw_only=True)
class QuoteDeclined(QuoteEvent):
    """The customer wants none of it. `due_pence` is what the diagnosis costs them."""

    name: ClassVar[str] = "repair.quote_declined"
    says = _("A quote was declined")
    codes = {"how": dict(PriceAnswer._meta.get_field("how").flatchoices)}
    due_pence: int
    reason: str
    said_by: str
    how: str


@dataclass(frozen=True, kw_only=True)
class QuoteExpiring(QuoteEvent):
    """The customer is reminded, once, before the quote runs out."""

    name: ClassVar[str] = "repair.quote_expiring"
    says = _("The customer was reminded of a quote")


@dataclass(frozen=True, kw_only=True)
class QuoteExpired(QuoteEvent):
    """Its time passed without an answer."""

    name: ClassVar[str] = "repair.quote_expired"
    says = _("A quote expired without an answer")


@dataclass(frozen=True, kw_only=True)
class QuoteAskedAgain(QuoteEvent):
    """The customer asks for an expired quote to be renewed."""

    name: ClassVar[str] = "repair.quote_asked_again"
    says = _("A new quote was asked for")


@dataclass(frozen=True, kw_only=True)
class TemplateSaved(Event):
    name: ClassVar[str] = "quote_template.saved"
    says = _("A quote template was saved")
    subject_field: ClassVar[str] = "template_id"
    template_id: int
    title: str


@dataclass(frozen=True, kw_only=True)
class TemplateRemoved(Event):
    name: ClassVar[str] = "quote_template.removed"
    says = _("A quote template was removed")
    subject_field: ClassVar[str] = "template_id"
    template_id: int
    title: str
