"""The prices a new shop starts from: a suggestion, unreviewed until somebody has looked at each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from revivatech.platform.locking import lock

from .models import PriceRule, Service
from .services import install_services


@dataclass(frozen=True, slots=True)
class StarterPrice:
    """Gross, for every device. `from_price`: an estimate that diagnosis confirms."""

    service_key: str
    price_pence: int
    minutes: int
    from_price: bool = False
    warranty_days: int | None = None  # None: the shop's policy for the part


STARTER_PRICES: tuple[StarterPrice, ...] = (
    StarterPrice("screen", 15000, 90),
    StarterPrice("battery", 8000, 60),
    StarterPrice("charging_port", 10000, 75),
    StarterPrice("camera", 12000, 60),
    StarterPrice("speaker", 9000, 60),
    StarterPrice("button", 7000, 60),
    StarterPrice("board", 40000, 240, from_price=True),
    StarterPrice("liquid_damage", 20000, 180, from_price=True),
    StarterPrice("data_recovery", 30000, 240, from_price=True, warranty_days=0),
    StarterPrice("software", 6000, 60),
    StarterPrice("diagnostic", 4000, 60, warranty_days=0),
    StarterPrice("custom", 10000, 120, from_price=True),
)


@transaction.atomic
def install_starter_prices() -> int:
    """Add the starter price of each service that has never had a price rule; returns how many. Safe to repeat."""
    lock("catalogue:starter")
    install_services()
    priced = set(PriceRule.objects.values_list("service__key", flat=True))
    services = {service.key: service for service in Service.objects.all()}
    fresh = [
        PriceRule(
            service=services[starter.service_key],
            price_pence=starter.price_pence,
            minutes=starter.minutes,
            from_price=starter.from_price,
            warranty_days=starter.warranty_days,
        )
        for starter in STARTER_PRICES
        if starter.service_key in services and starter.service_key not in priced
    ]
    PriceRule.objects.bulk_create(fresh)
    return len(fresh)
