"""When somebody could come: the next free time of each location."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from revivatech.booking.availability import Slot, slots
from revivatech.platform import clock
from revivatech.shop.models import Location

DAYS_AHEAD = 6  # a shop that is full for a week says so in the booking


@dataclass(frozen=True, slots=True)
class Soonest:
    location: Location
    slot: Slot


def soonest(locations: Sequence[Location], *, services: Iterable[str] = ()) -> Soonest | None:
    """The first free time for handing a device over, at whichever location has it; None when the week is full."""
    found = []
    for location in locations:
        today = clock.today(location.zone)
        days = slots(location, today, today + timedelta(days=DAYS_AHEAD), services=services)
        if free := next((slot for slot in days if slot.free), None):
            found.append(Soonest(location, free))
    return min(found, key=lambda one: one.slot.starts_at, default=None)
