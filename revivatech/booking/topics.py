"""Live topics of bookings: `booking:<id>` for its page, `diary:<location_id>` for the staff's diary."""

from __future__ import annotations

from revivatech.platform.realtime.announce import announce

from .models import Booking


def booking_topic(booking_id: int) -> str:
    return f"booking:{booking_id}"


def diary_topic(location_id: int) -> str:
    return f"diary:{location_id}"


def announce_booking(booking: Booking) -> None:
    announce(booking_topic(booking.pk), diary_topic(booking.location_id), f"customer:{booking.customer_id}")
