"""What happens to a passcode. None of these carries it, nor how long it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from ..events import RepairEvent
from .models import Kind


@dataclass(frozen=True, kw_only=True)
class PasscodeAsked(RepairEvent):
    """Staff ask the customer for the passcode although the service alone does not need it; the customer reads `reason`."""

    name: ClassVar[str] = "repair.passcode_asked"
    says = _("A passcode was asked for")
    reason: str


@dataclass(frozen=True, kw_only=True)
class PasscodeEntered(RepairEvent):
    """A passcode of that `kind` (pin, pattern, password, none) was given, by the customer or at the counter."""

    name: ClassVar[str] = "repair.passcode_entered"
    says = _("A passcode was given")
    codes = {"kind": dict(Kind.choices)}
    kind: str
    entered_by: str


@dataclass(frozen=True, kw_only=True)
class PasscodeViewed(RepairEvent):
    """It was shown to the actor until `until` (ISO). The customer reads the reason on their page."""

    name: ClassVar[str] = "repair.passcode_viewed"
    says = _("A passcode was viewed")
    view_id: int
    reason: str
    until: str
    as_manager: bool


@dataclass(frozen=True, kw_only=True)
class PasscodeDestroyed(RepairEvent):
    """It is gone from our records. `why`: handed_over, cancelled, removed or too_old."""

    name: ClassVar[str] = "repair.passcode_destroyed"
    says = _("A passcode was destroyed")
    codes = {
        "why": {
            "handed_over": _("Handed over"), "cancelled": _("Cancelled"), "removed": _("Removed"), "too_old": _("Kept for 30 days"),
        }
    }  # fmt: skip
    why: str
