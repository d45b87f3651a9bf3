"""From an event to the words: whom to tell, about what, in their language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.accounts.queries import to_tell
from revivatech.booking.calendar_file import calendar_file
from revivatech.booking.models import Booking
from revivatech.customers.models import Customer
from revivatech.platform.events.models import EventRecord
from revivatech.platform.spoken import of_person
from revivatech.quotes.models import Quote
from revivatech.repairs.models import Repair
from revivatech.repairs.statuses import BOOKED, STATUSES
from revivatech.shop import mail
from revivatech.shop.models import Location
from revivatech.shop.queries import business

from .facts import booking_facts, repair_facts
from .kinds import KINDS, STAFF_KINDS, Kind, StaffKind


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A message ready for the outbox, or why there is nobody to send it to (`address` empty)."""

    kind: Kind | StaffKind
    customer: Customer | None  # none: it goes to a colleague
    location: Location
    address: str
    to_name: str
    subject: str
    text: str
    html: str
    attachments: list[dict[str, str]] = field(default_factory=list)


def compose(event: EventRecord) -> Composed | None:
    """The message an event asks for; None when it asks for none."""
    kind = KINDS.get(event.name)
    if kind is None or _told_by_the_booking(event) or _told_by_the_quote(event) or _told_by_the_return(event):
        return None
    return _about_booking(event, kind) if event.subject_kind == "booking" else _about_repair(event, kind)


def compose_for_staff(event: EventRecord) -> list[Composed]:
    """One for each person whose work it is to answer; none while the shop sends no e-mail, for pages show what waits."""
    kind = STAFF_KINDS.get(event.name)
    if kind is None or mail.state() == "off":
        return []
    repair = Repair.objects.select_related("location", "device__model__brand").get(pk=event.subject_id)
    people = to_tell(kind.key, kind.permission, at=repair.location_id)
    return [_for_colleague(kind, repair, person) for person in people]


def _for_colleague(kind: StaffKind, repair: Repair, person: User) -> Composed:
    with of_person(person.locale):
        named = {"code": repair.code, "device": str(repair.device), "name": str(person), "place": repair.location.name}
        subject = _one_line(str(kind.subject) % named)
        context = {
            "shop": business(), "subject": subject, "heading": str(kind.heading) % named, "words": str(kind.words) % named,
            "why": str(kind.why) % named, "link": settings.PUBLIC_URL + reverse("repairs:show", args=[repair.code]),
            "list_link": settings.PUBLIC_URL + reverse("repairs:claims"),
        }  # fmt: skip
        return Composed(
            kind=kind, customer=None, location=repair.location, address=person.email, to_name=str(person), subject=subject,
            text=_squeezed(render_to_string("notifications/email/staff.txt", context)),
            html=render_to_string("notifications/email/staff.html", context),
        )  # fmt: skip


def _told_by_the_booking(event: EventRecord) -> bool:
    """A cancelled booking tells once for all its devices; those that had not arrived keep quiet."""
    return (
        event.name == "repair.cancelled"
        and event.payload.get("before") == BOOKED
        and Booking.objects.filter(devices__repair=event.subject_id, status=Booking.Status.CANCELLED).exists()
    )


def _told_by_the_quote(event: EventRecord) -> bool:
    """The quote that asks for a price tells of it itself."""
    return event.name == "repair.price_proposed" and event.payload.get("quote_id") is not None


def _told_by_the_return(event: EventRecord) -> bool:
    """A claim that was accepted became a repair of its own, which tells that we have the device."""
    return event.name == "repair.warranty_claim_answered" and bool(event.payload["accepted"])


def _about_booking(event: EventRecord, kind: Kind) -> Composed:
    booking = Booking.objects.select_related("customer", "location").get(pk=event.subject_id)
    devices = list(booking.devices.select_related("device__model__brand").prefetch_related("issues__service"))
    attachments = []
    with of_person(booking.customer.locale):  # addresses are made in it, too
        context = {
            "booking": booking,
            "devices": devices,
            "link": settings.PUBLIC_URL + reverse("booking:show", args=[booking.token]),
            "book_link": settings.PUBLIC_URL + reverse("booking:start"),
        }
        if kind.calendar and booking.starts_at is not None:
            attachments.append(
                {"name": "appointment.ics", "type": "text/calendar", "text": calendar_file(booking).decode()}
            )
    return _render(
        event, kind, booking.customer, booking.location, booking.code, devices[0].device, context, attachments
    )


def _about_repair(event: EventRecord, kind: Kind) -> Composed:
    repair = Repair.objects.select_related("customer", "location", "device__model__brand").get(pk=event.subject_id)
    after = STATUSES[event.payload.get("after", repair.status)]
    with of_person(repair.customer.locale):
        link = settings.PUBLIC_URL + _address(event, repair)
    context = {"repair": repair, "status": after, "link": link, "asks": event.name in _ASKING}
    return _render(event, kind, repair.customer, repair.location, repair.code, repair.device, context, [])


_ASKING = frozenset({"repair.price_proposed", "repair.quote_sent", "repair.quote_expiring"})


def _address(event: EventRecord, repair: Repair) -> str:
    """The quote's or the review's own page when the message is about it, else the repair's."""
    if event.name.startswith("repair.quote_"):
        token = Quote.objects.filter(pk=event.payload["quote_id"]).values_list("token", flat=True).get()
        return reverse("quotes:show", args=[token])
    if event.name in ("repair.review_asked", "repair.review_answered"):
        return reverse("site:review", args=[repair.token])
    return reverse("repairs:track", args=[repair.token])


def _render(
    event: EventRecord,
    kind: Kind,
    customer: Customer,
    location: Location,
    code: str,
    device: object,
    context: dict[str, Any],
    attachments: list[dict[str, str]],
) -> Composed:
    shop = business()
    with of_person(customer.locale):
        words = {
            "code": code,
            "device": str(device),
            "shop": shop.name or "RevivaTech",
            "name": customer.name,
            "status": str(context["status"].label) if "status" in context else "",
        }
        subject = _one_line(str(kind.subject) % words)
        facts = (
            booking_facts(context["booking"], context["devices"])
            if event.subject_kind == "booking"
            else repair_facts(context["repair"], event)
        )
        full = {
            **context,
            "facts": facts,
            "kind": kind,
            "heading": str(kind.heading) % words,
            "words": str(kind.words) % words,
            "payload": event.payload,
            "location": location,
            "shop": shop,
            "device": device,
            "code": code,
            "subject": subject,
        }
        template = f"notifications/email/{event.subject_kind}"
        return Composed(
            kind=kind,
            customer=customer,
            location=location,
            address=customer.email,
            to_name=customer.name,
            subject=subject,
            text=_squeezed(render_to_string(f"{template}.txt", full)),
            html=render_to_string(f"{template}.html", full),
            attachments=attachments,
        )


def _one_line(subject: str) -> str:
    """A line break would end the header."""
    return " ".join(subject.split())[:200]


def _squeezed(text: str) -> str:
    """At most one empty line in a row: templates leave more where a part is missing."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
