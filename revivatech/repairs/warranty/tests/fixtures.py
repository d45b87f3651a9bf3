"""A repair handed over under warranty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.repairs import actions as repair_actions
from revivatech.repairs.models import Repair, WarrantyLine
from revivatech.repairs.warranty import actions as warranty_actions
from revivatech.shop.models import Location
from revivatech.testing.booking import make_service
from revivatech.testing.factories import make_repair

As = Callable[[User], Actor]


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def complete(repair: Repair, by: Actor, *, at: datetime = NOON) -> Repair:
    Repair.objects.filter(pk=repair.pk).update(status="ready_for_pickup", outcome=repair.outcome or "repaired")
    with clock.frozen(at):
        return repair_actions.hand_over(repair.code, received_by="Alice", method="collected", identity="name", by=by)


def line_of(repair: Repair) -> WarrantyLine:
    return repair.warranty_lines.get()


def finish_return(back: Repair, by: Actor, *, cause: str = "part", renews: bool = False) -> Repair:
    Repair.objects.filter(pk=back.pk).update(status="diagnosis")
    warranty_actions.set_cause(back.code, cause=cause, note="Seen under the lamp.", renews=renews, by=by)
    return complete(back, by, at=NOON + timedelta(days=40))


@pytest.fixture
def done(shop: Location, alice: User, fred: User, actor: As) -> Repair:
    """Alice's screen, 90 days from noon on 2 March 2026."""
    make_service("screen", pence=15000)
    repair = make_repair(location=shop, customer=alice.customer, services=["screen"], agreed_pence=15000)
    return complete(repair, actor(fred))
