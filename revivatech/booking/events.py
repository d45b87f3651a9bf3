"""What happens to a booking. Moments are ISO strings in UTC; None where there is no slot (post)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.platform.events.base import Event


@dataclass(frozen=True, kw_only=True)
class BookingConfirmed(Event):
    name: ClassVar[str] = "booking.confirmed"
    says = _("A booking was made")
    subject_field: ClassVar[str] = "booking_id"

    booking_id: int


@dataclass(frozen=True, kw_only=True)
class BookingRescheduled(Event):
    """`before` and `after` are the starts of the old and the new slot."""

    name: ClassVar[str] = "booking.rescheduled"
    says = _("A booking was moved")
    subject_field: ClassVar[str] = "booking_id"

    booking_id: int
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class BookingCancelled(Event):
    name: ClassVar[str] = "booking.cancelled"
    says = _("A booking was cancelled")
    subject_field: ClassVar[str] = "booking_id"

    booking_id: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class BookingArrived(Event):
    """A device of the booking was handed to us."""

    name: ClassVar[str] = "booking.arrived"
    says = _("A booked device was handed to us")
    subject_field: ClassVar[str] = "booking_id"

    booking_id: int
