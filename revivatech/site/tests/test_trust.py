"""Figures about the shop's work: from finished repairs only, rounded against us, and silent below thirty."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from revivatech.platform import clock
from revivatech.repairs.models import Outcome, Repair, StageRun
from revivatech.shop.models import Location
from revivatech.site import browse, trust
from revivatech.testing.catalogue import make_listed_model
from revivatech.testing.factories import make_customer, make_device

pytestmark = pytest.mark.django_db


def make_finished(shop: Location, count: int, *, late: int = 0, returned: int = 0) -> None:
    """`count` repairs that took a day and a half; `late` of them were ready after what the customer was told."""
    customer = make_customer("Maya Okafor")
    device = make_device(customer)
    now = clock.now()
    made = Repair.objects.bulk_create(
        Repair(
            location=shop, customer=customer, device=device, description="Cracked", status="completed",
            outcome=Outcome.REPAIRED, received_at=now - timedelta(days=9), completed_at=now - timedelta(days=5),
            ready_by=now - timedelta(days=9) + timedelta(hours=35 if number < late else 40),
        )
        for number in range(count)
    )  # fmt: skip
    StageRun.objects.bulk_create(
        StageRun(
            repair=repair, stage=7, status="ready_for_pickup", started_at=now - timedelta(days=9) + timedelta(hours=36),
            ended_at=now - timedelta(days=5),
        )
        for repair in made
    )  # fmt: skip
    for repair in made[:returned]:
        Repair.objects.create(
            location=shop, customer=customer, device=device, description="Again", returned_from=repair
        )


def test_too_few_say_nothing(shop: Location, client: Client) -> None:
    make_finished(shop, trust.ENOUGH - 1)
    assert trust.measure() is None
    assert "devices repaired in twelve months" not in client.get("/").text


def test_enough_speak_for_themselves(shop: Location, client: Client) -> None:
    make_finished(shop, 40, late=3, returned=1)
    assert trust.measure() == trust.Trust(repaired=40, median_hours=36, kept_percent=92, returned_percent=3)
    cache.clear()
    page = client.get("/").text
    assert "devices repaired in twelve months" in page
    assert "92 %" in page


def test_old_repairs_and_other_outcomes_do_not_count(shop: Location) -> None:
    make_finished(shop, 40)
    Repair.objects.filter(pk__in=Repair.objects.values("pk")[:6]).update(outcome=Outcome.NO_FAULT_FOUND)
    some = Repair.objects.filter(outcome=Outcome.REPAIRED).values("pk")[:6]
    Repair.objects.filter(pk__in=some).update(completed_at=clock.now() - timedelta(days=400))
    assert trust.measure() is None


def test_common_faults_need_enough_bookings(shop: Location) -> None:
    assert browse.common_faults(make_listed_model("iPhone 13")) == []
