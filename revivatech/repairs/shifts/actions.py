"""Leave a note for the next shift; acknowledge one."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.platform.realtime.announce import announce
from revivatech.shop.models import Location

from ..actions.change import needs_text
from ..models import ShiftAcknowledgement, ShiftNote
from ..timing.actions import stop_mine
from ..topics import queue_topic
from . import facts, queries
from .events import ShiftNoteAcknowledged, ShiftNoteWritten
from .problems import OwnNote, ReadAlready


@transaction.atomic
def write(location_id: int, *, body: str, by: Actor, stop_clock: bool = False) -> ShiftNote:
    """Tell the next shift of a location how things stand; with `stop_clock` one's own clock stops first."""
    location = Location.objects.filter(pk=location_id, active=True).first()
    if location is None or not by.may("repairs.view", at=location_id):
        raise NotFound
    if by.user_id is None or not queries.may_write(by, location_id):
        raise Denied
    text = needs_text("body", body, _("Write what the next shift should know."), at_most=4000)
    if "\x00" in text:
        raise Invalid({"body": [_("Write it in plain text.")]})
    if stop_clock:
        stop_mine(by=by)
    note = ShiftNote.objects.create(
        location=location, body=text, facts=facts.bench(location), author_id=by.user_id, author_label=by.label
    )
    record(ShiftNoteWritten(note_id=note.pk, location_id=location.pk), by=by)
    announce(queue_topic(location.pk))
    return note


@transaction.atomic
def acknowledge(note_id: int, *, by: Actor, words: str = "") -> ShiftAcknowledgement:
    """The next shift has read it. One acknowledgement a note; who wrote it gives it only while nobody else could."""
    note = queries.visible(by).select_related(None).select_for_update(no_key=True).filter(pk=note_id).first()
    if note is None:
        raise NotFound
    require(by, "repairs.view", at=note.location_id)
    if not queries.may_write(by, note.location_id):
        raise Denied
    assert by.user_id is not None
    if note.author_id == by.user_id and queries.others_at(note.location_id, by.user_id):
        raise OwnNote(_("Your note waits for a colleague of the next shift."))
    read = ShiftAcknowledgement.objects.filter(note=note).first()
    if read is not None:
        raise ReadAlready(_("%(who)s has acknowledged this note already.") % {"who": read.by_label})
    row = ShiftAcknowledgement.objects.create(note=note, by_id=by.user_id, by_label=by.label, words=words.strip()[:500])
    record(ShiftNoteAcknowledged(note_id=note.pk, location_id=note.location_id, words=row.words), by=by)
    announce(queue_topic(note.location_id))
    return row
