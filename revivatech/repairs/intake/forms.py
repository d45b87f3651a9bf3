"""What the intake pages send, read without trusting any of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from .actions import Arrival, Mark, Unlocking
from .signing import Signature

ROWS = 6  # new marks that one form can send
# For those who choose from a list instead of pointing: the middle of each ninth.
PLACES = [
    ("167,167", _("top left")), ("500,167", _("top middle")), ("833,167", _("top right")),
    ("167,500", _("middle left")), ("500,500", _("in the middle")), ("833,500", _("middle right")),
    ("167,833", _("bottom left")), ("500,833", _("bottom middle")), ("833,833", _("bottom right")),
]  # fmt: skip
Typed = Mapping[str, Sequence[str]]


def word(typed: Typed, name: str, most: int = 300) -> str:
    return (typed.get(name) or [""])[-1].replace("\x00", "")[:most]


def signature_from(typed: Typed, *, name: str = "") -> Signature | None:
    """The signature, or None when nobody signed. A name not written is the customer's."""
    given = Signature(
        name=word(typed, "signed_name") or name,
        strokes=word(typed, "strokes", 100_000),
        on_paper=bool(word(typed, "on_paper")),
        version=signed_version(typed),
        language=word(typed, "terms_language", 10),
    )
    return None if given.is_empty else given


def signed_version(typed: Typed) -> int:
    """The version of the terms that the form showed; 0 where it says none."""
    said = word(typed, "terms_version", 9)
    return int(said) if said.isascii() and said.isdigit() else 0


def marks_from(typed: Typed) -> list[Mark]:
    """The rows with a place or a note. A point on the picture wins over the list; a place that is none becomes -1, which is refused."""
    marks = []
    for row in range(ROWS):
        note = word(typed, f"mark_note_{row}").strip()
        place = word(typed, f"mark_at_{row}", 12).strip() or word(typed, f"mark_place_{row}", 12).strip()
        if note or place:
            x, y = _point(place)
            side, _colon, photo = word(typed, f"mark_side_{row}", 50).partition(":")
            marks.append(Mark(side or "front", x, y, note, _uuid(photo)))
    return marks


def arrival_from(typed: Typed) -> Arrival:
    return Arrival(word(typed, "accessories"), word(typed, "condition"), word(typed, "storage_place", 60))


def unlocking_from(typed: Typed) -> Unlocking | None:
    """None while nobody said anything of it: it can be given later."""
    kind, secret = word(typed, "passcode_kind", 10), word(typed, "passcode", 201)
    return Unlocking(kind, secret) if kind == "none" or secret else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _point(text: str) -> tuple[int, int]:
    x, _comma, y = text.partition(",")
    if all(part.isascii() and part.isdigit() and len(part) < 5 for part in (x, y)):
        return int(x), int(y)
    return -1, -1
