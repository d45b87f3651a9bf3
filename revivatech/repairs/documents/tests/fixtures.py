"""One repair, in the shop and handed over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from revivatech.accounts.models import User
from revivatech.catalogue.pricing import DevicePart, Line, Price
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.repairs import actions
from revivatech.repairs import statuses as s
from revivatech.repairs.documents.models import RepairCertificate
from revivatech.repairs.models import Repair, StageRun
from revivatech.shop.models import Location
from revivatech.testing.factories import make_customer, make_device, make_repair

As = Callable[[User], Actor]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

NAME = "Zoë #1 *Müller* $x$ محمد 🙂 " + "W" * 90

PRICE = Price(
    lines=(
        Line("service", "Screen", 15000, device=0, service_key="screen", quality="premium", warranty_days=365),
        Line("urgency", "Priority service", 2500, device=0),
    ),
    total_pence=17500, vat_pence=2917, net_pence=14583, currency="GBP", vat_rate_bp=2000, minutes=60, is_estimate=False,
    deposit_pence=0, devices=(DevicePart("Pixel", 17500, 60, False),), urgency="priority", handover="drop_off", deposit_bp=0,
    deposit_above_pence=0,
).as_json()  # fmt: skip

HERE = "http://localhost:3010"


def hand_over(repair: Repair, by: Actor) -> None:
    actions.hand_over(
        repair.code,
        received_by="Zoë’s brother",
        method="collected",
        identity="id",
        returned=["Charger & case #2"],
        by=by,
    )


def certificate_of(repair: Repair) -> RepairCertificate:
    return repair.certificates.get()


@pytest.fixture
def repair(shop: Location, tess: User) -> Repair:
    """Done, tested and waiting to be collected; received on the first of March 2026."""
    customer = make_customer(NAME, email="zoe@example.com", phone="+442079460123")
    device = make_device(
        customer, described="Pixel #9 é “Pro”", category="smartphone", serial="FK-#77", imei="490154203237518"
    )
    repair = make_repair(
        location=shop, customer=customer, device=device, status=s.READY_FOR_PICKUP, outcome="repaired", price=PRICE,
        agreed_pence=17500, received_at=NOON - timedelta(days=1), accessories="Charger & case #2", condition="Scratch <left>",
        storage_place="Shelf C-3", assigned_to=tess, urgency="priority",
    )  # fmt: skip
    for stage, status in ((4, s.REPAIR_WORK), (5, s.QUALITY_CHECK), (6, s.FINAL_TESTING)):
        run = {"started_at": NOON - timedelta(hours=5), "ended_at": NOON - timedelta(hours=1), "technician": tess}
        StageRun.objects.create(repair=repair, stage=stage, status=status, **run)
    return repair


@pytest.fixture
def done(repair: Repair, fred: User, actor: As) -> Repair:
    with clock.frozen(NOON):
        hand_over(repair, actor(fred))
    repair.refresh_from_db()
    return repair
