"""The quote and the European Repair Information Form on paper, from the same plain values as the pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from revivatech.platform.documents import blocks, render_sheet
from revivatech.platform.documents.blocks import Block
from revivatech.platform.web.helpers import money
from revivatech.repairs.documents.letterhead import code_with, legal_line, shop_of, when

from . import offer, pages
from .models import Quote, QuoteAnswer


def quote_pdf(quote: Quote) -> bytes:
    """A version as it was sent; with the answer once there is one."""
    assert quote.sent_at is not None
    repair, answer = quote.repair, pages.answer_of(quote)
    shown = offer.as_shown(quote, answer)
    parts = [
        blocks.facts(
            "",
            [
                (_("For"), repair.customer.name),
                (_("Device"), str(repair.device)),
                (_("Sent"), when(quote.sent_at, repair)),
                (_("Holds until"), when(quote.valid_until, repair)),
                (_("The work takes"), _days(shown["work_days"])),
                (_("Meanwhile"), shown["replacement"]),
            ],
        ),
        blocks.prose(_("What we found"), shown["finding"]),
        *_lines(shown),
        *_answer(quote, answer, shown["currency"]),
    ]
    return render_sheet(
        title=_("Quote"),
        subtitle=_("version %(number)s") % {"number": quote.version},
        number=repair.code,
        shop=shop_of(repair.location),
        blocks=parts,
        foot=legal_line(),
        codes=code_with(settings.PUBLIC_URL + reverse("quotes:show", args=[quote.token]), _("Answer here")),
        at=quote.sent_at,
    )


def _lines(shown: dict[str, Any]) -> list[Block]:
    """A table for each option and one for what is in all of them; lines that may be left out say so."""
    found = [(_("In every option") if shown["options"] else _("What it takes"), shown["lines"], "")]
    for option in shown["options"]:
        title = option["title"] + (f" ({_('recommended')})" if option["recommended"] else "")
        total = _("with what is in every option: %(total)s") % {
            "total": money(option["total_pence"], shown["currency"])
        }
        found.append((title, option["lines"], total))
    parts: list[Block] = []
    for title, lines, total in found:
        if lines:
            parts.append(_table(title, lines, shown["currency"]))
        if total:
            parts.append(blocks.prose("", total))
    words = _("From %(least)s to %(most)s, as chosen. All prices include VAT.")
    if shown["low_pence"] == shown["high_pence"]:
        words = _("Total %(most)s. All prices include VAT.")
    least, most = (money(shown[name], shown["currency"]) for name in ("low_pence", "high_pence"))
    return [*parts, blocks.notice(words % {"least": least, "most": most} + " " + _if_declined(shown))]


def _table(title: str, lines: list[dict[str, Any]], currency: str) -> Block:
    rows = [
        (
            line["label"] + (f" ({_('if wanted')})" if line["optional"] else ""),
            str(line["quantity"]),
            _days(line["warranty_days"]),
            money(line["gross_pence"], currency),
        )
        for line in lines
    ]
    head = (_("What"), _("Number"), _("Warranty"), _("Price"))
    return blocks.table(title, head, rows, widths=(1, 0, 0, 0), ends="lrlr")


def _if_declined(shown: dict[str, Any]) -> str:
    if not shown["decline_pence"]:
        return _("Nothing is owed if you decline.")
    fee = money(shown["decline_pence"], shown["currency"])
    return _("If you decline, %(fee)s is due for the diagnosis.") % {"fee": fee}


def _answer(quote: Quote, answer: QuoteAnswer | None, currency: str) -> list[Block]:
    if answer is None:
        return []
    chosen = answer.snapshot["chosen"]
    what = ", ".join(offer.label_in(answer, line) for line in chosen["lines"]) if chosen else answer.reason
    return [
        blocks.facts(
            _("Approved") if answer.approved else _("Declined"),
            [
                (_("By"), f"{answer.said_by}, {answer.get_how_display()}"),
                (_("When"), when(answer.at, quote.repair)),
                (_("What"), what),
                (_("Total") if answer.approved else _("Due"), money(answer.total_pence, currency)),
            ],
        )
    ]


def repair_form_pdf(quote: Quote) -> bytes:
    """Directive (EU) 2024/1799, Annex I. NotFound where the shop does not give it."""
    form = pages.repair_form(quote)
    shown, shop, location, device = form["quote"], form["business"], form["location"], form["device"]
    place = f"{location.name}, {location.line1}, {location.town} {location.postcode}"
    least, most = (money(shown[name], shown["currency"]) for name in ("low_pence", "high_pence"))
    price = most if least == most else _("from %(least)s, as chosen from the lines") % {"least": least}
    repairer = [
        (_("Name"), shop.legal_name or shop.name),
        (_("Register number"), shop.company_number),
        (_("VAT number"), shop.vat_number),
        (_("Address"), place),
        (_("Telephone"), location.phone or shop.phone),
        (_("E-mail"), location.email or shop.email),
        (_("Website"), shop.website),
    ]
    terms = [
        (_("Price"), price),
        (_("At most"), most),
        (_("Time needed"), _days(shown["work_days"]) or _("to be agreed")),
        (_("Waiting for parts"), _days(shown["lead_days"]) or _("none")),
        (_("Temporary replacement"), shown["replacement"] or _("none")),
        (_("Place of hand-over"), place),
        (_("If you decline"), _if_declined(shown)),
    ]
    item = [
        (_("Item"), str(device)),
        (_("Serial number"), device.imei or device.serial),
        (_("Defect"), shown["finding"]),
    ]
    valid = _("These terms hold until %(when)s, at least 30 calendar days from issue. All prices include VAT.")
    extras = _table("", form["extras"], shown["currency"]) if form["extras"] else blocks.prose("", _("None."))
    assert quote.sent_at is not None
    return render_sheet(
        title=_("European Repair Information Form"),
        number=quote.repair.code,
        shop=shop_of(location),
        blocks=[
            blocks.facts(_("1. Repairer"), repairer),
            blocks.facts(_("2. Repair"), item),
            *(_table(title, lines, shown["currency"]) for title, lines in form["groups"]),
            blocks.facts("", terms),
            {**extras, "title": _("3. Ancillary services")},
            blocks.prose(_("4. Validity"), valid % {"when": when(quote.valid_until, quote.repair)}),
        ],
        foot=legal_line(),
        at=quote.sent_at,
    )


def _days(days: int | None) -> str:
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days} if days else ""
