"""Warranty events in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from revivatech.platform.spoken import spoken
from revivatech.platform.web.helpers import day

from .models import Cause


def in_words(name: str, payload: dict[str, Any], *, for_staff: bool) -> str:
    match name:
        case "repair.warranty_started":
            lines = [
                f"{spoken(line['label'])} ({day(date.fromisoformat(line['ends_on']))})" for line in payload["lines"]
            ]
            return _("Warranty until: %(lines)s") % {"lines": ", ".join(lines)}
        case "repair.warranty_claimed":
            return _("Reported as wrong again: %(fault)s") % {"fault": payload["fault"]}
        case "repair.warranty_claim_answered":
            if payload["accepted"]:
                return _("We took the device back in under warranty")
            return _("Our answer: %(answer)s") % {"answer": payload["answer"]}
        case "repair.returned_under_warranty":
            return _("Came back as %(code)s") % {"code": payload["return_code"]}
        case "repair.warranty_return_opened":
            words = _("Warranty return of %(code)s") % {"code": payload["original_code"]}
            if for_staff and payload["accepted_reason"]:
                return _("%(words)s, accepted out of cover: %(reason)s") % {
                    "words": words,
                    "reason": payload["accepted_reason"],
                }
            return words
        case "repair.fault_cause_set":
            words = _("Cause: %(cause)s") % {"cause": Cause(payload["cause"]).label}
            return (
                f"{words}. {payload['note']}"
                if payload["note"] and (for_staff or payload["cause"] == "other")
                else words
            )
    return ""
