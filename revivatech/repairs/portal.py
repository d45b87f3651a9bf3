"""What the signed-in customer's overview shows. Only their own rows, also for staff who are customers too."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import FETCH_RAISE

from revivatech.booking.models import Booking
from revivatech.customers.models import Customer, CustomerDevice
from revivatech.customers.queries import own_profile
from revivatech.platform.actors import Actor
from revivatech.platform.problems import NotFound

from . import statuses as s
from .models import Repair
from .queries import CLOSED, RepairQuerySet

PAST = 10
MOST = 50


@dataclass(frozen=True, slots=True)
class Overview:
    customer: Customer | None
    waiting: list[Repair]  # for the customer's answer on a price
    current: list[Repair]
    bookings: list[Booking]
    past: list[Repair]
    more_past: str  # the key of the next page, or ""
    devices: list[CustomerDevice]

    @property
    def is_empty(self) -> bool:
        return not (self.waiting or self.current or self.bookings or self.past)


def overview(actor: Actor, *, before: str = "") -> Overview:
    """`before` is the key of the page of past repairs."""
    customer = own_profile(actor)
    if customer is None:
        return Overview(None, [], [], [], [], "", [])
    confirmed = Booking.objects.filter(customer=customer, status=Booking.Status.CONFIRMED)
    bookings = confirmed.select_related("location").prefetch_related("devices__device__model__brand")
    current = list(_own(actor).open().order_by("-pk")[:MOST])
    # A device that has not come yet is told of by its booking.
    current = [row for row in current if not _only_booked(row)]
    past = list(_past(actor, before)[: PAST + 1])
    devices = CustomerDevice.objects.filter(customer=customer).select_related("model__brand").order_by("-pk")
    return Overview(
        customer,
        [row for row in current if _waits(row)],
        [row for row in current if not _waits(row)],
        list(bookings.order_by("starts_at", "pk")[:MOST]),
        past[:PAST],
        str(past[PAST - 1].pk) if len(past) > PAST else "",
        list(devices[:MOST]),
    )


def own_repair(code: str, actor: Actor) -> Repair:
    """With all that its tracking page reads. NotFound for everybody else's."""
    found = _own(actor).filter(code=code).prefetch_related("runs", "notes").first()
    if found is None:
        raise NotFound
    return found


def _own(actor: Actor) -> RepairQuerySet:
    if actor.user_id is None:
        return Repair.objects.none()
    rows = Repair.objects.filter(customer__user_id=actor.user_id)
    related = ("customer", "location", "device__model__brand", "booked_device__booking")
    return rows.fetch_mode(FETCH_RAISE).select_related(*related)


def _past(actor: Actor, before: str) -> RepairQuerySet:
    rows = _own(actor).filter(status__in=CLOSED).order_by("-pk")
    return rows.filter(pk__lt=int(before)) if before.isascii() and before.isdigit() and len(before) < 19 else rows


def _waits(repair: Repair) -> bool:
    return repair.status == s.AWAITING_APPROVAL and repair.proposed_pence is not None


def _only_booked(repair: Repair) -> bool:
    booked = repair.booked_device
    return repair.status == s.BOOKED and booked is not None and booked.booking.status == Booking.Status.CONFIRMED
