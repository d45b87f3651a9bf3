"""What customers do when something happens elsewhere. Run inside the transaction of the event."""

from __future__ import annotations

from contextlib import suppress

from revivatech.accounts.events import EmailVerified, LanguageChosen
from revivatech.accounts.models import User
from revivatech.platform.actors import Actor
from revivatech.platform.events.base import Event
from revivatech.platform.events.models import EventRecord
from revivatech.platform.locking import lock

from . import actions
from .models import Customer
from .names import same
from .problems import SpeaksForAnother


def join_account(event: Event, row: EventRecord, by: Actor) -> None:
    """What somebody did as a guest joins their account once they have proved that the mailbox is theirs.

    A person without a profile takes over the guest profile of that address: the one of their own name, else the newest.
    Further guest profiles of the address join only when they carry the same name, because families share addresses.
    """
    if not isinstance(event, EmailVerified):
        raise TypeError(f"not for {event.name}")
    lock(f"customer:{event.email.casefold()}", f"customer-of-user:{event.user_id}")
    guests = list(
        Customer.objects.select_for_update(of=("self",)).filter(email__iexact=event.email, user=None).order_by("-id")
    )
    own = Customer.objects.select_for_update(of=("self",)).filter(user_id=event.user_id).first()
    if own is None and guests:
        own = _likeliest(guests, event.user_id)
        guests.remove(own)
        actions.attach(own, event.user_id, by=by)
    for guest in guests:
        if own is not None and same(guest.name, own.name):
            # Both speak for a company: staff sort that out; confirming an address never fails for it.
            with suppress(SpeaksForAnother):
                actions.absorb(own, guest, by=by)


def follow_language(event: Event, row: EventRecord, by: Actor) -> None:
    """We write to a person in the language they read our pages in."""
    if not isinstance(event, LanguageChosen):
        raise TypeError(f"not for {event.name}")
    lock(f"customer-of-user:{event.user_id}")
    own = Customer.objects.select_for_update(of=("self",)).filter(user_id=event.user_id).first()
    if own is not None:
        actions.write_in(own, event.language, by=by)


def _likeliest(guests: list[Customer], user_id: int) -> Customer:
    name = User.objects.values_list("full_name", flat=True).get(pk=user_id)
    return next((guest for guest in guests if name and same(guest.name, name)), guests[0])
