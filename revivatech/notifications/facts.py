"""What a message lists: names and values, in the reader's language, for both its twins."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from revivatech.booking.models import BookedDevice, Booking
from revivatech.platform.events.models import EventRecord
from revivatech.platform.web.helpers import moment, money
from revivatech.quotes.models import Quote
from revivatech.repairs.models import Handover, Outcome, Repair, WarrantyClaim
from revivatech.shop.queries import business

_WITHOUT_DATE = frozenset(
    {
        "repair.price_proposed", "repair.ready", "repair.completed", "repair.cancelled",
        "repair.warranty_claimed", "repair.warranty_claim_answered", "repair.review_asked", "repair.review_answered",
    }
)  # fmt: skip


def booking_facts(booking: Booking, devices: Sequence[BookedDevice]) -> list[tuple[str, str]]:
    """Where, when, what and for how much."""
    zone = booking.location.zone_name
    rows = [(_("Booking"), booking.code)]
    if booking.starts_at is not None and booking.status != Booking.Status.CANCELLED:
        rows.append((_("When"), moment(booking.starts_at, zone)))
    rows.append((_("How"), booking.get_handover_display()))
    place = booking.location
    rows.append((_("Where"), f"{place.name}, {place.line1}, {place.town} {place.postcode}"))
    for booked in devices:
        issues = ", ".join(str(issue.service) for issue in booked.issues.all())
        rows.append((str(booked.device), issues))
    total = _("Total, VAT included") if business().vat_registered else _("Total")
    rows.append((total, money(booking.total_pence, booking.currency)))
    return rows


def repair_facts(repair: Repair, event: EventRecord) -> list[tuple[str, str]]:
    """What this event is about, and when the device is expected to be ready."""
    zone = repair.location.zone_name
    payload = event.payload
    rows = [(_("Repair"), repair.code), (_("Device"), str(repair.device))]
    if outcome := payload.get("outcome"):
        rows.append((_("Outcome"), str(Outcome(outcome).label)))
    if "proposed_pence" in payload:
        rows.append((_("What we found"), payload["finding"]))
        rows.append((_price_label(), money(payload["proposed_pence"], repair.currency)))
    if "quote_id" in payload and event.name.startswith("repair.quote_"):
        rows += _quote_facts(Quote.objects.get(pk=payload["quote_id"]), zone)
    elif event.name not in _WITHOUT_DATE and repair.ready_by is not None:
        rows.append((_("Expected ready"), moment(repair.ready_by, zone)))
    if event.name == "repair.completed":
        rows += _sent_by(repair)
    if event.name == "repair.warranty_claimed":
        rows += [(_("You told us"), payload["fault"])]
    if event.name == "repair.warranty_claim_answered":
        rows += [(_("You told us"), WarrantyClaim.objects.get(pk=payload["claim_id"]).fault)]
        rows += [(_("Our answer"), payload["answer"])]
    if note := payload.get("reason") or payload.get("summary"):
        rows.append((_("Note from us"), note))
    return rows


def _price_label() -> str:
    return _("Price, VAT included") if business().vat_registered else _("Price")


def _sent_by(repair: Repair) -> list[tuple[str, str]]:
    """With which carrier it is on its way, when it was posted."""
    handed = Handover.objects.filter(repair=repair).first()
    told = [(_("Carrier"), handed.carrier), (_("Tracking number"), handed.tracking_number)] if handed else []
    return [row for row in told if row[1]]


def _quote_facts(quote: Quote, zone: str) -> list[tuple[str, str]]:
    assert quote.valid_until is not None
    least, most = money(quote.low_pence, quote.currency), money(quote.high_pence, quote.currency)
    price = most if least == most else _("%(least)s to %(most)s, as you choose") % {"least": least, "most": most}
    return [
        (_("What we found"), quote.finding),
        (_price_label(), price),
        (_("Holds until"), moment(quote.valid_until, zone)),
    ]
