"""What the customer is shown, as plain values. Pages, PDF and the kept record are all made from it, and it knows no costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from revivatech.platform.spoken import spoken

from . import sums
from .models import Quote, QuoteAnswer, QuoteLine, QuoteOption

type Words = Mapping[tuple[str, int], str]  # of ("line" or "option", id)


def as_shown(quote: Quote, answer: QuoteAnswer | None = None) -> dict[str, Any]:
    """JSON types only, in the reader's language; with its `answer`, in the words that were answered. `options` is empty
    where there is nothing to choose between; `lines` are those of every choice."""
    options, lines, kept = list(quote.options.all()), list(quote.lines.all()), _kept(answer)
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
        "options": [_option(option, lines, kept) for option in options],
        "lines": [_line(line, kept) for line in lines if line.option_id is None],
    }


def _kept(answer: QuoteAnswer | None) -> Words:
    """What the customer read when they answered. Answers from before that was kept have no language: then nothing."""
    snapshot = answer.snapshot if answer else {}
    if "language" not in snapshot:
        return {}
    lines = [*snapshot["lines"], *(line for option in snapshot["options"] for line in option["lines"])]
    words = {("line", line["id"]): line["label"] for line in lines}
    return words | {("option", option["id"]): option["title"] for option in snapshot["options"]}


def _option(option: QuoteOption, lines: Sequence[QuoteLine], kept: Words) -> dict[str, Any]:
    return {
        "id": option.pk,
        "title": kept.get(("option", option.pk)) or spoken(option.title),
        "text": option.text,
        "recommended": option.recommended,
        "total_pence": sums.add_up(sums.chosen(lines, option.pk, ())).total_pence,
        "warranty_days": max((line.warranty_days for line in lines if line.option_id == option.pk), default=0),
        "lines": [_line(line, kept) for line in lines if line.option_id == option.pk],
    }


def _line(line: QuoteLine, kept: Words) -> dict[str, Any]:
    return {
        "id": line.pk,
        "kind": line.kind,
        "label": kept.get(("line", line.pk)) or spoken(line.label),
        "quantity": line.quantity,
        "unit_pence": line.unit_pence,
        "gross_pence": line.gross_pence,
        "vat_rate_bp": line.vat_rate_bp,
        "optional": line.optional,
        "warranty_days": line.warranty_days,
        "why": spoken(line.why),
    }


def as_chosen(
    quote: Quote, option: int | None, ticked: Collection[int], answer: QuoteAnswer | None = None
) -> dict[str, Any]:
    """One choice with its lines and sums; words as in `as_shown`."""
    kept = _kept(answer)
    lines = sums.chosen(quote.lines.all(), option, ticked)
    total = sums.add_up(lines)
    return {
        "option": option,
        "ticked": sorted(line.pk for line in lines if line.optional),
        "lines": [_line(line, kept) for line in lines],
        "total_pence": total.total_pence,
        "vat_pence": total.vat_pence,
    }


def first_choice(quote: Quote) -> int | None:
    """The option that is marked when the page opens: the only one. Between several the customer chooses, not we."""
    options = list(quote.options.all())
    return options[0].pk if len(options) == 1 else None


def label_in(answer: QuoteAnswer | None, line: Mapping[str, Any]) -> str:
    """A line of a snapshot as it was read; one from before its language was kept, in the language in force."""
    label: str = line["label"]
    return label if answer is None or "language" in answer.snapshot else spoken(label)


def as_answered(answer: QuoteAnswer) -> dict[str, Any]:
    """What was approved, from the record kept with the answer: as `as_chosen`, with the option's title and the language read."""
    shown = answer.snapshot
    titles = {option["id"]: option["title"] for option in shown["options"]}
    title = titles.get(answer.option_id, "")
    return {
        **shown["chosen"],
        "option": title if "language" in shown else spoken(title),
        "lines": [{**line, "label": label_in(answer, line)} for line in shown["chosen"]["lines"]],
        "currency": shown["currency"],
        "language": shown.get("language", ""),
    }
