"""Names of the pages of the settings, and changes in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from revivatech.platform.events.models import EventRecord
from revivatech.platform.events.words import words_of

from .. import forms, steps


@dataclass(frozen=True, slots=True)
class Title:
    title: Promise
    why: Promise
    icon: str


def _of(key: str) -> Title:
    step = next(step for step in steps.STEPS if step.key == key)
    return Title(step.title, step.why, step.icon)


BUSINESS: Mapping[str, Title] = {
    "business": _of("business"),
    "tax": _of("tax"),
    "policies": _of("policies"),
    "terms": Title(
        _("Terms of repair"), _("Customers accept these words when they book. They are yours to write."), "file"
    ),
    "mail": _of("mail"),
}
LOCATION: Mapping[str, Title] = {
    "location": Title(_("Address"), _of("location").why, "location"),
    "hours": _of("hours"),
    "closures": _of("closures"),
    "slots": _of("slots"),
    "caps": Title(
        _("Daily limits"), _("At most so many bookings a day of one kind of work. Empty means no limit."), "filter"
    ),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the history."""

    at: datetime
    who: str
    what: str
    fields: str


# Parts that ask for single answers; those of another shape (hours, days) say enough by their title.
_FORMS: Mapping[str, type[forms.PartForm]] = {
    "business": forms.BusinessForm,
    "tax": forms.TaxForm,
    "policies": forms.PoliciesForm,
    "mail": forms.MailSettingsForm,
    "location": forms.LocationForm,
    "slots": forms.SlotsForm,
}


def describe(row: EventRecord) -> Change:
    """An event of the shop's log as a line for people."""
    part = str(row.payload.get("part", ""))
    title = BUSINESS.get(part) or LOCATION.get(part)
    if part == "face":
        return Change(row.at, row.actor_label, now("Colours, logo and banner"), "")
    if part == "photos":
        return Change(row.at, row.actor_label, now("Photos of the shop"), "")
    if part == "menu":
        return Change(row.at, row.actor_label, now("Menu"), "")
    changed = {**row.payload.get("before", {}), **row.payload.get("after", {})}
    asked = _FORMS[part].base_fields if part in _FORMS else {}
    labels = [str(field.label) for name, field in asked.items() if name in changed]
    above = {"passcodes": now("Which repairs ask for the passcode"), "rights": now("The rights by law")}
    what = str(title.title) if title else above.get(part) or words_of(row.name)
    return Change(row.at, row.actor_label, what, " · ".join(labels))
