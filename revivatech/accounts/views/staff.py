"""Who works here: the list, invitations, roles, suspension. Changing anybody's access asks for the password or key again."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from revivatech.accounts import actions, invitations, mail
from revivatech.accounts.access import acting, needs
from revivatech.accounts.forms import InviteForm, MembershipForm
from revivatech.accounts.invitations import Invited
from revivatech.accounts.permissions import PERMISSIONS
from revivatech.accounts.queries import invitations_visible_to, roles, staff_list
from revivatech.accounts.topics import staff_topic
from revivatech.platform.actors import Actor
from revivatech.platform.problems import NotFound
from revivatech.platform.sealing import seal, unseal
from revivatech.platform.web.templates import render_block

_LINK = "accounts.invitation_link"


@never_cache
@require_GET
@needs("staff.view")
def staff(request: HttpRequest) -> HttpResponse:
    actor = acting(request)
    page = {**_people(actor), "needs_second_factor": not actor.second_factor, "new_link": _link_to_show(request)}
    return render(request, "accounts/staff/list.html", page)


@never_cache
@require_GET
@needs("staff.view")
def staff_now(request: HttpRequest) -> HttpResponse:
    """The list alone, for pages that hear of a change."""
    return render_block(request, "accounts/staff/list.html", "now", _people(acting(request)))


@never_cache
@require_http_methods(["GET", "POST"])
@needs("staff.manage")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        role, location = form.cleaned_data["role"], form.cleaned_data["location"]
        invited = invitations.invite(
            email=form.cleaned_data["email"], role_id=role.pk, location_id=location, by=acting(request)
        )
        return _invited(request, invited)
    page = {"form": form, "roles": _roles_in_words(), "mail_is_on": mail.is_on()}
    return render(request, "accounts/staff/invite.html", page, status=422 if form.errors else 200)


@require_POST
@needs("staff.manage")
@reauthentication_required  # type: ignore[untyped-decorator]
def renewal(request: HttpRequest, invitation_id: int) -> HttpResponse:
    return _invited(request, invitations.renew(invitation_id, by=acting(request)))


@require_POST
@needs("staff.manage")
def withdrawal(request: HttpRequest, invitation_id: int) -> HttpResponse:
    invitations.withdraw(invitation_id, by=acting(request))
    messages.success(request, _("The invitation is withdrawn; its link no longer works."))
    return redirect("accounts:staff")


@never_cache
@require_http_methods(["GET", "POST"])
@needs("staff.manage")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def member(request: HttpRequest, user_id: int) -> HttpResponse:
    actor = acting(request)
    person = staff_list(actor).filter(pk=user_id).first()
    if person is None:
        raise NotFound
    held = [(row.role.key, row.location_id) for row in person.memberships.all()]
    form = MembershipForm(request.POST if request.method == "POST" else None, roles=roles(), held=held)
    if request.method == "POST" and form.is_valid():
        actions.set_memberships(user_id, form.places(), by=actor)
        messages.success(request, _("The roles of %(name)s are saved.") % {"name": person})
        return redirect("accounts:staff")
    page = {"form": form, "person": person, "is_self": person.pk == actor.user_id}
    return render(request, "accounts/staff/member.html", page, status=422 if form.errors else 200)


@require_POST
@needs("staff.manage")
@reauthentication_required  # type: ignore[untyped-decorator]
def suspension(request: HttpRequest, user_id: int) -> HttpResponse:
    person = actions.suspend(user_id, by=acting(request))
    messages.success(request, _("%(name)s is suspended and signed out everywhere.") % {"name": person})
    return redirect("accounts:staff")


@require_POST
@needs("staff.manage")
@reauthentication_required  # type: ignore[untyped-decorator]
def reactivation(request: HttpRequest, user_id: int) -> HttpResponse:
    person = actions.reactivate(user_id, by=acting(request))
    messages.success(request, _("%(name)s may sign in again.") % {"name": person})
    return redirect("accounts:staff")


def _invited(request: HttpRequest, invited: Invited) -> HttpResponse:
    email = invited.invitation.email
    if invited.mailed:
        messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": email})
    else:  # the only time the link can be seen: the database has its hash
        request.session[_LINK] = [email, seal(invited.link)]
    return redirect("accounts:staff")


def _link_to_show(request: HttpRequest) -> tuple[str, str] | None:
    stored = request.session.pop(_LINK, None)
    return (stored[0], unseal(stored[1])) if stored else None


def _roles_in_words() -> list[tuple[str, list[str]]]:
    return [
        (role.name, [str(PERMISSIONS[name]) for name in role.permissions if name in PERMISSIONS]) for role in roles()
    ]


def _people(actor: Actor) -> dict[str, Any]:
    may_manage = actor.may("staff.manage")
    return {
        "people": list(staff_list(actor)),
        "invitations": list(invitations_visible_to(actor).order_by("-created_at")) if may_manage else [],
        "may_manage": may_manage,
        "mail_is_on": mail.is_on(),
        "topic": staff_topic(),
    }
