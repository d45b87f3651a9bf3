"""Rows of the diary for tests: a booking with its device, a place that is taken."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from revivatech.booking.models import BookedDevice, BookedIssue, Booking, SlotPlace
from revivatech.booking.requests import Address, BookingRequest, DeviceRequest
from revivatech.catalogue.models import PriceRule, Service
from revivatech.customers.actions import Details
from revivatech.platform import clock
from revivatech.shop.hours import Calendar, instant
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
    ends_at = starts_at + timedelta(minutes=location.slot_minutes)
    number = SlotPlace.objects.filter(location=location, starts_at=starts_at).count() + 1
    return SlotPlace.objects.create(
        location=location, starts_at=starts_at, ends_at=ends_at, place=number, booking=booking
    )


def make_service(
    key: str = "screen",
    *,
    pence: int | None = 15000,
    minutes: int = 60,
    qualities: dict[str, int] | None = None,
    **fields: Any,
) -> Service:
    """A bookable service with one price for every device, and one for each quality named."""
    service, _created = Service.objects.update_or_create(
        key=key, defaults={"name": key.replace("-", " ").title(), "has_quality": bool(qualities), **fields}
    )
    if pence is not None:
        PriceRule.objects.create(service=service, price_pence=pence, minutes=minutes)
    for quality, amount in (qualities or {}).items():
        PriceRule.objects.create(service=service, quality=quality, price_pence=amount, minutes=minutes)
    return service


def make_request(location: Location, starts_at: datetime | None = None, **changes: Any) -> BookingRequest:
    """A valid request for one phone with a cracked screen; its price needs `make_service("screen")`."""
    device = DeviceRequest(
        category="smartphone", described="Nokia 3310", issues=("screen",), backup="full",
        description="The screen is cracked and stays dark.",
    )  # fmt: skip
    values: dict[str, Any] = {
        "devices": (device,),
        "handover": "drop_off" if starts_at else "post",
        "location_id": location.pk,
        "starts_at": starts_at,
        "contact": Details(name="Grace Guest", email="grace@example.com", phone="+442079460123"),
        "address": Address(line1="1 High Street", town="London", postcode="SE1 9SG"),
        "shown_pence": 15000 if starts_at else 15500,
        "terms_version": 1,
        **changes,
    }
    return BookingRequest(**values)


def next_opening(location: Location, *, days: int = 1, hour: int = 10) -> datetime:
    """`hour` o'clock on the first day from `days` ahead on which the location opens, in UTC."""
    day = clock.today(location.zone) + timedelta(days=days)
    while not Calendar.of(location).day(day):
        day += timedelta(days=1)
    return instant(day, time(hour), location.zone)
