"""Into our care: opened by a booking, checked in at the counter, or walked in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.booking.actions import mark_arrived
from revivatech.booking.models import BookedDevice, BookedIssue
from revivatech.customers.actions import hold
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.inserting import insert
from revivatech.platform.problems import Invalid
from revivatech.platform.questions import Question
from revivatech.shop.models import Location

from .. import policies
from .. import statuses as s
from ..events import RepairBooked, RepairReceived
from ..models import Repair
from ..topics import announce_change
from .change import changing, enter, needs_text


@dataclass(frozen=True, kw_only=True)
class WalkIn:
    """A device on the counter. `price` is the engine's result as JSON, `agreed_pence` what the customer said yes to (None: after diagnosis)."""

    location_id: int
    customer_id: int
    device_id: int
    description: str
    services: list[str]
    urgency: str = "standard"
    condition: str = ""
    accessories: str = ""
    storage_place: str = ""
    price: dict[str, Any] | None = None
    agreed_pence: int | None = None
    bench_minutes: int = 0
    currency: str = "GBP"


def open_booked(booking_id: int, *, by: Actor) -> list[Repair]:
    """One booked repair for each device of a confirmed booking, in the caller's transaction.

    A fixed price is agreed by booking; an estimate is not: diagnosis proposes the price later.
    """
    opened = []
    for booked in _NOT_OPENED(booking=booking_id):
        booking = booked.booking
        fixed = not booked.price.get("is_estimate", True)
        repair = Repair(
            location_id=booking.location_id,
            customer_id=booking.customer_id,
            device_id=booked.device_id,
            booked_device=booked,
            urgency=booking.urgency,
            description=booked.description,
            services=booked.service_keys,  # type: ignore[attr-defined]  # annotated
            condition=booked.condition,
            price=booked.price,
            agreed_pence=booked.price.get("total_pence") if fixed else None,
            currency=booking.currency,
            bench_minutes=booked.price.get("minutes", 0),
        )
        insert(repair)
        record(RepairBooked(repair_id=repair.pk), by=by, is_first=True)
        announce_change(repair)
        opened.append(repair)
    return opened


def _not_opened(booking: int) -> QuerySet[BookedDevice]:
    services = BookedIssue.objects.filter(booked_device=OuterRef("pk")).values("service__key")
    booked = BookedDevice.objects.filter(booking_id=booking, repair__isnull=True).select_related("booking")
    return booked.annotate(service_keys=ArraySubquery(services))


_NOT_OPENED = Question(_not_opened)


def check_in(
    code: str,
    *,
    by: Actor,
    accessories: str = "",
    condition: str = "",
    storage_place: str = "",
    version: int | None = None,
) -> Repair:
    """The booked device is handed to us: the first stage begins and the customer gets a date."""
    with changing(code, by=by, version=version, touches_booking=True) as repair:
        check_in_locked(repair, accessories=accessories, condition=condition, storage_place=storage_place, by=by)
        return repair


def check_in_locked(repair: Repair, *, accessories: str, condition: str, storage_place: str, by: Actor) -> None:
    """The same for a repair that the caller has locked, with its booking."""
    policies.check_may_move(by, repair, s.INITIAL_ASSESSMENT)
    before = enter(repair, s.INITIAL_ASSESSMENT, by=by)
    repair.received_at = clock.now()
    repair.accessories = accessories.strip()[:300]
    repair.condition = condition.strip()[:300] or repair.condition
    repair.storage_place = storage_place.strip()[:60]
    record(RepairReceived(repair_id=repair.pk, before=before, after=s.INITIAL_ASSESSMENT), by=by)
    if repair.booked_device is not None:
        mark_arrived(repair.booked_device.booking_id, by=by)


@transaction.atomic
def walk_in(asked: WalkIn, *, by: Actor) -> Repair:
    """Open a repair for a device on the counter and begin its first stage at once."""
    require(by, "repairs.receive", at=asked.location_id)
    location = Location.objects.filter(pk=asked.location_id, active=True).first()
    if location is None:
        raise Invalid({"location": [_("Choose a location that is open.")]})
    description = needs_text("description", asked.description, _("Describe the fault."), at_most=1500)
    hold(asked.customer_id)  # against a merge of that customer at this moment
    now = clock.now()
    repair = Repair.objects.create(
        location=location,
        customer_id=asked.customer_id,
        device_id=asked.device_id,
        urgency=asked.urgency,
        description=description,
        services=asked.services,
        condition=asked.condition.strip()[:300],
        accessories=asked.accessories.strip()[:300],
        storage_place=asked.storage_place.strip()[:60],
        price=asked.price or {},
        agreed_pence=asked.agreed_pence,
        bench_minutes=asked.bench_minutes,
        currency=asked.currency,
        received_at=now,
    )
    record(RepairBooked(repair_id=repair.pk), by=by)
    before = enter(repair, s.INITIAL_ASSESSMENT, by=by)
    repair.save()
    record(RepairReceived(repair_id=repair.pk, before=before, after=s.INITIAL_ASSESSMENT), by=by)
    announce_change(repair)
    return repair
