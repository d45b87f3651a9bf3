"""Passcode events in words. The customer reads who looked and why, without names."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

WHY = {"handed_over", "cancelled", "removed", "too_old"}


def in_words(name: str, payload: dict[str, Any], *, for_staff: bool) -> str:
    match name:
        case "repair.passcode_asked":
            return _("Passcode asked for: %(reason)s") % {"reason": payload["reason"]}
        case "repair.passcode_entered":
            if payload["kind"] == "none":
                return _("No passcode given: the device is unlocked at the counter")
            return _("Passcode given and locked away")
        case "repair.passcode_viewed":
            if for_staff:
                words = _("Passcode shown for 10 minutes: %(reason)s")
            elif payload["as_manager"]:
                words = _("Passcode viewed by our manager: %(reason)s")
            else:
                words = _("Passcode viewed by our technician: %(reason)s")
            return words % {"reason": payload["reason"]}
        case "repair.passcode_destroyed":
            return {
                "handed_over": _("Passcode destroyed at hand-over"),
                "cancelled": _("Passcode destroyed: the repair was cancelled"),
                "removed": _("Passcode removed"),
                "too_old": _("Passcode destroyed: we keep none for longer than 30 days"),
            }.get(payload["why"], _("Passcode destroyed"))
    return ""
