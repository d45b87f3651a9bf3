"""The page of a private link: what was booked, and moving or cancelling it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from revivatech.catalogue.pricing import Price
from revivatech.platform.actors import Actor
from revivatech.platform.problems import NotFound
from revivatech.platform.web.privacy import kept_offline, private_page
from revivatech.platform.web.templates import render_block
from revivatech.shop.queries import business

from ..calendar_file import MEDIA_TYPE, calendar_file
from ..models import BookedDevice, Booking
from ..policies import change_until, may_change
from ..queries import by_token
from ..topics import booking_topic
from .changing import cancel_page, change_page


@private_page
@kept_offline
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    booking, holder = by_token(token)
    return render(request, "booking/show.html", shown(booking, holder))


@private_page
@require_safe
def now(request: HttpRequest, token: str) -> HttpResponse:
    """The part of the page that changes, for the page itself."""
    booking, holder = by_token(token)
    return render_block(request, "booking/show.html", "now", shown(booking, holder))


@private_page
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    booking, _holder = by_token(token)
    if booking.starts_at is None:
        raise NotFound
    response = HttpResponse(calendar_file(booking), content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{booking.code}.ics"'
    return response


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, token: str) -> HttpResponse:
    booking, holder = by_token(token)
    back = reverse("booking:show", args=[token])
    return change_page(request, booking, "booking/change.html", back=back, by=holder)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def cancellation(request: HttpRequest, token: str) -> HttpResponse:
    booking, holder = by_token(token)
    back = reverse("booking:show", args=[token])
    return cancel_page(request, booking, "booking/cancellation.html", back=back, by=holder)


def shown(booking: Booking, actor: Actor) -> dict[str, Any]:
    """What the pages of a booking show, the customer's and the staff's. Repairs come along by the reverse relation."""
    devices = BookedDevice.objects.filter(booking=booking).select_related("device__model__brand", "repair")
    return {
        "booking": booking,
        "devices": list(devices.prefetch_related("issues__service")),
        "price": Price.from_json(booking.price) if booking.price else None,
        "topic": booking_topic(booking.pk),
        "may_change": may_change(actor, booking),
        "change_until": change_until(booking),
        "shop": business(),
    }
