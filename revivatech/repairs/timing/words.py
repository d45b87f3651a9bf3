"""Events of time on the job in words, for staff."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from revivatech.platform.web.helpers import minutes

from .models import Ended


def in_words(name: str, payload: dict[str, Any], *, for_staff: bool) -> str:
    if not for_staff:
        return ""
    who = payload.get("technician", "")
    match name:
        case "repair.clock_started":
            return _("Clock of %(who)s started") % {"who": who}
        case "repair.clock_ended":
            words = _("Clock of %(who)s: %(minutes)s") % {"who": who, "minutes": minutes(payload["minutes"])}
            return f"{words}. {Ended(payload['why']).label}"
        case "repair.time_corrected":
            return _("Time of %(who)s: %(before)s became %(after)s. %(reason)s") % {
                "who": who,
                "before": minutes(payload["before"]),
                "after": minutes(payload["after"]),
                "reason": payload["reason"],
            }
    return ""
