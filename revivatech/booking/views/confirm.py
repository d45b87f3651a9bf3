"""Step 6: everything on one page, and the button that books."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from revivatech.accounts.access import acting
from revivatech.customers.phone import readable
from revivatech.platform.limits import Use, address_block, client_address, hit, hit_all
from revivatech.platform.problems import Invalid
from revivatech.shop.queries import business, locations_with_hours

from .. import actions
from ..checks import Checked, check, resolve_devices
from ..models import Backup, Handover, Urgency
from ..problems import AutomatedForm, PriceChanged, SlotTaken
from ..requests import BookingRequest
from ..wizard import Step, Wizard, place_of_error
from . import handover
from .common import COOKIE, mend, profile_of, show, wizard_page
from .price import price_of


@require_http_methods(["GET", "HEAD", "POST"])
@wizard_page(Step.CONFIRM)
def confirm(request: HttpRequest, wizard: Wizard, number: int) -> HttpResponse:
    try:
        if request.method == "POST" and request.POST.get("seen") == wizard.fingerprint:
            return _book(request, wizard)
        return _summary(request, wizard, changed=request.method == "POST")
    except Invalid as problem:
        field, found = next(iter(problem.errors.items()), ("", [str(problem.detail)]))
        return mend(request, place_of_error(field), found[0])
    except PriceChanged as problem:
        messages.warning(request, str(problem.detail))
        return _summary(request, wizard, status=409, was=problem.extra["shown_pence"])
    except SlotTaken as problem:
        places = list(locations_with_hours())
        location = next(place for place in places if place.pk == wizard.handover["location_id"])
        return handover.page(request, wizard, places, location, wizard.handover["method"], error=problem, status=409)


def _book(request: HttpRequest, wizard: Wizard) -> HttpResponse:
    if request.POST.get("website"):
        raise AutomatedForm
    shown = request.POST.get("total", "")
    asked = _request(request, wizard, int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 12 else -1)
    _limit(request, asked)
    token = request.COOKIES.get(COOKIE, "")
    booking = actions.confirm(asked, idempotency_key=token, by=acting(request), draft_token=token)
    return redirect("booking:show", booking.token)


def _limit(request: HttpRequest, asked: BookingRequest) -> None:
    """By address and by contact, before the action: a refusal inside its transaction would be forgotten."""
    contacts = [asked.contact.email.strip().casefold(), asked.contact.phone]
    # First and alone: an address that may not book any more must not use up what somebody else's contact may.
    hit("booking-address", address_block(client_address(request)), limit=20, per=3600)
    hit_all(*(Use("booking-contact", contact, limit=6, per=3600) for contact in contacts if contact))


def _request(request: HttpRequest, wizard: Wizard, shown_pence: int) -> BookingRequest:
    locale = get_language() or "en-gb"
    return wizard.request(shown_pence=shown_pence, profile=profile_of(request), locale=locale)


def _summary(
    request: HttpRequest, wizard: Wizard, *, changed: bool = False, status: int = 200, was: int | None = None
) -> HttpResponse:
    if changed:
        messages.warning(request, _("Your booking was changed in another window. Check it before you confirm."))
    checked = check(_request(request, wizard, 0), by=acting(request))
    context = {**_context(checked, wizard, request), "was": was}
    return show(request, Step.CONFIRM, wizard, context, status=409 if changed else status)


def _context(checked: Checked, wizard: Wizard, request: HttpRequest) -> dict[str, Any]:
    asked = checked.asked
    devices, _errors = resolve_devices(wizard.devices, by=acting(request))
    return {
        "asked": asked,
        "devices": devices,
        "location": checked.location,
        "price": price_of(devices, wizard),
        "urgency": Urgency(asked.urgency).label,
        "backups": {backup.value: backup.label for backup in Backup},
        "handover_label": Handover(asked.handover).label,
        "phone": readable(asked.contact.phone) if asked.contact.phone else "",
        "seen": wizard.fingerprint,
        "holds_days": business().price_holds_days,
    }
