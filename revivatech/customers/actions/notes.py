"""What staff write down about a customer."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid, NotFound
from revivatech.platform.realtime.announce import announce

from .. import policies, topics
from ..events import CustomerNoted, CustomerNoteRemoved
from ..models import CustomerNote
from .profiles import find_for_change

LONGEST = 1000


def add_note(customer_id: int, *, body: str, flagged: bool, by: Actor) -> CustomerNote:
    """A note for colleagues; the customer sees it on no page of theirs, and may ask to read it."""
    with transaction.atomic():
        customer = find_for_change(customer_id, by=by)
        policies.check_staff_edit(by)
        text = body.strip()
        if not text:
            raise Invalid({"body": [_("Write something first.")]})
        if len(text) > LONGEST:
            raise Invalid({"body": [_("Keep it under %(most)s characters.") % {"most": LONGEST}]})
        note = CustomerNote.objects.create(customer=customer, body=text, flagged=flagged, author_label=by.label)
        record(CustomerNoted(customer_id=customer.pk, note_id=note.pk, flagged=flagged), by=by)
        announce(topics.customer(customer.pk))
        return note


def remove_note(customer_id: int, note_id: int, *, by: Actor) -> None:
    """Gone for good: a note about a person is not kept longer than it is of use."""
    with transaction.atomic():
        customer = find_for_change(customer_id, by=by)
        policies.check_staff_edit(by)
        gone, _each = CustomerNote.objects.filter(customer=customer, pk=note_id).delete()
        if not gone:
            raise NotFound
        record(CustomerNoteRemoved(customer_id=customer.pk, note_id=note_id), by=by)
        announce(topics.customer(customer.pk))
