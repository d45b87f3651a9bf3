"""What the customer is shown, as plain values. Pages, PDF and the kept record are all made from it, and it knows no costs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from revivatech.platform.spoken import spoken

from . import sums
from .models import Quote, QuoteLine, QuoteOption


def as_shown(quote: Quote) -> dict[str, Any]:
    """JSON types only. `options` is empty where there is nothing to choose between; `lines` are those of every choice."""
    options, lines = list(quote.options.all()), list(quote.lines.all())
    return {
        "version": quote.version,
        "finding": quote.finding,
        "currency": quote.currency,
        "valid_until": quote.valid_until.isoformat() if quote.valid_until else None,
        "work_days": quote.work_days,
        "lead_days": quote.lead_days if quote.needs_parts else 0,
        "replacement": quote.replacement,
        "decline_pence": quote.decline_pence,
        "low_pence": quote.low_pence,
        "high_pence": quote.high_pence,
        "options": [_option(option, lines) for option in options],
        "lines": [_line(line) for line in lines if line.option_id is None],
    }


def _option(option: QuoteOption, lines: Sequence[QuoteLine]) -> dict[str, Any]:
    return {
        "id": option.pk,
        "title": option.title,
        "text": option.text,
        "recommended": option.recommended,
        "total_pence": sums.add_up(sums.chosen(lines, option.pk, ())).total_pence,
        "warranty_days": max((line.warranty_days for line in lines if line.option_id == option.pk), default=0),
        "lines": [_line(line) for line in lines if line.option_id == option.pk],
    }


def _line(line: QuoteLine) -> dict[str, Any]:
    return {
        "id": line.pk,
        "kind": line.kind,
        "label": line.label,
        "quantity": line.quantity,
        "unit_pence": line.unit_pence,
        "gross_pence": line.gross_pence,
        "vat_rate_bp": line.vat_rate_bp,
        "optional": line.optional,
        "warranty_days": line.warranty_days,
        "why": spoken(line.why),
    }


def as_chosen(quote: Quote, option: int | None, ticked: Collection[int]) -> dict[str, Any]:
    """One choice with its lines and sums."""
    lines = sums.chosen(quote.lines.all(), option, ticked)
    total = sums.add_up(lines)
    return {
        "option": option,
        "ticked": sorted(line.pk for line in lines if line.optional),
        "lines": [_line(line) for line in lines],
        "total_pence": total.total_pence,
        "vat_pence": total.vat_pence,
    }


def first_choice(quote: Quote) -> int | None:
    """The option that is marked when the page opens: the only one. Between several the customer chooses, not we."""
    options = list(quote.options.all())
    return options[0].pk if len(options) == 1 else None
