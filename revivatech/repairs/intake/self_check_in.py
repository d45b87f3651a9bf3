"""At the door: the customer says what they brought and signs; staff take the device from them afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.booking.models import Booking
from revivatech.customers.phone import PhoneError, normalise
from revivatech.platform import clock, ids
from revivatech.platform.actors import Actor, by_link
from revivatech.platform.events.record import record
from revivatech.platform.problems import Gone, Invalid, NotFound
from revivatech.shop.queries import business

from .. import statuses as s
from ..actions.change import changing
from ..events import SelfCheckedIn
from ..models import Repair, SelfCheckIn
from .signing import Signature, check_signature, sign_locked

SALT = "repairs.self-check-in"
PASS_SECONDS = 30 * 60
_LONGEST = {"accessories": 300, "condition": 300, "description": 1500}


@dataclass(frozen=True, slots=True)
class Told:
    """What the customer says of one device. Not brought: it stays booked."""

    brought: bool
    description: str = ""
    accessories: str = ""
    condition: str = ""


def find_booking(code: str, contact: str) -> Booking | None:
    """The confirmed booking of that code, when the contact is the customer's own. One answer for every kind of miss."""
    found = (
        Booking.objects.select_related("customer")
        .filter(code=ids.read_code("BK", code) or "")
        .filter(status=Booking.Status.CONFIRMED)
        .first()
    )
    return found if found is not None and _reaches(found, contact.strip()) else None


def _reaches(booking: Booking, contact: str) -> bool:
    customer = booking.customer
    if "@" in contact:
        return bool(customer.email) and customer.email.casefold() == contact.casefold()
    try:
        return bool(customer.phone) and customer.phone == normalise(contact)
    except PhoneError:
        return False


def pass_for(booking: Booking) -> str:
    """The address of the next page: good for half an hour, so that a shared tablet keeps no way back in."""
    return signing.dumps(booking.pk, salt=SALT)


def booking_of(token: str) -> Booking:
    """The booking of a pass. Gone when it is too old, NotFound when it is not one of ours."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=PASS_SECONDS)
    except signing.SignatureExpired:
        raise Gone(_("This page was open for too long. Begin again.")) from None
    except signing.BadSignature:
        raise NotFound from None
    found = Booking.objects.select_related("customer", "location").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def devices_of(booking: Booking) -> list[Repair]:
    """Its repairs that are still expected, in the order of the booking."""
    rows = Repair.objects.visible_to(by_link("booking", booking.pk)).filter(status=s.BOOKED)
    return list(rows.select_related("device__model__brand", "self_check_in").order_by("booked_device__position"))


@transaction.atomic
def check_in_at_the_door(
    booking: Booking, told: Mapping[str, Told], signature: Signature | None, *, by: Actor
) -> list[Repair]:
    """Store what the customer says of each device by its code, and the signature under the terms for each.

    Said again, it replaces what was said before. Raises Invalid by field (`description_<code>`, `strokes`, …).
    """
    expected = {row.code: row for row in devices_of(booking)}
    brought = {code: one for code, one in told.items() if one.brought and code in expected}
    if not brought:
        raise Invalid({"": [_("Tick at least one device that you have with you.")]})
    _check(brought, signature)
    done = []
    for code in sorted(brought, key=lambda code: expected[code].pk):  # one order of locks, whoever sends
        with changing(code, by=by) as repair:
            if repair.status != s.BOOKED:
                continue  # staff took it meanwhile
            _store(repair, brought[code], by)
            if signature is not None and business().has_terms:
                sign_locked(repair, signature, by=by)
            done.append(repair)
    return done


def _check(brought: Mapping[str, Told], signature: Signature | None) -> None:
    errors: dict[str, list[str]] = {}
    for code, one in brought.items():
        for name, most in _LONGEST.items():
            if len(getattr(one, name)) > most:
                errors[f"{name}_{code}"] = [_("Keep it under %(most)s characters.") % {"most": most}]
        if len(one.description.strip()) < 10:
            errors[f"description_{code}"] = [_("Describe the fault in at least 10 characters.")]
    if business().has_terms:
        try:
            check_signature(signature or Signature())
        except Invalid as problem:
            errors.update({name: list(messages) for name, messages in problem.errors.items()})
    if errors:
        raise Invalid(errors)


def _store(repair: Repair, one: Told, by: Actor) -> None:
    row = SelfCheckIn.objects.filter(repair=repair).first() or SelfCheckIn(repair=repair)
    row.at, row.accessories, row.condition = clock.now(), one.accessories.strip(), one.condition.strip()
    row.save()
    changes = {}
    for name in _LONGEST:
        value = getattr(one, name).strip()
        if name == "condition" and not value:
            continue  # what the booking says stays
        if value != getattr(repair, name):
            changes[name] = [getattr(repair, name), value]
            setattr(repair, name, value)
    record(SelfCheckedIn(repair_id=repair.pk, changes=changes), by=by)


__all__ = ["Told", "booking_of", "check_in_at_the_door", "devices_of", "find_booking", "pass_for"]
