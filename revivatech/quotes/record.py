"""What quotes tell the packages below: their part of the evidence pack, and what work an accepted one stands for."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from revivatech.platform.documents import blocks
from revivatech.platform.documents.blocks import Block
from revivatech.platform.spoken import language_name
from revivatech.platform.web.helpers import money
from revivatech.repairs.documents.letterhead import when
from revivatech.repairs.models import Repair
from revivatech.repairs.warranty.clocks import Work

from . import offer, pages, sums
from .models import Kind, Quote, QuoteAnswer, Status

_WORK = (Kind.PART, Kind.LABOUR)


def evidence(repair: Repair) -> list[Block]:
    """Every version that was sent, as it was shown; the answer with what was chosen, when and from where."""
    parts: list[Block] = []
    sent = Quote.objects.filter(repair=repair, sent_at__isnull=False).order_by("version")
    for quote in sent.prefetch_related("options", "lines"):
        parts += _version(quote, repair)
    return parts


def _version(quote: Quote, repair: Repair) -> list[Block]:
    answer = pages.answer_of(quote)
    shown = answer.snapshot if answer else offer.as_shown(quote)
    facts = [
        (_("Sent"), f"{when(quote.sent_at, repair)}, {quote.sent_by}"),
        (_("Holds until"), when(quote.valid_until, repair)),
        (_("State"), str(quote.get_status_display())),
        (_("What we found"), shown["finding"]),
        *(_answer(answer, repair, shown["currency"]) if answer else []),
    ]
    chosen = {line["id"] for line in (shown.get("chosen") or {}).get("lines", [])}
    lines = [("", line) for line in shown["lines"]]
    lines += [(option["title"], line) for option in shown["options"] for line in option["lines"]]
    rows = [
        (
            option, offer.label_in(answer, line), str(line["quantity"]), money(line["gross_pence"], shown["currency"]),
            _("yes") if line["id"] in chosen else "",
        )
        for option, line in lines
    ]  # fmt: skip
    head = [_("Option"), _("Line"), _("Pieces"), _("Price"), _("Chosen")]
    title = _("Quote, version %(number)s") % {"number": quote.version}
    return [blocks.facts(title, facts), blocks.table("", head, rows, widths=[1, 2, 0, 0, 0], ends="lllrl")]


def _answer(answer: QuoteAnswer, repair: Repair, currency: str) -> list[tuple[str, str]]:
    """From where: the browser in words, the address as the hash we keep of it."""
    return [
        (_("Answer"), _("Approved") if answer.approved else _("Declined")),
        (_("By"), f"{answer.said_by}, {answer.get_how_display()}, {when(answer.at, repair)}"),
        (_("Total"), money(answer.total_pence, currency)),
        (_("Read in"), language_name(answer.snapshot["language"]) if "language" in answer.snapshot else ""),
        (_("Reason"), answer.reason),
        (_("Written down by"), answer.recorded_by),
        (_("Browser"), answer.user_agent),
        (_("Address, hashed"), answer.address_hash[:16]),
    ]


def work_done(repair: Repair) -> Sequence[Work] | None:
    """The chosen lines of the last version the customer accepted; None where none was, so that the engine's price decides."""
    approved = Quote.objects.filter(repair=repair, status=Status.APPROVED, answer__approved=True)
    quote = approved.select_related("answer").prefetch_related("lines__option").order_by("-version").first()
    if quote is None:
        return None
    lines = sums.chosen(quote.lines.all(), quote.answer.option_id, quote.answer.ticked)
    return [
        Work(line.label, line.warranty_days, line.service_key, line.quality or (line.option.quality if line.option else ""))
        for line in lines
        if line.kind in _WORK
    ]  # fmt: skip
