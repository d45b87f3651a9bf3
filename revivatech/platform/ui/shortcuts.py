"""Every keyboard shortcut of the workbench, for the page that lists them.

The keys themselves stand where they act: `data-key` in templates, `shortcut()` in modules. A test compares the two.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHORTCUTS: Sequence[tuple[Promise, Sequence[tuple[str, Promise]]]] = (
    (
        _("Everywhere"),
        (
            ("?", _("Show the shortcuts of this page")),
            ("/", _("Search")),
            ("g q", _("Go to the queue")),
            ("g b", _("Go to the board")),
            ("g w", _("Go to walk-in")),
            ("g c", _("Go to customers")),
        ),
    ),
    (
        _("Queue and board"),
        (
            ("j", _("Next repair")),
            ("k", _("Previous repair")),
            ("x", _("Tick it")),
            ("o", _("Open it")),
            ("m", _("Move the ticked repairs, or this one")),
            ("a", _("Assign the ticked repairs, or this one")),
        ),
    ),
    (
        _("A repair"),
        (
            ("m", _("Next step")),
            ("a", _("Assign")),
            ("n", _("Write a note")),
        ),
    ),
    (
        _("Elsewhere"),
        (
            ("e", _("Edit a customer")),
            ("s", _("Save the draft of a quote")),
        ),
    ),
)
