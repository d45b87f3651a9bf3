"""One person who works here: roles, what they may do and why, suspension, second factor, leaving. All of it asks for the
second factor of whoever does it again."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from revivatech.accounts import actions, leaving
from revivatech.accounts.access import acting, needs
from revivatech.accounts.forms import LeavingForm, MembershipForm, ProfileForm, WhyForm
from revivatech.accounts.models import User
from revivatech.accounts.queries import allowed, roles, staff_list
from revivatech.platform.problems import Invalid, NotFound


@never_cache
@require_http_methods(["GET", "POST"])
@needs("staff.manage")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def member(request: HttpRequest, user_id: int) -> HttpResponse:
    person = _find(request, user_id)
    form = _roles_form(person, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.set_memberships(user_id, form.places(), by=acting(request))
        messages.success(request, _("The roles of %(name)s are saved.") % {"name": person})
        return redirect("accounts:member", user_id)
    return _page(request, person, roles_form=form)


@require_POST
@needs("staff.manage")
@reauthentication_required  # type: ignore[untyped-decorator]
def profile(request: HttpRequest, user_id: int) -> HttpResponse:
    person, form = _find(request, user_id), ProfileForm(request.POST)
    if not form.is_valid():
        return _page(request, person, profile_form=form)
    person = actions.edit_person(user_id, **form.cleaned_data, by=acting(request))
    messages.success(request, _("The details of %(name)s are saved.") % {"name": person})
    return redirect("accounts:member", user_id)


@require_POST
@needs("staff.manage")
@reauthentication_required  # type: ignore[untyped-decorator]
def suspension(request: HttpRequest, user_id: int) -> HttpResponse:
    person = actions.suspend(user_id, by=acting(request), reason=request.POST.get("reason", ""))
    messages.success(request, _("%(name)s is suspended and signed out everywhere.") % {"name": person})
    return redirect("accounts:member", user_id)


@require_POST
@needs("staff.manage")
@reauthentication_required  # type: ignore[untyped-decorator]
def reactivation(request: HttpRequest, user_id: int) -> HttpResponse:
    person = actions.reactivate(user_id, by=acting(request))
    messages.success(request, _("%(name)s may sign in again.") % {"name": person})
    return redirect("accounts:member", user_id)


@require_POST
@needs("staff.manage")
@reauthentication_required  # type: ignore[untyped-decorator]
def second_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    """Take it away from somebody who lost theirs."""
    person, form = _find(request, user_id), WhyForm(request.POST)
    try:
        leaving.reset_second_factor(user_id, reason=request.POST.get("reason", ""), by=acting(request))
    except Invalid as problem:
        _say_on(form, problem)
        return _page(request, person, reset_form=form)
    messages.success(request, _("%(name)s sets up a new second step at the next sign-in.") % {"name": person})
    return redirect("accounts:member", user_id)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("staff.manage")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def removal(request: HttpRequest, user_id: int) -> HttpResponse:
    person = _find(request, user_id)
    colleagues = staff_list(acting(request)).filter(is_active=True).exclude(pk=user_id)
    form = LeavingForm(request.POST if request.method == "POST" else None, colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        leaving.remove(user_id, successor_id=data["successor"], reason=data["reason"], by=acting(request))
        messages.success(request, _("%(name)s no longer works here.") % {"name": person})
        return redirect("accounts:staff")
    page = {"person": person, "form": form}
    return render(request, "accounts/staff/removal.html", page, status=422 if form.errors else 200)


def _find(request: HttpRequest, user_id: int) -> User:
    person = staff_list(acting(request)).filter(pk=user_id).first()
    if person is None:
        raise NotFound
    return person


def _roles_form(person: User, data: Any) -> MembershipForm:
    held = [(row.role.key, row.location_id) for row in person.memberships.all()]
    return MembershipForm(data, roles=roles(), held=held)


def _page(request: HttpRequest, person: User, **forms: Form) -> HttpResponse:
    page = {
        "roles_form": _roles_form(person, None),
        "profile_form": ProfileForm(initial={"full_name": person.full_name, "phone": person.phone}),
        "suspend_form": WhyForm(auto_id="suspend_%s"),
        "reset_form": WhyForm(auto_id="reset_%s"),
        **forms,
        "person": person,
        "allowed": allowed(person),
        "is_self": person.pk == acting(request).user_id,
    }
    wrong = any(form.errors for form in forms.values())
    return render(request, "accounts/staff/member.html", page, status=422 if wrong else 200)


def _say_on(form: Form, problem: Invalid) -> None:
    form.is_valid()
    for name, errors in problem.errors.items():
        for text in errors:
            form.add_error(name or None, text)
