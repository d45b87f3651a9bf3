"""Step 3: how we get the device, where and when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from revivatech.accounts.access import acting
from revivatech.catalogue.pricing import quote
from revivatech.platform import clock
from revivatech.platform.web.helpers import clock_time, day
from revivatech.shop.models import Business, Location
from revivatech.shop.queries import business, locations_with_hours

from .. import availability
from ..checks import handovers_of, resolve_devices, swollen_message
from ..forms import HandOverForm
from ..models import Handover, Urgency
from ..problems import SlotTaken
from ..wizard import Step, Wizard, put_handover
from .common import go_on, save, show, wizard_page

DAYS_SHOWN = 14


@require_http_methods(["GET", "HEAD", "POST"])
@wizard_page(Step.HAND_OVER)
def hand_over(request: HttpRequest, wizard: Wizard, number: int) -> HttpResponse:
    places = list(locations_with_hours())
    form = HandOverForm(request.POST) if request.method == "POST" else None
    asked = form.data if form is not None else request.GET
    location = _location(places, asked.get("location", ""), wizard)
    if form is not None and form.is_valid():
        method, slot = form.cleaned_data["method"], form.cleaned_data["slot"]
        error = _refusal(wizard, location, method, slot, request)
        if error is None:
            answer = {"method": method, "location_id": location.pk, "starts_at": slot.isoformat() if slot else None}
            return go_on(save(request, lambda answers: put_handover(answers, answer)))
        return page(request, wizard, places, location, method, error=error, status=409)
    error = str(next(iter(form.errors.values()))[0]) if form is not None else None
    return page(request, wizard, places, location, asked.get("method", ""), error=error, status=422 if error else 200)


def page(
    request: HttpRequest, wizard: Wizard, places: list[Location], location: Location, method: str, *,
    error: str | SlotTaken | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The step, with the times of the next two weeks from `?from=`."""
    offered = handovers_of(location)
    stored = wizard.handover
    method = method if method in offered else stored.get("method", Handover.DROP_OFF)
    method = method if method in offered and not why_not(method, wizard) else Handover.DROP_OFF.value
    context: dict[str, Any] = {
        "places": places,
        "location": location,
        "method": method,
        "methods": _methods(offered, wizard, business()),
        "error": str(error.detail) if isinstance(error, SlotTaken) else error,
        "next_free": labelled(error.next_free, location) if isinstance(error, SlotTaken) else [],
        "value": stored.get("starts_at") or "",
        **_times(request, wizard, location, method),
    }
    return show(request, Step.HAND_OVER, wizard, context, status=status)


def why_not(method: str, wizard: Wizard) -> str:
    """Why this way is closed to these devices; empty when it is open."""
    if method != Handover.POST:
        return ""
    if wizard.swollen:
        return swollen_message()
    return _("Not for a same-day repair.") if wizard.urgency == Urgency.SAME_DAY else ""


def work_asked(request: HttpRequest, wizard: Wizard, method: str) -> dict[str, Any]:
    """What availability needs to know about these devices."""
    devices, _errors = resolve_devices(wizard.devices, by=acting(request))
    price = quote([device.ask() for device in devices], urgency=wizard.urgency, handover=method)
    services = frozenset(service.key for device in devices for service in device.services)
    return {"handover": method, "urgency": wizard.urgency, "services": services, "work_minutes": price.minutes}


def _refusal(
    wizard: Wizard, location: Location, method: str, slot: datetime | None, request: HttpRequest
) -> str | SlotTaken | None:
    if method not in handovers_of(location):
        return _("Choose how we get the device.")
    if reason := why_not(method, wizard):
        return reason
    if slot is None:
        return None
    asked = work_asked(request, wizard, method)
    local = slot.astimezone(location.zone).date()
    if any(one.starts_at == slot and one.free for one in availability.slots(location, local, local, **asked)):
        return None
    return SlotTaken([one.starts_at for one in availability.next_free(location, slot, 5, **asked)])


def _location(places: list[Location], asked: str, wizard: Wizard) -> Location:
    wanted = {asked, str(wizard.handover.get("location_id", ""))}
    ranked = sorted(places, key=lambda place: (str(place.pk) != asked, str(place.pk) not in wanted))
    return ranked[0]


def _methods(offered: list[str], wizard: Wizard, shop: Business) -> list[dict[str, Any]]:
    about = {
        Handover.DROP_OFF.value: (_("Bring it to us"), _("At a time you choose."), "location", 0),
        Handover.COLLECTION.value: (
            _("We collect it"),
            _("From your address, at a time you choose."),
            "home",
            shop.collection_pence,
        ),
        Handover.POST.value: (_("Send it by post"), _("We tell you how to pack it."), "post", shop.post_pence),
    }
    return [
        {"key": key, "title": about[key][0], "text": why_not(key, wizard) or about[key][1], "icon": about[key][2],
         "pence": about[key][3], "closed": bool(why_not(key, wizard))}
        for key in offered
    ]  # fmt: skip


def _times(request: HttpRequest, wizard: Wizard, location: Location, method: str) -> dict[str, Any]:
    if method == Handover.POST:
        return {"days": [], "earlier": "", "later": ""}
    today = clock.today(location.zone)
    end = today + timedelta(days=location.horizon_days)
    first = min(max(read_date(request.GET.get("from", "")) or _first_day(wizard, location, today), today), end)
    last = min(first + timedelta(days=DAYS_SHOWN - 1), end)
    found = availability.slots(location, first, last, **work_asked(request, wizard, method))
    return {
        "days": picker_days(found, location),
        "earlier": max(first - timedelta(days=DAYS_SHOWN), today).isoformat() if first > today else "",
        "later": (last + timedelta(days=1)).isoformat() if last < end else "",
    }


def picker_days(found: list[availability.Slot], location: Location) -> list[dict[str, Any]]:
    """Days and times as the slot picker takes them. A time is its moment in UTC, so it means the same on every clock."""
    return [
        {
            "label": day(one.date, pattern="EEE d MMM"),
            "slots": [
                {"value": slot.starts_at.isoformat(), "label": clock_time(slot.starts_at, location.zone), "full": not slot.free,
                 "note": _("last one") if slot.free == 1 else ""}
                for slot in one.slots
            ],
        }
        for one in availability.by_day(found, location.zone)
    ]  # fmt: skip


def labelled(moments: list[datetime], location: Location) -> list[tuple[str, str]]:
    return [(m.isoformat(), f"{day(m, location.zone, 'EEE d MMM')}, {clock_time(m, location.zone)}") for m in moments]


def _first_day(wizard: Wizard, location: Location, today: date) -> date:
    """Begin at the fortnight of the time chosen before."""
    chosen = wizard.starts_at
    if chosen is None:
        return today
    ahead = (chosen.astimezone(location.zone).date() - today).days
    return today + timedelta(days=max(0, ahead // DAYS_SHOWN * DAYS_SHOWN))


def read_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
