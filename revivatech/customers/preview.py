"""What a merge would do, before it is done: which value wins, what moves. The same rules as `actions.merging`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .actions.merging import pointing_at, rows_of, seen_of
from .actions.profiles import Details, fill_blanks
from .models import Customer, CustomerDevice
from .phone import readable

_FIELDS: Sequence[tuple[str, Promise]] = (
    ("name", _("Name")),
    ("email", _("E-mail")),
    ("phone", _("Phone")),
    ("company", _("Company")),
    ("vat_number", _("VAT number")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One value of both. `result` is what stays; `lost` when the other one's differs and is kept in its own record only."""

    label: Promise
    kept: str
    other: str
    result: str

    @property
    def lost(self) -> bool:
        return bool(self.other) and self.other != self.result


@dataclass(frozen=True, slots=True)
class Preview:
    keep: Any
    other: Any
    lines: list[Line]
    moves: list[tuple[str, int]]
    refused: Promise | str = ""
    seen: str = ""


def preview_of(keep: Customer, other: Customer) -> Preview:
    result = fill_blanks(Details.of(keep), Details.of(other))
    lines = [
        Line(label, *(_shown(name, getattr(row, name)) for row in (keep, other, result))) for name, label in _FIELDS
    ]
    account = [str(row.user.email) if row.user else "" for row in (keep, other)]
    lines.append(Line(_("Account"), account[0], account[1], account[0] or account[1]))
    refused: Promise | str = ""
    if keep.user_id is not None and other.user_id is not None:
        refused = _("Both have their own sign-in, so they stay two. One of them has to delete their account first.")
    return Preview(keep, other, lines, _moves(Customer, other.pk), refused, seen_of(keep, other))


def preview_of_devices(keep: CustomerDevice, other: CustomerDevice) -> Preview:
    lines = [Line(_("Device"), str(keep), str(other), str(keep) if keep.model_id or not other.model_id else str(other))]
    for name, label in (("serial", _("Serial")), ("imei", _("IMEI")), ("colour", _("Colour"))):
        mine, its = getattr(keep, name), getattr(other, name)
        lines.append(Line(label, mine, its, mine or its))
    clash = any(
        getattr(keep, name) and getattr(other, name) not in ("", getattr(keep, name)) for name in ("serial", "imei")
    )
    refused = _("Their numbers differ, so they are two devices.") if clash else ""
    return Preview(keep, other, lines, _moves(CustomerDevice, other.pk), refused)


def _moves(kind: type[Customer | CustomerDevice], pk: int) -> list[tuple[str, int]]:
    """What would move, in the words of each table: "repairs", 3."""
    found = rows_of(kind, [pk])
    named = {name: str(rows.model._meta.verbose_name_plural) for name, rows, _field in pointing_at(kind)}
    return sorted((named[name], len(ids)) for name, ids in found.items())


def _shown(name: str, value: str) -> str:
    return readable(value) if name == "phone" else value
