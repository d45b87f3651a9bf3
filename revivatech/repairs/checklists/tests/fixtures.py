"""A phone, its short list, and answers to it."""

from __future__ import annotations

import pytest

from revivatech.repairs.checklists.starter import install_starter_checklists
from revivatech.repairs.models import ChecklistItem, Repair
from revivatech.shop.models import Location
from revivatech.testing.factories import make_customer, make_device, make_repair


def phone(shop: Location, status: str = "initial_assessment", **fields: object) -> Repair:
    customer = fields.pop("customer", None) or make_customer()
    device = make_device(customer, category="smartphone", described="Nokia 3310")  # type: ignore[arg-type]
    return make_repair(location=shop, customer=customer, device=device, status=status, **fields)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def short_list(db: None) -> None:
    """Three functions instead of twenty."""
    install_starter_checklists()
    ChecklistItem.objects.filter(template__category="smartphone").exclude(
        key__in=("touch", "wi_fi", "charging")
    ).update(active=False)
