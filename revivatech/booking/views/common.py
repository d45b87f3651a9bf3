"""What every page of the wizard does: find the draft, refuse to skip ahead, keep the cookie, never be stored."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from revivatech.accounts.access import acting
from revivatech.customers.models import Customer
from revivatech.customers.queries import own_profile
from revivatech.platform.limits import address_block, client_address, hit
from revivatech.shop.queries import business, is_open

from .. import actions
from ..actions.drafts import KEPT_FOR
from ..models import BookingDraft
from ..wizard import LABELS, Answers, Place, Step, Wizard

COOKIE = "booking_draft"
COOKIE_PATH = "/"  # the wizard is at /book/ and, in other languages, at /pt/book/
WizardView = Callable[[HttpRequest, Wizard, int], HttpResponse]


def profile_of(request: HttpRequest) -> Customer | None:
    """The signed-in customer's own profile. Staff book for others, so theirs is left out."""
    actor = acting(request)
    return own_profile(actor) if actor.kind == "customer" else None


def draft_of(request: HttpRequest) -> BookingDraft | None:
    return actions.find_draft(request.COOKIES.get(COOKIE, ""))


def place_url(place: Place) -> str:
    if place.step in (Step.DEVICE, Step.ISSUE):
        return reverse(f"booking:{place.step}", args=[place.number])
    return reverse(f"booking:{place.step}")


def wizard_page(step: Step) -> Callable[[WizardView], Callable[..., HttpResponse]]:
    """A page of the wizard: the view is called with the answers so far, once everything before it is answered."""

    def decorate(view: WizardView) -> Callable[..., HttpResponse]:
        @wraps(view)
        def page(request: HttpRequest, number: int = 1) -> HttpResponse:
            response = _answer(request, view, Place(step, number))
            add_never_cache_headers(response)  # going back shows what is stored, and nothing stays in a shared browser
            return response

        return page

    return decorate


def _answer(request: HttpRequest, view: WizardView, place: Place) -> HttpResponse:
    if not is_open():
        return render(
            request, "booking/closed.html", {"shop": business()}, status=409 if request.method == "POST" else 200
        )
    draft = draft_of(request)
    if draft is not None and draft.booking is not None:
        if place.step is Step.CONFIRM:
            return redirect("booking:show", draft.booking.token)
        draft = None
    wizard = Wizard(draft.answers if draft else {})
    if not wizard.reaches(place):
        return redirect(place_url(wizard.first_unfinished()))
    return view(request, wizard, place.number)


def save(request: HttpRequest, change: Callable[[Answers], None]) -> BookingDraft:
    """Alter the visitor's draft; a new one counts against the limit of their address."""
    token = request.COOKIES.get(COOKIE, "")
    if actions.find_draft(token) is None:
        hit("booking-draft", address_block(client_address(request)), limit=60, per=3600)
    return actions.change_answers(token, change, by=acting(request))


def go_on(draft: BookingDraft, place: Place | None = None) -> HttpResponse:
    """To the first unfinished step, or to `place`, keeping the draft's cookie."""
    response = redirect(place_url(place or Wizard(draft.answers).first_unfinished()))
    response.set_cookie(
        COOKIE,
        draft.token,
        max_age=int(KEPT_FOR.total_seconds()),
        path=COOKIE_PATH,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def mend(request: HttpRequest, place: Place, message: str) -> HttpResponse:
    """Back to the page where something must be put right, saying what."""
    messages.error(request, message)
    return redirect(place_url(place))


def show(
    request: HttpRequest, step: Step, wizard: Wizard, context: dict[str, Any], *, number: int = 1, status: int = 200
) -> HttpResponse:
    """The page of a step, with the stepper; done steps lead back."""
    order = list(Step)
    links = [(label, _back(one, wizard)) for one, label in LABELS.items()]
    frame = {"wizard": wizard, "steps": links, "current": order.index(step), "number": number, "shop": business()}
    return render(request, f"booking/{step.replace('-', '_')}.html", {**frame, **context}, status=status)


def _back(step: Step, wizard: Wizard) -> str:
    place = Place(step)
    return place_url(place) if wizard.reaches(place) else ""
