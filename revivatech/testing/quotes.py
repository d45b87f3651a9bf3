"""Quotes for tests, made by the product's own verbs: a draft as staff leave it, and one that was sent."""

from __future__ import annotations

from typing import Any

from revivatech.platform.actors import Actor, by_link, system
from revivatech.quotes import actions
from revivatech.quotes.models import Kind, Quote, QuoteLine, QuoteOption
from revivatech.repairs.models import Repair

from .factories import make_repair

FINDING = "The display connector is corroded and the glass is cracked."
# Original 199.00 or standard 149.00; cleaning 20.00 in both; a case 15.00 and data saved 30.00 if wanted.
COSTS = {"original": 8111, "standard": 3222, "case": 433}


def make_draft(repair: Repair | None = None, *, by: Actor | None = None, **fields: Any) -> Quote:
    """A complete draft: two options, one common line, two lines that may be left out."""
    repair = repair or make_repair(status="diagnosis", services=[])
    quote = actions.start(repair.code, by=by or system())
    QuoteLine.objects.filter(quote=quote).delete()
    QuoteOption.objects.filter(quote=quote).delete()
    original = QuoteOption.objects.create(quote=quote, position=1, title="Original part", recommended=True)
    standard = QuoteOption.objects.create(quote=quote, position=2, title="Standard part")
    add_line(
        quote, "Original screen", 19900, option=original, cost_pence=COSTS["original"], warranty_days=365, minutes=45
    )
    add_line(
        quote, "Standard screen", 14900, option=standard, cost_pence=COSTS["standard"], warranty_days=90, minutes=45
    )
    add_line(quote, "Cleaning", 2000, kind=Kind.LABOUR, minutes=15)
    add_line(quote, "Protective case", 1500, optional=True, cost_pence=COSTS["case"])
    add_line(quote, "Data saved to a stick", 3000, option=original, kind=Kind.LABOUR, optional=True, minutes=30)
    for name, value in {"finding": FINDING, **fields}.items():
        setattr(quote, name, value)
    quote.save()
    return quote


def add_line(quote: Quote, label: str, pence: int, *, option: QuoteOption | None = None, **fields: Any) -> QuoteLine:
    values = {"kind": Kind.PART, "vat_rate_bp": 2000, "position": quote.lines.count() + 1, **fields}
    return QuoteLine.objects.create(quote=quote, option=option, label=label, unit_pence=pence, **values)


def make_sent(repair: Repair | None = None, *, by: Actor | None = None, **fields: Any) -> Quote:
    """The same, sent to the customer."""
    return send(make_draft(repair, by=by, **fields), by=by)


def send(quote: Quote, *, by: Actor | None = None) -> Quote:
    quote.refresh_from_db()
    version = Repair.objects.values_list("version", flat=True).get(pk=quote.repair_id)
    return actions.send(quote.pk, revision=quote.revision, repair_version=version, by=by or system())


def link(quote: Quote) -> Actor:
    """Whoever opened the quote's private link."""
    return by_link("quote", quote.pk)


def option(quote: Quote, title: str) -> int:
    return quote.options.get(title=title).pk


def line(quote: Quote, label: str) -> int:
    return next(row.pk for row in quote.lines.all() if str(row) == label)


def given(how: str = "link", said_by: str = "Alice") -> actions.Given:
    return actions.Given(said_by, how)


def approve(
    quote: Quote, title: str = "Original part", *ticked: str, pence: int, how: str = "link", by: Actor | None = None
) -> Any:
    choice = actions.Choice(option(quote, title), frozenset(line(quote, label) for label in ticked))
    return actions.approve(quote.pk, choice, seen_pence=pence, given=given(how), by=by or link(quote))
