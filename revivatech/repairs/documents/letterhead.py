"""Who writes: the shop at the top of each sheet and its legal line at the foot; and addresses a scanner leads to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from revivatech.customers.phone import readable
from revivatech.platform.documents import blocks, codes
from revivatech.platform.web.helpers import day, moment
from revivatech.shop import logos
from revivatech.shop.models import Location
from revivatech.shop.queries import business

from ..models import Repair


def shop_of(location: Location) -> dict[str, str]:
    """Name, address and logo as a sheet wants them."""
    shop = business()
    place = [location.line1, location.line2, f"{location.town} {location.postcode}".strip()]
    contact = [readable(location.phone or shop.phone), location.email or shop.email]
    lines = [*place, " · ".join(part for part in contact if part)]
    picture = logos.read(shop.logo) if shop.logo else None
    head = {"name": shop.name or location.name, "address": "\n".join(line for line in lines if line)}
    return {**head, "logo": blocks.logo(picture)} if picture else head


def legal_line() -> str:
    shop = business()
    parts = [
        shop.legal_name,
        _("Company %(number)s") % {"number": shop.company_number} if shop.company_number else "",
        _("VAT %(number)s") % {"number": shop.vat_number} if shop.vat_registered and shop.vat_number else "",
    ]
    return " · ".join(part for part in parts if part)


def workbench_address(repair: Repair) -> str:
    """Worth nothing to whoever is not signed in as staff, so it may be read off any device in the shop."""
    return str(settings.PUBLIC_URL) + reverse("repairs:show", args=[repair.code])


def private_link(repair: Repair) -> str:
    """The customer's own: only on what is put into their hand."""
    return str(settings.PUBLIC_URL) + reverse("repairs:track", args=[repair.token])


def certificate_address(token: str) -> str:
    return str(settings.PUBLIC_URL) + reverse("repairs:certificate", args=[token])


def code_with(address: str, words: str) -> Mapping[str, str]:
    """A QR code and below its caption the address to type."""
    return {"qr": codes.qr(address), "caption": f"{words}\n{address.partition('://')[2]}"}


def when(value: datetime | None, repair: Repair) -> str:
    return moment(value, repair.location.zone_name, "EEE d MMM y, HH:mm") if value else ""


def on(value: str) -> str:
    """A stored ISO day for people."""
    return day(date.fromisoformat(value)) if value else ""
