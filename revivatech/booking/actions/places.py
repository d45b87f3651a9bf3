"""Taking and giving back places in the diary. The caller holds `lock_day`, and the database has the last word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import count

from revivatech.platform.inserting import insert_unless_taken
from revivatech.platform.locking import lock
from revivatech.platform.questions import Question
from revivatech.shop.models import Location

from ..availability import Slot, kinds_of, next_free, slots
from ..models import Booking, CapPlace, SlotPlace
from ..problems import SlotTaken
from ..work import Work

OFFERED_INSTEAD = 5


def lock_day(location: Location, moment: datetime) -> None:
    """Wait for everybody else who books that local day at this location. Until the transaction ends."""
    lock(f"diary:{location.pk}:{moment.astimezone(location.zone):%Y-%m-%d}")


def find_slot(
    location: Location, starts_at: datetime, work: Work, *, moving: int | None = None, by_staff: bool = False
) -> Slot:
    """The slot that begins exactly then, when it has a place left; SlotTaken with the nearest free ones otherwise."""
    day = starts_at.astimezone(location.zone).date()
    for slot in slots(location, day, day, moving=moving, by_staff=by_staff, at=starts_at, **work.asked()):
        if slot.free:
            return slot
    raise taken(location, starts_at, work, moving=moving, by_staff=by_staff)


def taken(
    location: Location, starts_at: datetime, work: Work, *, moving: int | None = None, by_staff: bool = False
) -> SlotTaken:
    free = next_free(location, starts_at, OFFERED_INSTEAD, moving=moving, by_staff=by_staff, **work.asked())
    return SlotTaken([slot.starts_at for slot in free])


def take(booking: Booking, slot: Slot, work: Work) -> None:
    """Hold a place of the slot, as `find_slot` found it, and one of every kind of work that can be capped. SlotTaken otherwise,
    and then the transaction must end with nothing kept of it."""
    location = booking.location
    place = SlotPlace(
        location=location,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        place=_first_free(slot.taken),
        booking=booking,
    )
    if not (insert_unless_taken(place) and _take_caps(booking, slot, work)):  # somebody wrote without the lock
        raise taken(location, slot.starts_at, work)


def _take_caps(booking: Booking, slot: Slot, work: Work) -> bool:
    day = slot.starts_at.astimezone(booking.location.zone).date()
    kinds = sorted(kinds_of(handover=work.handover, urgency=work.urgency, services=work.services))
    return all(_take_cap(booking, day, kind) for kind in kinds)


def _take_cap(booking: Booking, day: date, kind: str) -> bool:
    place = _first_free(_CAPS_TAKEN(location=booking.location_id, day=day, kind=kind))
    return insert_unless_taken(CapPlace(location=booking.location, day=day, kind=kind, place=place, booking=booking))


_CAPS_TAKEN = Question(
    lambda location, day, kind: CapPlace.objects.filter(location_id=location, day=day, kind=kind).values_list(
        "place", flat=True
    )
)


def give_back(booking: Booking) -> None:
    SlotPlace.objects.filter(booking=booking).delete()
    CapPlace.objects.filter(booking=booking).delete()


def _first_free(used: Iterable[int]) -> int:
    numbers = set(used)
    return next(number for number in count(1) if number not in numbers)
