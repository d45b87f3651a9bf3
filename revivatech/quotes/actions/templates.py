"""Common faults, written once: saved from a draft, used in others."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid, NotFound

from .. import pricing
from ..events import TemplateRemoved, TemplateSaved
from ..models import Kind, Quote, QuoteLine, QuoteOption, QuoteTemplate
from ..pricing import Priced
from .common import drafting
from .lines import add_priced, add_ways, new_option

_KEPT = ("kind", "label", "quantity", "unit_pence", "optional", "warranty_days", "minutes")


def save_template(pk: int, name: str, *, by: Actor) -> QuoteTemplate:
    """Keep the draft's finding and lines under a name; an old template of that name is replaced."""
    with drafting(pk, by=by) as quote:
        require(by, "prices.edit", at=quote.repair.location_id)
        title = " ".join(name.split())
        if not 2 <= len(title) <= 80:
            raise Invalid({"template_name": [_("Name the template in 2 to 80 characters.")]})
        lines = list(quote.lines.select_related("option"))
        if not lines:
            raise Invalid({"template_name": [_("Add at least one line first.")]})
        category = quote.repair.device.category if any(line.service_key for line in lines) else ""
        template, _created = QuoteTemplate.objects.update_or_create(
            name=title,
            defaults={
                "category": category, "finding": quote.finding, "lines": _stored(lines), "created_by_id": by.user_id
            },
        )  # fmt: skip
        record(TemplateSaved(template_id=template.pk, title=title), by=by)
        return template


def _stored(lines: list[QuoteLine]) -> list[dict[str, Any]]:
    """Lines of a service as the service alone, once: the engine prices them for each device."""
    services = dict.fromkeys(line.service_key for line in lines if line.service_key)
    by_hand = [
        {"option": str(line.option or ""), **{name: getattr(line, name) for name in _KEPT}}
        for line in lines
        if not line.service_key and line.kind != Kind.DIAGNOSTIC and line.label
    ]
    return [{"service": key} for key in services] + by_hand


def use_template(pk: int, template_id: int, *, by: Actor) -> Quote:
    """Add a template's lines to the draft; what is there already stays, and its finding fills an empty one."""
    with drafting(pk, by=by) as quote:
        template = QuoteTemplate.objects.filter(pk=template_id).first()
        if template is None:
            raise Invalid({"template": [_("Choose a template.")]})
        there = set(quote.lines.exclude(service_key="").values_list("service_key", flat=True))
        services = [line["service"] for line in template.lines if line.get("service") and line["service"] not in there]
        add_ways(quote, pricing.ways(quote.repair, services))
        for stored in template.lines:
            if not stored.get("service"):
                _add(quote, stored)
        quote.finding = quote.finding or template.finding
        return quote


def _add(quote: Quote, stored: dict[str, Any]) -> None:
    option = _option_named(quote, stored["option"]) if stored["option"] else None
    line = add_priced(quote, Priced(stored["kind"], stored["label"]), option.pk if option else None)
    for name in _KEPT:
        setattr(line, name, stored[name])
    line.save()


def _option_named(quote: Quote, title: str) -> QuoteOption:
    return quote.options.filter(title=title).first() or new_option(quote, title, "")


@transaction.atomic
def remove_template(template_id: int, *, by: Actor) -> None:
    require(by, "prices.edit")
    template = QuoteTemplate.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise NotFound
    record(TemplateRemoved(template_id=template.pk, title=template.name), by=by)
    template.delete()
