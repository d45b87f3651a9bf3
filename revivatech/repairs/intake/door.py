"""The customer's own check-in: at the door by QR, on a tablet in the shop (`?kiosk=1`), or from the booking's private page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from revivatech.booking.models import Booking
from revivatech.platform.actors import by_link
from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.problems import Invalid, NotFound
from revivatech.platform.web.privacy import private_page
from revivatech.shop.queries import business

from . import self_check_in
from .forms import signature_from, word
from .self_check_in import Told


class BeginForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("Booking code"), max_length=20)
    contact = forms.CharField(label=gettext_lazy("E-mail address or phone number"), max_length=254)


def _kiosk(request: HttpRequest) -> bool:
    return (request.POST.get("kiosk") or request.GET.get("kiosk")) == "1"


def _to(name: str, request: HttpRequest, *args: str) -> str:
    return reverse(name, args=args) + ("?kiosk=1" if _kiosk(request) else "")


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Code and contact in. A miss says the same whatever was wrong, and tries are counted: per code, and per address
    generously, for a tablet in the shop is one address for everybody."""
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        hit("self-check-in", address_block(client_address(request)), limit=60, per=3600)
        hit("self-check-in-code", form.cleaned_data["code"].strip().upper(), limit=6, per=3600)
        booking = self_check_in.find_booking(form.cleaned_data["code"], form.cleaned_data["contact"])
        if booking is not None:
            return redirect(_to("repairs:check_in_devices", request, self_check_in.pass_for(booking)))
        form.add_error(None, _("We could not find a booking with these two. Check them, or ask us at the counter."))
    context = {"form": form, "kiosk": _kiosk(request)}
    return render(request, "repairs/intake/begin.html", context, status=422 if form.errors else 200)


@private_page
@require_safe
def by_booking(request: HttpRequest, token: str) -> HttpResponse:
    """From the private page of the booking, which is key enough."""
    booking = Booking.objects.filter(token=token, status=Booking.Status.CONFIRMED).first()
    if booking is None:
        raise NotFound
    return redirect(_to("repairs:check_in_devices", request, self_check_in.pass_for(booking)))


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: HttpRequest, token: str) -> HttpResponse:
    """The devices of one booking, and the signature."""
    booking = self_check_in.booking_of(token)
    rows = self_check_in.devices_of(booking)
    if request.method == "POST":
        given = dict(request.POST.lists())
        told = {row.code: _told(given, row.code) for row in rows}
        signature = signature_from(given, name=booking.customer.name)
        try:
            self_check_in.check_in_at_the_door(
                booking, told, signature, by=by_link("booking", booking.pk, label="Customer")
            )
        except Invalid as problem:
            return _devices_page(request, booking, rows, problem)
        return redirect(_to("repairs:check_in_done", request))
    return _devices_page(request, booking, rows)


def _told(given: dict[str, list[Any]], code: str) -> Told:
    return Told(
        brought=bool(word(given, f"brought_{code}")),
        description=word(given, f"description_{code}", 2000),
        accessories=word(given, f"accessories_{code}", 400),
        condition=word(given, f"condition_{code}", 400),
    )


def _devices_page(
    request: HttpRequest, booking: Booking, rows: list[Any], problem: Invalid | None = None
) -> HttpResponse:
    context = {
        "booking": booking,
        "rows": rows,
        "kiosk": _kiosk(request),
        "terms": [read] if (read := business().terms_here) else [],
        "errors": problem.errors if problem else {},
        "problem": problem,
        "typed": request.POST,
        "customer_name": booking.customer.name,
    }
    return render(request, "repairs/intake/devices.html", context, status=422 if problem else 200)


@private_page
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    return render(request, "repairs/intake/done.html", {"kiosk": _kiosk(request)})
