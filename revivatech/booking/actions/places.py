"""Taking and giving back places in the diary. The caller holds `lock_day`, and the database has the last word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import count

from django.db import IntegrityError, transaction

from revivatech.platform.inserting import insert
from revivatech.platform.locking import lock
from revivatech.platform.questions import Question
from revivatech.shop.models import Location

from ..availability import Slot, held_places, kinds_of, next_free, slots
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
    for slot in slots(location, day, day, moving=moving, by_staff=by_staff, **work.asked()):
        if slot.starts_at == starts_at and slot.free:
            return slot
    raise taken(location, starts_at, work, moving=moving, by_staff=by_staff)


def taken(
    location: Location, starts_at: datetime, work: Work, *, moving: int | None = None, by_staff: bool = False
) -> SlotTaken:
    free = next_free(location, starts_at, OFFERED_INSTEAD, moving=moving, by_staff=by_staff, **work.asked())
    return SlotTaken([slot.starts_at for slot in free])


def take(booking: Booking, slot: Slot, work: Work) -> None:
    """Hold a place of the slot, and one of every kind of work that can be capped."""
    location = booking.location
    used = {held.number for held in held_places(location, slot.starts_at, slot.ends_at)}
    try:
        with transaction.atomic():
            place = _first_free(used)
            insert(
                SlotPlace(
                    location=location, starts_at=slot.starts_at, ends_at=slot.ends_at, place=place, booking=booking
                )
            )
            _take_caps(booking, slot, work)
    except IntegrityError as error:  # somebody wrote without the lock
        raise taken(location, slot.starts_at, work) from error


def _take_caps(booking: Booking, slot: Slot, work: Work) -> None:
    day = slot.starts_at.astimezone(booking.location.zone).date()
    for kind in sorted(kinds_of(handover=work.handover, urgency=work.urgency, services=work.services)):
        place = _first_free(_CAPS_TAKEN(location=booking.location_id, day=day, kind=kind))
        insert(CapPlace(location=booking.location, day=day, kind=kind, place=place, booking=booking))


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
