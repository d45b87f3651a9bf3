"""The booking as a calendar entry (RFC 5545). The same UID for ever and a growing SEQUENCE, so a change replaces the entry."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from revivatech.platform import clock
from revivatech.shop.models import Location
from revivatech.shop.queries import business

from .models import Booking, Handover

MEDIA_TYPE = "text/calendar; charset=utf-8"


def calendar_file(booking: Booking) -> bytes:
    """What a calendar program opens. ValueError for a booking by post: it has no time."""
    from icalendar import Calendar, Event  # here: it reads every time zone, and few requests need it

    if booking.starts_at is None or booking.ends_at is None:
        raise ValueError("a booking by post has no calendar entry")
    shop = str(business())
    cancelled = booking.status == Booking.Status.CANCELLED
    link = settings.PUBLIC_URL + reverse("booking:show", args=[booking.token])
    entry = Event()
    entry.add("uid", f"{booking.code}@{urlsplit(settings.PUBLIC_URL).hostname or 'localhost'}")
    entry.add("sequence", booking.calendar_sequence)
    entry.add("dtstamp", clock.now())
    entry.add("dtstart", booking.starts_at)
    entry.add("dtend", booking.ends_at)
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    entry.add("summary", _title(booking, shop))
    entry.add("location", _where(booking))
    entry.add(
        "description", _("Booking %(code)s. See, move or cancel it: %(link)s") % {"code": booking.code, "link": link}
    )
    entry.add("url", link)
    file = Calendar()
    file.add("prodid", "-//RevivaTech//Booking//EN")
    file.add("version", "2.0")
    file.add("method", "CANCEL" if cancelled else "PUBLISH")
    file.add_component(entry)
    content: bytes = file.to_ical()
    return content


def _title(booking: Booking, shop: str) -> str:
    if booking.handover == Handover.COLLECTION:
        return _("%(shop)s collects your device") % {"shop": shop}
    return _("Bring your device to %(shop)s") % {"shop": shop}


def _where(booking: Booking) -> str:
    if booking.handover == Handover.COLLECTION:
        parts = [booking.address.get(name, "") for name in ("line1", "line2", "town", "postcode")]
    else:
        place: Location = booking.location
        parts = [place.name, place.line1, place.line2, place.town, place.postcode]
    return ", ".join(part for part in parts if part)
