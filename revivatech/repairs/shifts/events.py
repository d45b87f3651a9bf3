"""What happens to notes between shifts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class ShiftNoteEvent(Event):
    subject_field: ClassVar[str] = "note_id"
    note_id: int
    location_id: int


@dataclass(frozen=True, kw_only=True)
class ShiftNoteWritten(ShiftNoteEvent):
    """Somebody who leaves told the next shift how things stand. The words are in the note."""

    name: ClassVar[str] = "shift_note.written"
    says = _("A shift note was written")


@dataclass(frozen=True, kw_only=True)
class ShiftNoteAcknowledged(ShiftNoteEvent):
    """The next shift has read it; from now on it is in the history only."""

    name: ClassVar[str] = "shift_note.acknowledged"
    says = _("A shift note was read")
    words: str = ""
