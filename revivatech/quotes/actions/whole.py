"""A draft written down in one piece, as programs do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor
from revivatech.platform.problems import Invalid

from .. import pricing
from ..models import Kind, Quote
from ..pricing import Priced
from .common import drafting
from .drafts import FIELDS, start
from .lines import add_priced, add_ways, new_option


@dataclass(frozen=True, slots=True)
class Line:
    """Gross pence for one piece; only a discount is negative."""

    kind: str
    label: str
    unit_pence: int
    quantity: int = 1
    optional: bool = False
    warranty_days: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    title: str
    text: str = ""
    recommended: bool = False
    lines: Sequence[Line] = field(default_factory=tuple)


@transaction.atomic
def write(
    code: str, *, values: Mapping[str, Any], services: Sequence[str], options: Sequence[Way], lines: Sequence[Line],
    by: Actor, revision: int | None = None,
) -> Quote:  # fmt: skip
    """The draft of the repair holds exactly this from now on, begun when there is none. `services` are priced by the
    engine, each quality an option. Raises DraftChanged when `revision` is an old one."""
    _check(options, lines)
    with drafting(start(code, by=by).pk, by=by, revision=revision) as quote:
        quote.lines.all().delete()
        quote.options.all().delete()
        for name in FIELDS & set(values):
            setattr(quote, name, values[name])
        for service in dict.fromkeys(services):
            _add_service(quote, service)
        for way in options:
            option = new_option(quote, way.title, "")
            option.text, option.recommended = way.text, way.recommended
            option.save()
            _add_lines(quote, way.lines, option.pk)
        _add_lines(quote, lines, None)
        return quote


def _add_service(quote: Quote, service: str) -> None:
    found = pricing.ways(quote.repair, [service])
    if not found.common and not found.by_quality:
        raise Invalid({"services": [_("Choose a repair that we do for this kind of device.")]})
    add_ways(quote, found)


def _add_lines(quote: Quote, lines: Sequence[Line], option_id: int | None) -> None:
    for line in lines:
        priced = Priced(line.kind, line.label, line.unit_pence, line.minutes, line.warranty_days)
        row = add_priced(quote, priced, option_id)
        row.quantity, row.optional = line.quantity, line.optional
        row.save()


def _check(options: Sequence[Way], lines: Sequence[Line]) -> None:
    if sum(way.recommended for way in options) > 1:
        raise Invalid({"options": [_("Recommend one option at most.")]})
    for line in [*lines, *(line for way in options for line in way.lines)]:
        discount = line.kind == Kind.DISCOUNT
        if (line.unit_pence < 0) != discount and line.unit_pence:
            raise Invalid({"unit_pence": [_("Only a discount takes something away.")]})
        if discount and line.optional:
            raise Invalid({"optional": [_("A discount cannot be left out.")]})
