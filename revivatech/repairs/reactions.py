"""What a booking does to its repairs, inside the booking's own transaction."""

from __future__ import annotations

from revivatech.booking.events import BookingCancelled, BookingConfirmed, BookingRescheduled
from revivatech.customers.events import CustomersMerged, CustomersUnmerged
from revivatech.platform.actors import Actor, system
from revivatech.platform.events.base import Event
from revivatech.platform.events.models import EventRecord

from . import actions
from . import statuses as s
from .models import Repair
from .topics import announce_change


def open_repairs(event: Event, row: EventRecord, by: Actor) -> None:
    assert isinstance(event, BookingConfirmed)
    actions.open_booked(event.booking_id, by=by)


def cancel_repairs(event: Event, row: EventRecord, by: Actor) -> None:
    """A cancelled booking cancels what has not arrived yet. The booking's policy has allowed it, so the system does it."""
    assert isinstance(event, BookingCancelled)
    waiting = Repair.objects.filter(booked_device__booking_id=event.booking_id, status=s.BOOKED).order_by("pk")
    for repair in waiting:
        actions.cancel(repair.code, reason=event.reason or "The booking was cancelled.", by=system(by.label))


def announce_new_owner(event: Event, row: EventRecord, by: Actor) -> None:
    """Customers were merged, or a merge undone: pages of their repairs show other names now."""
    assert isinstance(event, CustomersMerged | CustomersUnmerged)
    other = event.merged_id if isinstance(event, CustomersMerged) else event.restored_id
    for repair in Repair.objects.filter(customer_id__in=[event.customer_id, other]).open():
        announce_change(repair)


def announce_rescheduled(event: Event, row: EventRecord, by: Actor) -> None:
    """Pages that show when the device comes look again."""
    assert isinstance(event, BookingRescheduled)
    for repair in Repair.objects.filter(booked_device__booking_id=event.booking_id):
        announce_change(repair)
