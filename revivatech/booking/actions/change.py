"""Moving, cancelling and receiving a booking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.customers.names import tidy
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid, NotFound

from ..checks import is_moment
from ..events import BookingArrived, BookingCancelled, BookingRescheduled
from ..models import Booking
from ..policies import check_may_change, check_may_receive, manages
from ..problems import NotChangeable
from ..queries import work_of
from ..topics import announce_booking
from . import places


def reschedule(booking_id: int, starts_at: datetime, *, by: Actor) -> Booking:
    """Move a booking to another slot: the new place is taken and the old one given back together, or neither."""
    if not is_moment(starts_at):
        raise Invalid({"slot": [_("Choose a day and time.")]})
    with transaction.atomic():
        # The day first, the booking's row second: the order of locks everywhere. Giving a place back needs no lock.
        found = Booking.objects.visible_to(by).select_related("location").filter(pk=booking_id).first()
        if found is None:
            raise NotFound
        places.lock_day(found.location, starts_at)
        with _changing(booking_id, by) as booking:
            _move(booking, starts_at, by)
            return booking


def _move(booking: Booking, starts_at: datetime, by: Actor) -> None:
    check_may_change(by, booking)
    before = booking.starts_at
    if before is None:
        raise NotChangeable(_("A booking by post has no time to move."))
    if before == starts_at:
        return
    work = work_of(booking)
    slot = places.find_slot(booking.location, starts_at, work, moving=booking.pk, by_staff=manages(by, booking))
    places.give_back(booking)
    places.take(booking, slot, work)
    booking.starts_at, booking.ends_at = slot.starts_at, slot.ends_at
    booking.calendar_sequence += 1
    booking.save(update_fields=["starts_at", "ends_at", "calendar_sequence"])
    record(BookingRescheduled(booking_id=booking.pk, before=_iso(before), after=_iso(slot.starts_at)), by=by)


def cancel(booking_id: int, *, reason: str = "", by: Actor) -> Booking:
    """Give the place back. Cancelling twice is refused, so that it is told once."""
    with _changing(booking_id, by) as booking:
        check_may_change(by, booking)
        places.give_back(booking)
        booking.status = Booking.Status.CANCELLED
        booking.cancelled_at = clock.now()
        booking.cancel_reason = tidy(reason[:3000])[:300]
        booking.calendar_sequence += 1
        booking.save(update_fields=["status", "cancelled_at", "cancel_reason", "calendar_sequence"])
        record(BookingCancelled(booking_id=booking.pk, reason=booking.cancel_reason), by=by)
        return booking


def mark_arrived(booking_id: int, *, by: Actor) -> Booking:
    """A device of the booking was handed to us; the second and third device change nothing more."""
    with _changing(booking_id, by) as booking:
        check_may_receive(by, booking)
        if booking.status == Booking.Status.CANCELLED:
            raise NotChangeable(_("This booking was cancelled. Take the device in as a walk-in."))
        if booking.status == Booking.Status.CONFIRMED:
            booking.status = Booking.Status.ARRIVED
            booking.save(update_fields=["status"])
            record(BookingArrived(booking_id=booking.pk), by=by)
        return booking


@contextmanager
def _changing(booking_id: int, by: Actor) -> Iterator[Booking]:
    with transaction.atomic():
        booking = (
            Booking.objects.visible_to(by)
            .select_for_update(of=("self",), no_key=True)
            .select_related("location", "customer")
            .filter(pk=booking_id)
            .first()
        )
        if booking is None:
            raise NotFound
        yield booking
        announce_booking(booking)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
