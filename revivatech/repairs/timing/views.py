"""The clock's buttons, and the page of entries and corrections."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from revivatech.accounts.access import acting, needs
from revivatech.platform.actors import Actor
from revivatech.platform.problems import Conflict, Invalid

from .. import statuses as s
from ..actions.work import technicians_at
from ..models import Repair
from ..views.workbench import find
from . import actions, queries
from .forms import ClockForm, CorrectionForm, EntryForm
from .models import Ended


@require_POST
@needs("repairs.view")
def clock(request: HttpRequest, code: str) -> HttpResponse:
    """Start (or go on), pause, stop. Goes back to where the button was."""
    repair, form = find(code, by=acting(request)), ClockForm(request.POST)
    _check(form)
    try:
        said = _turn(repair, form.cleaned_data["act"], form.cleaned_data["technician"], acting(request))
    except Conflict as problem:
        messages.error(request, str(problem.detail))
    else:
        messages.success(request, said)
    return redirect(reverse("repairs:queue") if request.POST.get("back") == "queue" else repair_page(repair))


def repair_page(repair: Repair) -> str:
    return reverse("repairs:show", args=[repair.code])


def _turn(repair: Repair, act: str, technician: int | None, by: Actor) -> str:
    if act == "start":
        actions.start(repair.code, by=by)
        return _("The clock runs.")
    actions.end(repair.code, Ended.PAUSED if act == "pause" else Ended.STOPPED, by=by, technician_id=technician)
    return _("The clock is paused.") if act == "pause" else _("The clock has stopped.")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("repairs.view")
def time(request: HttpRequest, code: str) -> HttpResponse:
    """Every entry with its corrections; POST adds minutes."""
    repair = find(code, by=acting(request))
    form = EntryForm(request.POST if request.method == "POST" else None, technicians=_people(repair, acting(request)))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.add(
            code, data["minutes"], status=data["status"], reason=data["reason"],
            technician_id=data["technician"], by=acting(request),
        )  # fmt: skip
        messages.success(request, _("Added."))
        return redirect("repairs:time", code)
    return _page(request, repair, form)


@require_POST
@needs("repairs.view")
def correction(request: HttpRequest, code: str, entry: int) -> HttpResponse:
    repair, form = find(code, by=acting(request)), CorrectionForm(request.POST)
    try:
        _check(form)
        actions.correct(code, entry, by=acting(request), **form.cleaned_data)
    except (Invalid, Conflict) as problem:
        messages.error(request, str(problem.detail))
        return _page(request, repair, _empty(request, repair), refused=entry, status=problem.status)
    messages.success(request, _("Corrected. What counted before is kept beside it."))
    return redirect("repairs:time", code)


def _page(
    request: HttpRequest, repair: Repair, form: EntryForm, *, refused: int = 0, status: int = 200
) -> HttpResponse:
    context = {
        "repair": repair,
        "statuses": s.STATUSES,
        "form": form,
        "entries": queries.entries_of(repair, acting(request)),
        "time": queries.sheet(repair, acting(request)),
        "refused": refused,
        "typed": request.POST if refused else {},
    }
    return render(request, "repairs/timing/page.html", context, status=422 if form.errors else status)


def _empty(request: HttpRequest, repair: Repair) -> EntryForm:
    return EntryForm(technicians=_people(repair, acting(request)))


def _people(repair: Repair, by: Actor) -> list[tuple[int, str]]:
    """Whose time the actor may enter."""
    everybody = by.may("repairs.time", at=repair.location_id)
    mine = by.may("repairs.work", at=repair.location_id)
    people = technicians_at(repair.location_id) if everybody or mine else []
    return [(one.pk, str(one)) for one in people if everybody or one.pk == by.user_id]


def _check(form: forms.Form) -> None:
    if not form.is_valid():
        raise Invalid({name: [str(error) for error in errors] for name, errors in form.errors.items()})
