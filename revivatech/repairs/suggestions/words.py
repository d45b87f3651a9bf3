"""Reasons of a score in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from revivatech.platform.web.helpers import minutes

from .models import Level
from .scoring import Press, Reason, Why


def reason(given: Reason, services: Mapping[str, str]) -> str:
    """`services`: key to name, as the catalogue has them."""
    what = services.get(given.text, given.text) or _("this kind of device")
    match given.why:
        case Why.SKILL_STORED:
            return f"{what}: {Level(given.number).label}"
        case Why.SKILL_UNKNOWN:
            return _("No skill stored for %(what)s, and none finished yet: counted as average") % {"what": what}
        case Why.FINISHED:
            return ngettext(
                "%(number)s such repair finished in a year", "%(number)s such repairs finished in a year", given.number
            ) % {"number": given.number}
        case Why.LOAD if not given.number:
            return _("No open work assigned")
        case Why.LOAD:
            return _("%(assigned)s of open work, %(capacity)s of opening hours today and the next open day") % {
                "assigned": minutes(given.number),
                "capacity": minutes(given.of),
            }
        case Why.LOAD_UNKNOWN:
            return _("No opening hours to compare the open work with: counted as average")
        case Why.RECORD:
            return _("%(right)s of %(done)s passed the check at once and did not come back") % {
                "right": given.number,
                "done": given.of,
            }
        case Why.RECORD_UNKNOWN:
            return _("Too few finished repairs to judge (%(number)s of %(enough)s): counted as average") % {
                "number": given.number,
                "enough": given.of,
            }
        case Why.FREE:
            return _("At work today, no clock running")
        case Why.ON_THIS:
            return _("Works on it now")
        case Why.ON_ANOTHER:
            return _("Works on %(code)s now") % {"code": given.text}
        case Why.NOT_SEEN:
            return _("No clock used today, so we do not know whether they are here: counted as average")


def press(why: Press) -> str:
    return {
        Press.PROMISE_LATE: _("The promised time has passed"),
        Press.LATE: _("Late in its stage"),
        Press.DUE_SOON: _("Due within the hour"),
        Press.DUE_TODAY: _("Due within eight hours"),
        Press.SAME_DAY: _("Same day"),
        Press.PRIORITY: _("Priority"),
        Press.PAUSED: _("You paused it"),
        Press.YOURS: _("Assigned to you"),
    }[why]
