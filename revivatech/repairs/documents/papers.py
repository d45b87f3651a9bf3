"""Labels, intake receipt, work order, hand-over receipt: each from the rows as they are now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from revivatech.booking.models import Urgency
from revivatech.customers.models import Consent
from revivatech.customers.phone import readable
from revivatech.platform import clock
from revivatech.platform.documents import LABEL, blocks, codes, render_pdf, render_sheet
from revivatech.platform.documents.blocks import Block
from revivatech.platform.spoken import language_name, spoken
from revivatech.platform.web.helpers import money
from revivatech.shop.queries import business

from ..intake.models import TermsSignature
from ..models import Handover, Outcome, Repair
from .facts import part_named, services_asked, work_done
from .letterhead import certificate_address, code_with, legal_line, on, private_link, shop_of, when, workbench_address
from .queries import current_certificate

_SAME_VISIT = timedelta(minutes=10)


def label(repair: Repair, size: str) -> bytes:
    """To stick on the device: `size` is 62 (a roll) or a6. Its codes lead staff to the repair and tell strangers nothing."""
    device = repair.device
    rows = [
        (_("Customer"), repair.customer.name),
        (_("Serial"), device.serial),
        (_("IMEI"), device.imei),
        (_("Work"), ", ".join(services_asked(repair))),
        (_("Left with us"), repair.accessories),
        (_("Place"), repair.storage_place),
        (_("Received"), when(repair.received_at, repair)),
    ]
    if repair.urgency != Urgency.STANDARD:
        rows.insert(0, (_("Urgency"), str(Urgency(repair.urgency).label)))
    data = {
        "title": repair.code,
        "size": size,
        "shop": f"{business().name} · {repair.location.name}",
        "code": repair.code,
        "heading": str(device),
        "qr": codes.qr(workbench_address(repair)),
        "qr_alt": repair.code,
        "barcode": codes.code128(repair.code),
        "rows": [row for row in rows if row[1]],
    }
    return render_pdf(LABEL, data, at=repair.received_at or repair.created_at)


def receipt(repair: Repair) -> bytes:
    """What the customer takes home when they leave the device: proof of what we took in and on which terms."""
    terms = _terms(repair)
    parts = [
        blocks.facts(_("Received"), [
            (_("When"), when(repair.received_at, repair)),
            (_("From"), _person(repair)),
            (_("Expected ready"), when(repair.ready_by, repair)),
        ]),
        _device(repair),
        blocks.facts(_("As we took it in"), [
            (_("Fault"), repair.description),
            (_("Condition"), repair.condition),
            (_("Left with us"), repair.accessories or _("nothing but the device")),
            *((_("Damage %(number)s") % {"number": mark.number}, mark.note) for mark in repair.damage_marks.all()),
        ]),
        *_price(repair),
    ]  # fmt: skip
    if terms:
        words = _("Version %(version)s, accepted by %(name)s on %(when)s.") % {
            "version": terms.version, "name": terms.name, "when": terms.when,
        }  # fmt: skip
        if terms.language:
            words += " " + _("Read in this language: %(language)s.") % {"language": language_name(terms.language)}
        parts += [blocks.prose(_("Our terms"), words), blocks.prose("", terms.wording, small=True)]
    if terms and terms.drawing:
        parts.append(blocks.pictures(_("Signature"), [(terms.drawing, terms.name)]))
    else:
        parts.append(blocks.signatures(_("Customer"), _("For the shop")))
    codes_ = code_with(private_link(repair), _("Follow your repair and answer our questions here:"))
    return _sheet(repair, _("Intake receipt"), parts, codes_)


def work_order(repair: Repair) -> bytes:
    """For the bench: what is to be done and room to write. It never holds a passcode."""
    notes = [(when(note.at, repair), note.author_label, note.body) for note in repair.notes.all()]
    parts = [
        blocks.facts(_("Job"), [
            (_("Work"), ", ".join(services_asked(repair))),
            (_("Urgency"), str(Urgency(repair.urgency).label)),
            (_("Promised"), when(repair.ready_by, repair)),
            (_("Technician"), str(repair.assigned_to or "")),
            (_("Place"), repair.storage_place),
        ], columns=2),
        _device(repair),
        blocks.facts(_("As we took it in"), [
            (_("Fault"), repair.description),
            (_("Condition"), repair.condition),
            (_("Left with us"), repair.accessories),
            (_("What we found"), repair.finding),
        ]),
        *_price(repair),
    ]  # fmt: skip
    if notes:
        parts.append(blocks.table(_("Notes"), [_("When"), _("Who"), _("Note")], notes, widths=[0, 0, 1]))
    blank = [["\n", "", ""]] * 5
    head = [_("Done on the bench"), _("Part and its number"), _("Minutes")]
    parts += [
        blocks.table(_("Work"), head, blank, widths=[3, 2, 1]),
        blocks.signatures(_("Technician"), _("Second check")),
    ]
    return _sheet(repair, _("Work order"), parts, code_with(workbench_address(repair), _("Scan to open the repair")))


def handover_receipt(repair: Repair) -> bytes:
    """The device is back with its owner: to whom, how, what was done, what is guaranteed until when."""
    handed = Handover.objects.select_related("by").get(repair=repair)
    certificate = current_certificate(repair)
    back = [thing["name"] for thing in handed.accessories if thing["returned"]]
    kept = [thing["name"] for thing in handed.accessories if not thing["returned"]]
    parts = [
        blocks.facts(_("Handed over"), [
            (_("When"), when(handed.at, repair)),
            (_("To"), handed.received_by),
            (_("How"), handed.get_method_display()),
            (_("Made sure by"), handed.get_identity_display()),
            (_("Carrier"), handed.carrier),
            (_("Tracking number"), handed.tracking_number),
            (_("By"), str(handed.by)),
            (_("Given back"), ", ".join(back)),
            (_("Not given back"), ", ".join(kept)),
            (_("Why not"), handed.accessories_note),
        ]),
        _device(repair),
        blocks.facts(_("Result"), [(_("Outcome"), repair.get_outcome_display()), (_("What we found"), repair.finding)]),
    ]  # fmt: skip
    if repair.outcome == Outcome.REPAIRED:
        parts += [*_guaranteed(repair), *_price(repair)]
    parts.append(blocks.signatures(_("Received by"), _("For the shop")))
    if certificate:
        codes_ = code_with(certificate_address(certificate.token), _("Your repair certificate:"))
    else:
        codes_ = code_with(private_link(repair), _("Your repair:"))
    return _sheet(repair, _("Hand-over receipt"), parts, codes_)


def _guaranteed(repair: Repair) -> list[Block]:
    rows = [(spoken(line["label"]), part_named(line["part"]), on(line["until"]) or "–") for line in work_done(repair)]
    head = [_("Work"), _("Part"), _("Warranty until")]
    said = _("The warranty counts from the hand-over. Your rights by law stand beside it.")
    return [blocks.table(_("Work done"), head, rows, widths=[1, 0, 0], ends="llr"), blocks.prose("", said, small=True)]


@dataclass(frozen=True, slots=True)
class _Terms:
    version: int
    language: str
    name: str
    when: str
    wording: str
    drawing: str


def _terms(repair: Repair) -> _Terms | None:
    """What was signed for this repair, or else what the customer had accepted when the device came in."""
    signed = TermsSignature.objects.filter(repair=repair).order_by("-id").first()
    if signed:
        drawing = signature_drawing(signed) if signed.how == "drawn" else ""
        return _Terms(signed.version, signed.language, signed.name, when(signed.at, repair), signed.wording, drawing)
    until = repair.received_at or clock.now()
    given = Consent.objects.filter(customer=repair.customer, topic="terms", given=True)
    # The counter writes it in the same transaction, a moment after the device.
    row = given.filter(at__lte=until + _SAME_VISIT).order_by("-id").first()
    return (
        _Terms(row.version, row.language, repair.customer.name, when(row.at, repair), row.wording, "") if row else None
    )


def signature_drawing(signed: TermsSignature) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="300" viewBox="0 0 1000 300">'
        f'<path d="{signed.path}" fill="none" stroke="#22303a" stroke-width="6" stroke-linecap="round"/></svg>'
    )


def _sheet(repair: Repair, title: str, parts: list[Block], codes_: Mapping[str, str]) -> bytes:
    return render_sheet(
        title=title,
        shop=shop_of(repair.location),
        blocks=parts,
        at=clock.now(),
        number=repair.code,
        subtitle=str(repair.device),
        foot=legal_line(),
        codes=codes_,
    )


def _person(repair: Repair) -> str:
    customer = repair.customer
    lines = [customer.name, customer.company, readable(customer.phone) if customer.phone else "", customer.email]
    return "\n".join(line for line in lines if line)


def _device(repair: Repair) -> Block:
    device = repair.device
    rows = [
        (_("Device"), str(device)), (_("Colour"), device.colour), (_("Serial"), device.serial), (_("IMEI"), device.imei),
    ]  # fmt: skip
    return blocks.facts(_("Device"), rows, columns=2)


def _price(repair: Repair) -> list[Block]:
    """The agreed total, with the lines it was made of when they still add up to it."""
    agreed = repair.agreed_pence
    if agreed is None:
        return [
            blocks.notice(
                _(
                    "No price is agreed yet. We tell you the price and wait for your yes before any work that costs you money."
                )
            )
        ]
    total = (_("Agreed, VAT included") if business().vat_registered else _("Agreed"), money(agreed, repair.currency))
    lines = repair.price.get("lines", []) if repair.price.get("total_pence") == agreed else []
    rows = [
        (spoken(line["label"]), money(line["amount_pence"], repair.currency)) for line in lines if line["amount_pence"]
    ]
    return [blocks.table(_("Price"), [_("What"), _("Amount")], [*rows, total], widths=[1, 0], ends="lr")]
