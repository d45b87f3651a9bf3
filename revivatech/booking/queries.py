"""Questions about bookings. Rows come through `Booking.objects.visible_to(actor)`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from revivatech.customers.models import Customer
from revivatech.customers.queries import search as search_people
from revivatech.platform import clock, ids
from revivatech.platform.actors import Actor, by_link
from revivatech.platform.problems import NotFound
from revivatech.shop.models import Location

from .models import BookedIssue, Booking
from .problems import LinkExpired
from .work import Work

FEW = 1_000
LINK_KEPT = timedelta(days=180)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")


def by_token(token: str) -> tuple[Booking, Actor]:
    """The booking of a private link, and who the link makes its holder. NotFound, or LinkExpired half a year after the visit."""
    well_formed = _TOKEN.fullmatch(token)
    booking = (
        Booking.objects.select_related("location", "customer").filter(token=token).first() if well_formed else None
    )
    if booking is None:
        raise NotFound
    if clock.now() > (booking.ends_at or booking.created_at) + LINK_KEPT:
        raise LinkExpired
    return booking, by_link("booking", booking.pk, label=booking.customer.name)


def by_code(code: str, actor: Actor) -> Booking:
    """The booking a member of staff means, when they may see it."""
    read = ids.read_code("BK", code)
    booking = Booking.objects.visible_to(actor).select_related("location", "customer").filter(code=read or "").first()
    if booking is None:
        raise NotFound
    return booking


def work_of(booking: Booking) -> Work:
    """What availability needs to know about a booking made earlier."""
    keys = BookedIssue.objects.filter(booked_device__booking=booking).values_list("service__key", flat=True)
    return Work(booking.handover, booking.urgency, frozenset(keys), int(booking.price.get("minutes", 0)))


def diary(location: Location, day: date, actor: Actor) -> QuerySet[Booking]:
    """Bookings of one local day at one location, by time; cancelled ones too."""
    start = datetime.combine(day, time(), tzinfo=location.zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=location.zone).astimezone(UTC)
    rows = Booking.objects.visible_to(actor).filter(location=location, starts_at__gte=start, starts_at__lt=end)
    return _with_devices(rows).order_by("starts_at", "pk")


def by_post(location: Location, actor: Actor) -> QuerySet[Booking]:
    """Devices on their way to us in the post."""
    rows = Booking.objects.visible_to(actor).filter(location=location, handover="post", status=Booking.Status.CONFIRMED)
    return _with_devices(rows).order_by("-pk")


def search(text: str, actor: Actor, *, before: int | None = None, count: int = 30) -> list[Booking]:
    """Bookings by code, name, company, e-mail or phone in any format; the newest first, `before` a booking's id."""
    words = " ".join(text.replace("\x00", "").split())[:100]
    if len(words) < 2:
        return []
    # By id, for no index covers an OR across two tables; many namesakes are walked through from the newest booking on.
    people = search_people(Customer.everyone.all(), words)
    few = list(people.values_list("pk", flat=True)[: FEW + 1])
    found = Q(customer_id__in=few if len(few) <= FEW else people.values("pk"))
    if code := ids.read_code("BK", words):
        found |= Q(code=code)
    elif len(words) > 2:
        found |= Q(code__icontains=words)
    rows = Booking.objects.visible_to(actor).filter(found)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(_with_devices(rows).order_by("-pk")[:count])


def _with_devices(rows: QuerySet[Booking]) -> QuerySet[Booking]:
    return rows.select_related("location", "customer").prefetch_related(
        "devices__device__model__brand", "devices__issues__service"
    )
