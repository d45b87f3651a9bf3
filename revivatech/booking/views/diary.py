"""The staff's diary: who comes when, and the page of one booking."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from revivatech.accounts.access import acting, needs, require
from revivatech.platform import clock
from revivatech.platform.web.templates import render_block
from revivatech.shop.models import Location
from revivatech.shop.queries import active_locations

from .. import queries
from ..topics import diary_topic
from .changing import cancel_page, change_page
from .handover import read_date
from .link import shown

FOUND_AT_ONCE = 30


@require_safe
@needs("bookings.view")
def diary(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    context = _found(request, text) if text else _day(request)
    return render(request, "booking/diary.html", {**context, "asked": text})


@require_safe
@needs("bookings.view")
def diary_now(request: HttpRequest) -> HttpResponse:
    """The list of the day, for the page itself."""
    return render_block(request, "booking/diary.html", "now", {**_day(request), "asked": ""})


@require_safe
@needs("bookings.view")
def booking(request: HttpRequest, code: str) -> HttpResponse:
    actor = acting(request)
    return render(request, "booking/staff.html", shown(queries.by_code(code, actor), actor))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("bookings.manage")
def change(request: HttpRequest, code: str) -> HttpResponse:
    actor = acting(request)
    found = queries.by_code(code, actor)
    require(actor, "bookings.manage", at=found.location_id)
    back = reverse("booking:staff", args=[found.code])
    return change_page(request, found, "booking/staff_change.html", back=back, by=actor)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("bookings.manage")
def cancellation(request: HttpRequest, code: str) -> HttpResponse:
    actor = acting(request)
    found = queries.by_code(code, actor)
    require(actor, "bookings.manage", at=found.location_id)
    back = reverse("booking:staff", args=[found.code])
    return cancel_page(request, found, "booking/staff_cancellation.html", back=back, by=actor)


def _places(request: HttpRequest) -> list[Location]:
    """The locations whose diary this person may see."""
    allowed = acting(request).locations_for("bookings.view")
    return [place for place in active_locations() if allowed is None or place.pk in allowed]


def _day(request: HttpRequest) -> dict[str, Any]:
    places, actor = _places(request), acting(request)
    location = next(
        (place for place in places if str(place.pk) == request.GET.get("location")), places[0] if places else None
    )
    if location is None:
        return {"places": [], "location": None, "found": None}
    today = clock.today(location.zone)
    day = _within_reach(read_date(request.GET.get("day", "")) or today, today)
    return {
        "places": places,
        "location": location,
        "day": day,
        "today": today,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "rows": list(queries.diary(location, day, actor)),
        "posted": list(queries.by_post(location, actor)[:50]) if day == today else [],
        "found": None,
        "topic": diary_topic(location.pk),
    }


def _found(request: HttpRequest, text: str) -> dict[str, Any]:
    before = request.GET.get("before", "")
    start = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    rows = queries.search(text, acting(request), before=start, count=FOUND_AT_ONCE + 1)
    older = rows[FOUND_AT_ONCE - 1].pk if len(rows) > FOUND_AT_ONCE else None
    return {
        "places": [],
        "location": None,
        "day": None,
        "rows": [],
        "posted": [],
        "found": rows[:FOUND_AT_ONCE],
        "older": older,
    }


def _within_reach(day: date, today: date) -> date:
    """Ten years either way: dates near the ends of the calendar cannot be moved by a day."""
    return min(max(day, today - timedelta(days=3660)), today + timedelta(days=3660))
