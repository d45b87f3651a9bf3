"""Who may change a booking, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.problems import Denied

from .models import Booking
from .problems import NotChangeable, TooLateToChange


def change_until(booking: Booking) -> datetime | None:
    """The last moment at which the customer may change it themselves; None for post, which has no time to miss."""
    if booking.starts_at is None:
        return None
    return booking.starts_at - timedelta(minutes=booking.location.notice_minutes)


def manages(actor: Actor, booking: Booking) -> bool:
    return actor.may("bookings.manage", at=booking.location_id)


def check_may_change(actor: Actor, booking: Booking) -> None:
    """Staff who manage bookings: any time. Whoever came by its private link and the customer: until the notice begins."""
    if booking.status != Booking.Status.CONFIRMED:
        raise NotChangeable
    if manages(actor, booking):
        return
    theirs = actor.opened("booking", booking.pk) or (
        actor.user_id is not None and actor.user_id == booking.customer.user_id
    )
    if not theirs:
        raise Denied
    until = change_until(booking)
    if until is not None and clock.now() > until:
        raise TooLateToChange(phone=booking.location.phone)


def may_change(actor: Actor, booking: Booking) -> bool:
    try:
        check_may_change(actor, booking)
    except (Denied, NotChangeable):
        return False
    return True


def check_may_receive(actor: Actor, booking: Booking) -> None:
    if not any(actor.may(name, at=booking.location_id) for name in ("repairs.receive", "bookings.manage")):
        raise Denied
