"""How long things take, counted in the location's opening hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from revivatech.shop.hours import add_open_minutes

from . import statuses as s
from .models import Repair


def stage_minutes(repair: Repair, status: str) -> int:
    """Estimated minutes of opening hours for a status. Repair work takes the bench time of the work agreed, when known."""
    if status == s.REPAIR_WORK and repair.bench_minutes:
        return repair.bench_minutes
    return s.STATUSES[status].minutes


def stage_due(repair: Repair, status: str, start: datetime) -> datetime | None:
    """When the stage should be over. Waiting for an answer has no clock: it is the customer's."""
    minutes = stage_minutes(repair, status)
    if not minutes:
        return None
    if status == s.PARTS_ORDERING:
        start += timedelta(days=repair.lead_days)  # a supplier does not keep our opening hours
    return add_open_minutes(repair.location, start, minutes)


def ready_by(repair: Repair, status: str, start: datetime) -> datetime | None:
    """When the device should be ready to collect if all goes on from `status` as estimated.

    None while it is booked, waiting for the customer or closed: no date is better than a wrong one.
    Parts are counted only when the repair is waiting for some: most do not.
    """
    if status not in _PATH:
        return None
    if status == s.PARTS_ORDERING:
        start += timedelta(days=repair.lead_days)
    ahead = _PATH[_PATH.index(status) :]
    if status != s.PARTS_ORDERING:
        ahead = tuple(key for key in ahead if key != s.PARTS_ORDERING)
    return add_open_minutes(repair.location, start, sum(stage_minutes(repair, key) for key in ahead))


_PATH = (s.INITIAL_ASSESSMENT, s.DIAGNOSIS, s.PARTS_ORDERING, s.REPAIR_WORK, s.QUALITY_CHECK, s.FINAL_TESTING)
