"""Roles: what each may do, and those of the shop's own. Changing one asks for the second factor again."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from revivatech.accounts import queries, role_actions
from revivatech.accounts.access import acting, needs
from revivatech.accounts.forms import RoleForm
from revivatech.accounts.models import Role
from revivatech.accounts.permissions import OWNER, PERMISSIONS
from revivatech.platform.problems import Invalid, NotFound


@never_cache
@require_GET
@needs("staff.view")
def index(request: HttpRequest) -> HttpResponse:
    rows = queries.roles().annotate(people=Count("memberships__user", distinct=True))
    shown = [(role, [text for name, text in PERMISSIONS.items() if name in role.permissions]) for role in rows]
    page = {"roles": shown, "may_manage": acting(request).may("staff.manage"), "all": len(PERMISSIONS), "owner": OWNER}
    return render(request, "accounts/staff/roles.html", page)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("staff.manage")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def new(request: HttpRequest) -> HttpResponse:
    form = RoleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            role = role_actions.add_role(**form.cleaned_data, by=acting(request))
        except Invalid as problem:
            _say_on(form, problem)
        else:
            messages.success(request, _("The role %(name)s is there to be given.") % {"name": role})
            return redirect("accounts:roles")
    page = {"form": form, "role": None, "people": 0}
    return render(request, "accounts/staff/role.html", page, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("staff.manage")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def change(request: HttpRequest, role_id: int) -> HttpResponse:
    role = _find(role_id)
    initial = {"name": role.name, "permissions": role.permissions}
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and role.built_in:
        data["name"] = role.name
    form = RoleForm(data, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            role_actions.change_role(role_id, **form.cleaned_data, by=acting(request))
        except Invalid as problem:
            _say_on(form, problem)
        else:
            messages.success(request, _("The role %(name)s is saved.") % {"name": role})
            return redirect("accounts:roles")
    people = role.memberships.values("user").distinct().count()
    page = {"form": form, "role": role, "people": people}
    return render(request, "accounts/staff/role.html", page, status=422 if form.errors else 200)


@require_POST
@needs("staff.manage")
@reauthentication_required  # type: ignore[untyped-decorator]
def removal(request: HttpRequest, role_id: int) -> HttpResponse:
    name = _find(role_id).name
    role_actions.remove_role(role_id, by=acting(request))
    messages.success(request, _("The role %(name)s is gone.") % {"name": name})
    return redirect("accounts:roles")


def _find(role_id: int) -> Role:
    role = Role.objects.filter(pk=role_id).exclude(key=OWNER).first()
    if role is None:
        raise NotFound
    return role


def _say_on(form: RoleForm, problem: Invalid) -> None:
    for name, errors in problem.errors.items():
        for text in errors:
            form.add_error(name or None, text)
