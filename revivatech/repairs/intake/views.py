"""The intake page of a repair: list, damage, signature on one screen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from revivatech.accounts.access import acting, needs
from revivatech.platform import ids
from revivatech.platform.problems import Conflict, Invalid, Problem
from revivatech.shop.queries import business

from ..checklists import actions as checklists
from ..checklists.line_photos import of_lines
from ..checklists.models import Kind, State
from ..checklists.views import filled, keep_photos, typed
from ..models import Repair
from ..views.workbench import find
from . import actions, forms, queries


@require_http_methods(["GET", "HEAD", "POST"])
@needs("repairs.view")
def intake(request: HttpRequest, code: str) -> HttpResponse:
    repair = find(code, by=acting(request))
    actions.check_may_take_in(acting(request), repair)
    if request.method != "POST":
        return _page(request, repair)
    if request.POST.get("act") == "all":
        return _page(request, repair, everything=True)
    given = dict(request.POST.lists())
    in_time = checklists.is_time_for(repair, Kind.INTAKE)
    rest = actions.Rest(
        answers=typed(request, checklists.questions(repair, Kind.INTAKE)) if in_time else {},
        marks=forms.marks_from(given),
        signature=forms.signature_from(given, name=repair.customer.name),
    )
    if in_time:
        keep_photos(request, repair, Kind.INTAKE, checklists.questions(repair, Kind.INTAKE))
    try:
        actions.complete(code, rest, idempotency_key=request.POST.get("key", "")[:60], by=acting(request))
    except (Invalid, Conflict) as problem:
        return _page(request, repair, problem=problem)
    messages.success(request, _("The intake is stored."))
    return redirect("repairs:show", code)


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
        **queries.on_bench(repair, acting(request)),
        "repair": repair,
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
        "terms": shop.terms.strip(),
        "version": shop.terms_version,
    }
    return render(request, "repairs/intake/page.html", context, status=problem.status if problem else 200)
