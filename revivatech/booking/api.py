"""Times, prices and bookings for other programs."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from revivatech.accounts.access import acting
from revivatech.catalogue.pricing import quote
from revivatech.platform.actors import Actor
from revivatech.platform.api.answers import tagged_json
from revivatech.platform.api.once import key_of, once_by_key, takes_key
from revivatech.platform.api.paging import page_of, whole
from revivatech.platform.api.schemas import Cursor, Key, Page
from revivatech.platform.api.who import Who
from revivatech.platform.limits import address_block, client_address, hit, hit_here
from revivatech.platform.problems import Invalid, NotFound
from revivatech.platform.web.keeping import keep
from revivatech.shop.queries import location_with_hours

from . import actions
from .api_schemas import (
    BookingIn,
    BookingOut,
    CancellationIn,
    ChangeIn,
    HandoverName,
    PriceIn,
    PriceOut,
    SlotOut,
    UrgencyName,
)  # fmt: skip
from .availability import slots
from .checks import resolve_devices
from .models import Booking
from .queries import by_token
from .unchanged import WATCHED, good_until, state_of

router = Router(tags=["Bookings"])
MOST_DAYS = 31
Token = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{20,40}$", description="The secret part of the private link.")]


@router.get("/slots", response=Page[SlotOut], auth=Who(public=True), summary="Times that can be booked")
def list_slots(
    request: HttpRequest,
    location: Annotated[Key, Query()],
    first: Annotated[date, Query(alias="from", description="A day in the location's own calendar.")],
    last: Annotated[date, Query(alias="to", description="The last day, at most 31 days after the first.")],
    handover: HandoverName = "drop_off",
    urgency: UrgencyName = "standard",
    services: Annotated[list[str], Query(max_length=15, description="Keys of services; some have a daily cap.")] = [],  # noqa: B006 - ninja copies it
    work_minutes: Annotated[int, Query(ge=0, le=6_000, description="Bench time, for the same day.")] = 0,
) -> Any:
    """Full ones are left out. By post nobody needs a time, so the list is empty."""
    _limit_slots(request)
    if not 0 <= (last - first).days <= MOST_DAYS:
        raise Invalid({"to": ["Ask for at most 31 days, the first one first."]})

    def make() -> tuple[HttpResponse, datetime]:
        place = location_with_hours(location)
        if place is None:
            raise NotFound
        found = slots(
            place, first, last, handover=handover, urgency=urgency, services=services, work_minutes=work_minutes
        )
        free = [{"starts_at": one.starts_at, "ends_at": one.ends_at, "free": one.free} for one in found if one.free]
        answer = tagged_json(whole(free), cache="no-cache")
        return answer, good_until(place, found)

    return keep(request, partial(state_of, location, first, last), make, tables=WATCHED, each=_limit_slots)


def _limit_slots(request: HttpRequest) -> None:
    hit_here("api-slots", address_block(client_address(request)), limit=240, per=60)


@router.post("/prices", response=PriceOut, auth=Who(public=True), summary="What a booking would cost")
def ask_price(request: HttpRequest, asked: PriceIn) -> Any:
    """Nothing is stored. Send `total_pence` of the answer as `shown_pence` when you book."""
    hit("api-prices", address_block(client_address(request)), limit=120, per=60)
    wanted = [one.as_request() for one in asked.devices]
    devices, errors = resolve_devices(wanted, by=acting(request))
    # A price needs no words about the fault and no answer about the backup.
    if found := {name: said for name, said in errors.items() if not name.endswith((".description", ".backup"))}:
        raise Invalid(found)
    return PriceOut.of(quote([one.ask() for one in devices], urgency=asked.urgency, handover=asked.handover))


@router.post("/bookings", response={201: BookingOut}, auth=Who(public=True), summary="Book")
@takes_key
def create_booking(request: HttpRequest, asked: BookingIn) -> Any:
    """`shown_pence` is the total the customer saw: when it is not the price any more, nothing is booked."""
    hit("booking-address", address_block(client_address(request)), limit=20, per=3600)
    for reached_by in {asked.contact.email.strip().casefold(), asked.contact.phone} - {""}:
        hit("booking-contact", reached_by, limit=6, per=3600)
    key = key_of(request) or str(uuid.uuid4())
    booking = actions.confirm(asked.as_request(), idempotency_key=key, by=acting(request))
    return Status(201, BookingOut.of(booking))


@router.get("/bookings", response=Page[BookingOut], auth=Who("bookings.view"), summary="Bookings you may see")
def list_bookings(request: HttpRequest, cursor: Cursor = "", limit: Annotated[int, Query(ge=1, le=100)] = 50) -> Any:
    """Staff: of their locations. Customers: their own. The newest first."""
    rows = Booking.objects.visible_to(acting(request)).select_related("location", "customer")
    return page_of(rows.prefetch_related("devices__device__model__brand", "devices__issues__service"),
                   BookingOut.of, cursor=cursor, limit=limit)  # fmt: skip


@router.get("/bookings/{token}", response=BookingOut, auth=Who(public=True), summary="One booking, by its private link")
def get_booking(request: HttpRequest, token: Token) -> Any:
    return BookingOut.of(by_token(token)[0])


@router.post("/bookings/{token}/changes", response=BookingOut, auth=Who(public=True), summary="Move to another time")
@once_by_key
def change_booking(request: HttpRequest, token: Token, asked: ChangeIn) -> Any:
    booking, holder = by_token(token)
    actions.reschedule(booking.pk, asked.starts_at, by=_either(request, holder))
    return BookingOut.of(by_token(token)[0])


@router.post("/bookings/{token}/cancellation", response=BookingOut, auth=Who(public=True), summary="Cancel")
@once_by_key
def cancel_booking(request: HttpRequest, token: Token, asked: CancellationIn) -> Any:
    booking, holder = by_token(token)
    actions.cancel(booking.pk, reason=asked.reason, by=_either(request, holder))
    return BookingOut.of(by_token(token)[0])


def _either(request: HttpRequest, holder: Actor) -> Actor:
    """Staff act as themselves, so that the log names them; everybody else as whoever holds the link."""
    actor = acting(request)
    return actor if actor.is_staff and actor.may("bookings.manage") else holder
