"""A job, and moments on a working Monday."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.factories import make_repair

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # London is on UTC, and open 09:00 to 18:00


def later(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


@pytest.fixture
def job(shop: Location) -> Repair:
    return make_repair(location=shop, status="repair_work", agreed_pence=100)
