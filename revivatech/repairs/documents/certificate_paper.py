"""The certificate on paper. It says what was signed and nothing that was not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from revivatech.customers.phone import readable
from revivatech.platform.documents import blocks, render_sheet
from revivatech.platform.documents.blocks import Block
from revivatech.platform.spoken import spoken

from .. import statuses as s
from .facts import part_named
from .letterhead import certificate_address, code_with, on
from .models import RepairCertificate


def certificate(row: RepairCertificate) -> bytes:
    facts = row.facts
    shop = facts["shop"]
    legal = [shop["legal_name"], _("Company %(number)s") % {"number": shop["company_number"]}]
    contact = " · ".join(part for part in (readable(shop["phone"]), shop["email"]) if part)
    return render_sheet(
        title=_("Repair certificate"),
        shop={"name": shop["name"], "address": f"{shop['address']}\n{contact}".strip()},
        blocks=[*told(facts), _proof(row)],
        at=row.issued_at,
        number=facts["repair"],
        subtitle=_("Version %(version)s, issued %(on)s") % {"version": row.version, "on": on(_day(facts["issued_at"]))},
        foot=" · ".join(part for part in legal[: 2 if shop["company_number"] else 1] if part),
        codes=code_with(certificate_address(row.token), _("Check that this certificate is genuine:")),
    )


def told(facts: dict[str, Any]) -> list[Block]:
    """What it certifies; also what the public page shows."""
    device = facts["device"]
    parts = [
        blocks.facts(_("Device"), [
            (_("Device"), device["name"]), (_("Colour"), device["colour"]),
            (_("Serial"), device["serial"]), (_("IMEI"), device["imei"]),
        ]),
        blocks.facts(_("Repair"), [
            (_("Received"), on(facts["received_on"])),
            (_("Handed over"), on(facts["completed_on"])),
            (_("Location"), facts["shop"]["location"]),
            (_("Technician"), ", ".join(facts["technicians"])),
        ]),
        blocks.table(
            _("Work and warranty"), [_("Work"), _("Part"), _("Warranty until")],
            [
                (spoken(line["label"]), part_named(line["part"]) or "–", on(line["until"]) or "–")
                for line in facts["work"]
            ],
            widths=[1, 0, 0], ends="llr",
        ),
    ]  # fmt: skip
    if facts["checks"]:
        rows = [(str(s.STATUSES[check["check"]].label), on(check["on"]), check["by"]) for check in facts["checks"]]
        parts.append(blocks.table(_("Checks passed"), [_("Check"), _("On"), _("By")], rows, widths=[1, 0, 0]))
    if facts["functions"]:
        found = facts["functions"]
        names = (("works", _("Works")), ("fails", _("Does not work")), ("could_not_test", _("Could not be tested")))
        lists = [(words, ", ".join(found[key])) for key, words in names]
        parts.append(blocks.facts(_("Functions at the final test, %(on)s") % {"on": on(found["on"])}, lists))
    return parts


def _proof(row: RepairCertificate) -> Block:
    log = row.facts["log"]
    rows = [
        (_("Signature"), row.signature),
        (_("Record"), _("%(count)s events, last %(hash)s") % {"count": log["events"], "hash": log["hash"]}),
    ]
    return blocks.facts(_("Proof"), rows)


def _day(moment: str) -> str:
    return datetime.fromisoformat(moment).date().isoformat()
