"""The event log of a device, a service or a price in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revivatech.platform.events.models import EventRecord
from revivatech.platform.events.words import words_of
from revivatech.platform.money import format_money

from .choices import Category

FIELDS: dict[str, Promise] = {
    "price_pence": gettext_lazy("Price"),
    "minutes": gettext_lazy("Bench minutes"),
    "warranty_days": gettext_lazy("Warranty days"),
    "from_price": gettext_lazy("Estimate"),
    "active": gettext_lazy("In use"),
    "reviewed": gettext_lazy("Reviewed"),
    "quality": gettext_lazy("Quality"),
    "category": gettext_lazy("Kind"),
    "name": gettext_lazy("Name"),
    "brand": gettext_lazy("Brand"),
    "family": gettext_lazy("Family"),
    "year": gettext_lazy("Year"),
    "released": gettext_lazy("Released"),
    "support_end": gettext_lazy("Support ends"),
    "identifiers": gettext_lazy("Model numbers"),
    "aliases": gettext_lazy("Other names"),
    "summary": gettext_lazy("In a few words"),
    "icon": gettext_lazy("Picture"),
    "categories": gettext_lazy("Kinds of device"),
    "has_quality": gettext_lazy("Choice of parts"),
    "bookable": gettext_lazy("Shown"),
}
MOST = 50


def history_of(kind: str, pk: int, *, currency: str = "GBP") -> list[tuple[datetime, str, str]]:
    """(when, who, what) of the latest events, newest first."""
    log = EventRecord.objects.filter(subject_kind=kind, subject_id=pk).order_by("-sequence")[:MOST]
    return [(row.at, row.actor_label, _sentence(row, currency)) for row in log]


def _sentence(row: EventRecord, currency: str) -> str:
    title = words_of(row.name)
    before, after = row.payload.get("before"), row.payload.get("after")
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return title
    shown: Callable[[str, Any], str] = lambda name, value: _value(name, value, currency)  # noqa: E731
    changes = [
        _("%(field)s: %(before)s → %(after)s")
        % {"field": FIELDS.get(name, name), "before": shown(name, before.get(name)), "after": shown(name, value)}
        for name, value in after.items()
    ]
    return f"{title}. {'; '.join(changes)}"


def _value(name: str, value: Any, currency: str) -> str:
    if name == "price_pence" and isinstance(value, int):
        return format_money(value, currency)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "categories" and isinstance(value, list):
        return ", ".join(str(Category(key).label) for key in value if key in Category.values) or _("every kind")
    if value in (None, ""):
        return _("none")
    return ", ".join(str(value).split("|"))
