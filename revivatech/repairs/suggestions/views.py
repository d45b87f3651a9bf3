"""Technicians compared for one repair, and the manager's page of skills."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts.access import acting, needs, require
from revivatech.accounts.models import User
from revivatech.platform.problems import NotFound

from .. import statuses as s
from ..models import TechnicianSkill
from ..views.workbench import find
from . import actions, facts, queries
from .forms import SkillForm


@require_safe
@needs(actions.PERMISSION)
def technicians(request: HttpRequest, code: str) -> HttpResponse:
    repair = find(code, by=acting(request))
    require(acting(request), actions.PERMISSION, at=repair.location_id)
    context = {
        "repair": repair,
        "suggested": queries.technicians_for(repair),
        "may_change": not s.STATUSES[repair.status].is_closed,
    }
    return render(request, "repairs/suggestions/technicians.html", context)


@require_safe
@needs(actions.PERMISSION)
def skills(request: HttpRequest) -> HttpResponse:
    people = actions.technicians_of(acting(request))
    stored: dict[int, int] = {}
    for row in TechnicianSkill.objects.filter(technician__in=people):
        stored[row.technician_id] = stored.get(row.technician_id, 0) + 1
    context = {"people": [(person, stored.get(person.pk, 0)) for person in people]}
    return render(request, "repairs/suggestions/skills.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(actions.PERMISSION)
def skills_of(request: HttpRequest, user_id: int) -> HttpResponse:
    person, services = _technician(request, user_id), facts.service_names()
    form = SkillForm(request.POST if request.method == "POST" else None, services=services)
    if request.method == "POST" and form.is_valid():
        actions.set_skill(user_id, by=acting(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("repairs:skills_of", user_id)
    context = {
        "person": person,
        "form": form,
        "services": services,
        "rows": list(TechnicianSkill.objects.filter(technician=person)),
    }
    return render(request, "repairs/suggestions/skills_of.html", context, status=422 if form.errors else 200)


@require_POST
@needs(actions.PERMISSION)
def skill_removal(request: HttpRequest, user_id: int, pk: int) -> HttpResponse:
    row = TechnicianSkill.objects.filter(technician=_technician(request, user_id), pk=pk).first()
    if row is not None:  # a second click finds nothing and has nothing to say
        actions.set_skill(user_id, service_key=row.service_key, category=row.category, level=None, by=acting(request))
        messages.success(request, _("Removed."))
    return redirect("repairs:skills_of", user_id)


def _technician(request: HttpRequest, user_id: int) -> User:
    found = next((one for one in actions.technicians_of(acting(request)) if one.pk == user_id), None)
    if found is None:
        raise NotFound
    return found
