"""Rows of the diary for tests: a booking with its device, a place that is taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from revivatech.booking.models import BookedDevice, BookedIssue, Booking, SlotPlace
from revivatech.catalogue.models import Service
from revivatech.platform import clock
from revivatech.shop.models import Location

from .factories import make_customer, make_device


def make_booking(
    *,
    location: Location,
    starts_at: datetime | None = None,
    devices: int = 1,
    issues: tuple[str, ...] = (),
    **fields: Any,
) -> Booking:
    """A confirmed booking as rows, without places in the diary; post when no start is given."""
    customer = fields.pop("customer", None) or make_customer()
    booking = Booking.objects.create(
        location=location,
        customer=customer,
        handover=fields.pop("handover", "drop_off" if starts_at else "post"),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=location.slot_minutes) if starts_at else None,
        **{"total_pence": 15000, "price_holds_until": clock.now() + timedelta(days=7), "terms_version": 1, **fields},
    )
    for position in range(1, devices + 1):
        booked = BookedDevice.objects.create(
            booking=booking, position=position, device=make_device(customer),
            description="The screen is cracked and stays dark.", backup="full",
        )  # fmt: skip
        for key in issues:
            service = Service.objects.get_or_create(key=key, defaults={"name": key.title()})[0]
            BookedIssue.objects.create(booked_device=booked, service=service)
    return booking


def hold_place(location: Location, starts_at: datetime, **fields: Any) -> SlotPlace:
    """A booking that holds the next place of the slot."""
    booking = make_booking(location=location, starts_at=starts_at, **fields)
    number = SlotPlace.objects.filter(location=location, starts_at=starts_at).count() + 1
    return SlotPlace.objects.create(
        location=location, starts_at=starts_at, ends_at=booking.ends_at, place=number, booking=booking
    )
