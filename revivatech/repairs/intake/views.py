"""The intake page of a repair: list, damage, signature on one screen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.platform import ids
from revivatech.platform.files.models import StoredFile
from revivatech.platform.problems import Conflict, Invalid, Problem
from revivatech.platform.spoken import known
from revivatech.shop.queries import business
from revivatech.shop.terms import all_terms

from .. import photos
from .. import statuses as s
from ..checklists import actions as checklists
from ..checklists.line_photos import of_lines
from ..checklists.models import Kind, State
from ..checklists.views import filled, keep_photos, typed
from ..documents.kinds import documents_of
from ..models import Repair, SelfCheckIn
from ..passcodes import queries as passcodes
from ..passcodes.models import Kind as Lock
from ..topics import repair_topic
from ..views.workbench import find
from . import actions, forms, queries

PAGE = "repairs/intake/page.html"
MOST_PICTURES = 10


@sensitive_post_parameters("passcode")
@require_http_methods(["GET", "HEAD", "POST"])
@needs("repairs.view")
def intake(request: HttpRequest, code: str) -> HttpResponse:
    repair = find(code, by=acting(request))
    actions.check_may_take_in(acting(request), repair)
    if request.method != "POST":
        return _page(request, repair)
    if request.POST.get("act") == "all":
        return _page(request, repair, everything=True)
    try:
        actions.complete(
            code, _rest(request, repair), idempotency_key=request.POST.get("key", "")[:60], by=acting(request)
        )
    except (Invalid, Conflict) as problem:
        return _page(request, repair, problem=problem)
    messages.success(request, _("The intake is stored."))
    return redirect("repairs:intake_label", code)


def _rest(request: HttpRequest, repair: Repair) -> actions.Rest:
    given = dict(request.POST.lists())
    lines = checklists.questions(repair, Kind.INTAKE) if checklists.is_time_for(repair, Kind.INTAKE) else []
    if lines:
        keep_photos(request, repair, Kind.INTAKE, lines)
    return actions.Rest(
        answers=typed(request, lines),
        marks=forms.marks_from(given),
        signature=forms.signature_from(given, name=repair.customer.name),
        arrival=forms.arrival_from(given) if "storage_place" in given else None,
        unlocking=forms.unlocking_from(given),
    )


@require_safe
@needs("repairs.view")
def outlines(request: HttpRequest, code: str) -> HttpResponse:
    """The pictures to mark damage on, anew: a photo was taken meanwhile."""
    repair = find(code, by=acting(request))
    actions.check_may_take_in(acting(request), repair)
    return render(request, "repairs/intake/parts/outlines.html", _outlines(request, repair))


@require_safe
@needs("repairs.view")
def label(request: HttpRequest, code: str) -> HttpResponse:
    """The last screen: print the label, hand the receipt over, next customer."""
    repair = find(code, by=acting(request))
    actions.check_may_take_in(acting(request), repair)
    context = {
        "repair": repair,
        "papers": {one.key for one in documents_of(repair)},
        **queries.on_bench(repair, acting(request)),
        "passcode": passcodes.state(repair),
        "listed": repair.checklist_runs.filter(kind=Kind.INTAKE, finished_at__isnull=False).exists(),
    }
    return render(request, "repairs/intake/label.html", context)


@require_POST
@needs("repairs.view")
def unmark(request: HttpRequest, code: str, number: int) -> HttpResponse:
    actions.unmark_damage(code, number, by=acting(request))
    return redirect("repairs:intake", code)


def _page(
    request: HttpRequest, repair: Repair, *, problem: Problem | None = None, everything: bool = False
) -> HttpResponse:
    lines = checklists.questions(repair, Kind.INTAKE)
    if request.method == "POST":
        lines = filled(lines, typed(request, lines), everything=everything)
    shop = business()
    context: dict[str, Any] = {
        **_outlines(request, repair),
        **_arrival(request, repair),
        "passcode": passcodes.state(repair),
        "locks": Lock.choices,
        "photo_key": ids.new_token(),
        "lines": lines,
        "states": State,
        "line_photos": of_lines(repair),
        "kind": Kind.INTAKE,
        "in_time": checklists.is_time_for(repair, Kind.INTAKE),
        "errors": problem.errors if isinstance(problem, Invalid) else {},
        "problem": problem,
        "typed": request.POST,
        "key": ids.new_token() if isinstance(problem, Conflict) else request.POST.get("key") or ids.new_token(),
        "rows": range(forms.ROWS),
        "places": forms.PLACES,
        "terms": all_terms(shop),
        "terms_language": known(repair.customer.locale),
        "version": shop.terms_version,
    }
    return render(request, PAGE, context, status=problem.status if problem else 200)


def _outlines(request: HttpRequest, repair: Repair) -> dict[str, Any]:
    files = StoredFile.objects.about(photos.KIND, repair.pk).present().filter(part="", kind=StoredFile.Kind.IMAGE)
    return {
        **queries.on_bench(repair, acting(request)),
        "repair": repair,
        "pictures": list(files.filter(label="before")[:MOST_PICTURES]),
        "topic": repair_topic(repair.pk),
    }


def _arrival(request: HttpRequest, repair: Repair) -> dict[str, Any]:
    """What a booked device is taken in with; what the customer said at the door stands in it already."""
    if repair.status != s.BOOKED:
        return {"arrival": None}
    told = SelfCheckIn.objects.filter(repair=repair).first()
    start = {
        "accessories": told.accessories if told else "",
        "condition": (told.condition if told else "") or repair.condition,
        "storage_place": "",
    }
    return {"arrival": {name: request.POST.get(name, value) for name, value in start.items()}}
