"""Moving and cancelling: the same two pages for whoever holds the private link and for staff."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor

from .. import actions, availability
from ..forms import CancelForm, ChangeForm
from ..models import Booking
from ..policies import check_may_change, manages
from ..problems import SlotTaken
from ..queries import work_of
from .handover import DAYS_SHOWN, labelled, picker_days, read_date


def change_page(request: HttpRequest, booking: Booking, template: str, *, back: str, by: Actor) -> HttpResponse:
    check_may_change(by, booking)
    form = ChangeForm(request.POST if request.method == "POST" else None)
    error: SlotTaken | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.reschedule(booking.pk, form.cleaned_data["slot"], by=by)
        except SlotTaken as problem:
            error = problem
        else:
            messages.success(request, _("The booking was moved."))
            return redirect(back)
    status = 409 if error else 422 if form.errors else 200
    return render(
        request,
        template,
        {**_times(request, booking, manages(by, booking)), **_errors(form, error, booking), "back": back},
        status=status,
    )


def cancel_page(request: HttpRequest, booking: Booking, template: str, *, back: str, by: Actor) -> HttpResponse:
    check_may_change(by, booking)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.cancel(booking.pk, reason=form.cleaned_data["reason"], by=by)
        messages.success(request, _("The booking was cancelled."))
        return redirect(back)
    return render(
        request, template, {"booking": booking, "form": form, "back": back}, status=422 if form.errors else 200
    )


def _errors(form: ChangeForm, taken: SlotTaken | None, booking: Booking) -> dict[str, Any]:
    if taken is not None:
        return {"error": str(taken.detail), "next_free": labelled(taken.next_free, booking.location)}
    return {"error": form.errors["slot"][0] if form.errors else "", "next_free": []}


def _times(request: HttpRequest, booking: Booking, by_staff: bool) -> dict[str, Any]:
    """The next two weeks from `?from=`, in which the booking's own place counts as free."""
    if booking.starts_at is None:
        return {"booking": booking, "days": [], "earlier": "", "later": "", "value": ""}
    location, today = booking.location, clock.today(booking.location.zone)
    end = today + timedelta(days=location.horizon_days)
    first = min(max(read_date(request.GET.get("from", "")) or today, today), end)
    last = min(first + timedelta(days=DAYS_SHOWN - 1), end)
    found = availability.slots(location, first, last, moving=booking.pk, by_staff=by_staff, **work_of(booking).asked())
    value: datetime = booking.starts_at
    return {
        "booking": booking,
        "days": picker_days(found, location),
        "earlier": max(first - timedelta(days=DAYS_SHOWN), today).isoformat() if first > today else "",
        "later": (last + timedelta(days=1)).isoformat() if last < end else "",
        "value": value.isoformat(),
    }
