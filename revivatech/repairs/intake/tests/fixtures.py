"""A phone in the shop and what intake stores of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from revivatech.accounts.models import User
from revivatech.booking.models import Booking
from revivatech.customers.models import Consent
from revivatech.platform.events.models import EventRecord
from revivatech.repairs.checklists.starter import install_starter_checklists
from revivatech.repairs.models import (
    ChecklistItem,
    ChecklistRun,
    DamageMark,
    Repair,
    TermsSignature,
)
from revivatech.shop.models import Business, Location
from revivatech.testing.booking import make_booking, next_opening
from revivatech.testing.factories import make_customer, make_device, make_repair

STROKES = json.dumps([[[10, 10], [200, 250], [400, 20]], [[500, 100]]])


def phone(shop: Location, status: str = "initial_assessment", **fields: Any) -> Repair:
    customer = fields.pop("customer", None) or make_customer()
    about = {"category": "smartphone", "described": "Nokia 3310", **fields.pop("about", {})}
    return make_repair(location=shop, customer=customer, device=make_device(customer, **about), status=status, **fields)


def nothing_stored() -> bool:
    tables = (TermsSignature, DamageMark, ChecklistRun, Consent, EventRecord)
    return not any(table.objects.exists() for table in tables)


@pytest.fixture(autouse=True)
def with_terms(shop: Location) -> None:
    install_starter_checklists()
    ChecklistItem.objects.exclude(key__in=("touch", "keyboard")).update(active=False)
    Business.objects.update(terms="Be kind.", terms_version=3)


@pytest.fixture
def booked(shop: Location, alice: User) -> tuple[Booking, Repair]:
    booking = make_booking(location=shop, starts_at=next_opening(shop, days=1, hour=10), customer=alice.customer)
    repair = make_repair(
        location=shop, customer=alice.customer, booked_device=booking.devices.get(), device=booking.devices.get().device
    )
    return booking, repair
