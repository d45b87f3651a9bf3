"""Rows of a draft: added by hand or by the price engine, split into part and labour, removed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from revivatech.catalogue.choices import Quality
from revivatech.platform.actors import Actor
from revivatech.platform.problems import Invalid
from revivatech.platform.spoken import as_written, sentence
from revivatech.shop.models import Business
from revivatech.shop.queries import business

from .. import pricing
from ..models import Kind, Quote, QuoteLine, QuoteOption
from ..pricing import Priced
from .common import drafting

MOST_LINES = 60
MOST_OPTIONS = 6
_LABOUR_OF = gettext_noop("%(what)s: labour")
_SAYS_LABOUR = sentence(_LABOUR_OF).removesuffix("{}]]")  # how every such sentence begins as it is stored


def add_service(pk: int, service: str, *, by: Actor) -> Quote:
    """A service with its qualities side by side: into the options of those qualities, made where they are missing."""
    with drafting(pk, by=by) as quote:
        found = pricing.ways(quote.repair, [service])
        if not found.common and not found.by_quality:
            raise Invalid({"service": [_("Choose a repair that we do for this kind of device.")]})
        if quote.lines.filter(service_key=service).exists():
            raise Invalid({"service": [_("This repair is in the quote already.")]})
        add_ways(quote, found)
        return quote


def add_line(pk: int, kind: str, *, option_id: int | None = None, by: Actor) -> QuoteLine:
    """An empty line to fill in."""
    with drafting(pk, by=by) as quote:
        if kind not in Kind.values:
            raise Invalid({"kind": [_("Choose what kind of line it is.")]})
        if option_id is not None and not quote.options.filter(pk=option_id).exists():
            raise Invalid({"option": [_("Choose an option of this quote.")]})
        return add_priced(quote, Priced(kind, ""), option_id)


def add_option(pk: int, *, by: Actor) -> QuoteOption:
    """An empty option to fill in, such as another device instead of the repair."""
    with drafting(pk, by=by) as quote:
        return new_option(quote, "", "")


def remove_line(pk: int, line_id: int, *, by: Actor) -> Quote:
    with drafting(pk, by=by) as quote:
        quote.lines.filter(pk=line_id).delete()
        return quote


def remove_option(pk: int, option_id: int, *, by: Actor) -> Quote:
    """The option and its lines."""
    with drafting(pk, by=by) as quote:
        quote.options.filter(pk=option_id).delete()
        return quote


def split(pk: int, line_id: int, labour_pence: int | None, *, by: Actor) -> Quote:
    """Show part and labour of one line apart. The sum, the minutes and the service stay what they were."""
    with drafting(pk, by=by) as quote:
        line = quote.lines.filter(pk=line_id).exclude(kind=Kind.DISCOUNT).first()
        name = f"line-{line_id}-labour"
        if line is None:
            raise Invalid({"": [_("That line is no longer there.")]})
        if labour_pence is None or not 0 < labour_pence < line.unit_pence:
            raise Invalid({name: [_("Enter how much of the price is labour: less than all of it.")]})
        _check_room(quote)
        labour = QuoteLine.objects.get(pk=line.pk)
        labour.pk, labour._state.adding = None, True
        labour.kind, labour.unit_pence, labour.cost_pence = Kind.LABOUR, labour_pence, None
        if not line.label.startswith(_SAYS_LABOUR):  # one that does is split into twice the same work
            labour.label, line.kind = sentence(_LABOUR_OF, what=line.label), Kind.PART
        labour.position = line.position
        labour.save()
        line.unit_pence, line.minutes = line.unit_pence - labour_pence, 0
        line.save()
        return quote


def add_ways(quote: Quote, found: pricing.Ways) -> None:
    for priced in found.common:
        add_priced(quote, priced, None)
    own = {option.quality: option for option in quote.options.all() if option.quality}
    for quality, lines in found.by_quality.items():
        option = own.get(quality) or new_option(quote, as_written(Quality(quality).label), quality)
        for priced in lines:
            add_priced(quote, priced, option.pk)


def add_priced(quote: Quote, priced: Priced, option_id: int | None) -> QuoteLine:
    _check_room(quote)
    return QuoteLine.objects.create(
        quote=quote, option_id=option_id, position=_next(quote.lines), vat_rate_bp=vat_rate(business()),
        **{name: getattr(priced, name) for name in Priced.__slots__},
    )  # fmt: skip


def _check_room(quote: Quote) -> None:
    if quote.lines.count() >= MOST_LINES:
        raise Invalid({"": [_("A quote has at most %(most)s lines.") % {"most": MOST_LINES}]})


def new_option(quote: Quote, title: str, quality: str) -> QuoteOption:
    if quote.options.count() >= MOST_OPTIONS:
        raise Invalid({"": [_("A quote has at most %(most)s options.") % {"most": MOST_OPTIONS}]})
    return QuoteOption.objects.create(quote=quote, position=_next(quote.options), title=title, quality=quality)


def _next(rows: models.Manager[QuoteLine] | models.Manager[QuoteOption]) -> int:
    last: int | None = rows.aggregate(last=models.Max("position"))["last"]
    return (last or 0) + 1


def vat_rate(shop: Business) -> int:
    return shop.vat_rate_bp if shop.vat_registered else 0
