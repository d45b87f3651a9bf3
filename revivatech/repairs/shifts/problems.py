"""What may go wrong with notes between shifts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict, Denied


class ReadAlready(Conflict):
    code = "shift_note_read_already"
    title = _("A colleague has acknowledged this note already")


class OwnNote(Denied):
    """Who wrote it does not read it for the next shift, while a colleague could."""

    code = "own_shift_note"
    title = _("Somebody else has to acknowledge your note")
