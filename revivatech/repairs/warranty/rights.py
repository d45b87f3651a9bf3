"""The customer's statutory rights, beside the shop's own warranty: whose law, in which words, and how long by the EU's rules.

What we ship are templates with a version in their name; what an owner writes are rows. Neither is ever changed, because
lines name the version they were shown with.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.locking import lock
from revivatech.platform.problems import Invalid
from revivatech.shop.events import SettingsChanged

from ..models import LawChoice, LegalExtension, Repair, RightsText, WarrantyLine, WarrantyReturn
from .models import Cause, Law

PERMISSION = "shop.settings"
SHIPPED: Mapping[str, str] = {Law.UK: "gb-2026-1", Law.EU: "eu-2026-1"}
KNOWN = frozenset(SHIPPED.values())
EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
GUARANTEE_MONTHS = 24  # Directive (EU) 2019/771, article 10
EXTENSION_MONTHS = 12  # the same article as changed by Directive (EU) 2024/1799
LONGEST = 6000


@dataclass(frozen=True, slots=True)
class Shown:
    """The owner's words, or else the name of a template of ours."""

    text: str
    template: str


def law_of(repair: Repair) -> str:
    """Whose rules stand beside our warranty; empty for a business customer, who has none of these rights."""
    if repair.customer.is_business:
        return ""
    return chosen() or by_country(repair.location.country)


def chosen() -> str:
    row = LawChoice.objects.first()
    return row.law if row else ""


def by_country(country: str) -> str:
    """Whose rules hold where the work is done, unless the owner chose."""
    if country == "GB":
        return Law.UK
    return Law.EU if country in EU else Law.OTHER


def version_for(repair: Repair) -> str:
    """Of the text that fits this repair; empty where nobody wrote one."""
    law = law_of(repair)
    return current_version(law) if law else ""


def current_version(law: str) -> str:
    row = RightsText.objects.filter(law=law).order_by("-version").first()
    return f"{law}-own-{row.version}" if row else SHIPPED.get(law, "")


def shown(version: str) -> Shown:
    """The words of a version, also of one that is no longer current."""
    law, _own, number = version.partition("-own-")
    if number.isdecimal():
        row = RightsText.objects.filter(law=law, version=int(number)).first()
        if row:
            return Shown(row.text, "")
    known = version if version in KNOWN else "general"
    return Shown("", f"repairs/warranty/rights/{known}.html")


def write(law: str, text: str, *, by: Actor) -> RightsText:
    """The owner's own words from now on. The same words again make no new version."""
    require(by, PERMISSION)
    words = text.strip()
    if law not in Law.values:
        raise Invalid({"law": [_("Choose whose law it is.")]})
    if not 20 <= len(words) <= LONGEST:
        raise Invalid({"text": [_("Write the rights in 20 to %(most)s characters.") % {"most": LONGEST}]})
    with transaction.atomic():
        lock(f"rights:{law}")  # two owners at once would take the same number
        last = RightsText.objects.filter(law=law).order_by("-version").first()
        if last and last.text == words:
            return last
        row = RightsText.objects.create(
            law=law, version=(last.version if last else 0) + 1, text=words, by_label=by.label
        )
        before, after = {"version": last.version if last else 0}, {"version": row.version}
        record(SettingsChanged(part="rights", before={"law": law, **before}, after={"law": law, **after}), by=by)
        return row


def choose(law: str, *, by: Actor) -> None:
    """Whose rules apply; empty: by the country of each location. Repairs handed over before keep what they were shown."""
    require(by, PERMISSION)
    if law and law not in Law.values:
        raise Invalid({"law": [_("Choose whose law it is.")]})
    with transaction.atomic():
        row, _new = LawChoice.objects.select_for_update().get_or_create(pk=1)
        if row.law != law:
            record(SettingsChanged(part="rights", before={"law": row.law}, after={"law": law}), by=by)
            row.law = law
            row.save(update_fields=["law"])


def guarantee_ends(repair: Repair, first: date) -> date | None:
    """The last day of the legal guarantee on what we fitted, where the EU's rules apply; else None."""
    return add_months(first, GUARANTEE_MONTHS) if law_of(repair) == Law.EU else None


def extend(repair: Repair) -> list[LegalExtension]:
    """The return in `repair` is put right today: each line claimed gets its twelve months, if it has not had them.

    Only for a lack of conformity: our part or our work, within the guarantee. Inside the hand-over's transaction.
    """
    back = WarrantyReturn.objects.filter(repair=repair, cause__in=(Cause.PART, Cause.WORKMANSHIP)).first()
    if back is None or repair.received_at is None:
        return []
    came = repair.received_at.astimezone(repair.location.zone).date()
    lines = WarrantyLine.objects.filter(claimed_by=back, law_ends_on__gte=came, extension__isnull=True)
    return [
        LegalExtension.objects.create(
            line=line, by_repair=repair, ends_on=add_months(line.law_ends_on, EXTENSION_MONTHS)
        )
        for line in lines
        if line.law_ends_on is not None
    ]


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
