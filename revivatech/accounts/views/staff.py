"""Who works here: the list, and letting people in. Giving anybody access asks for the second factor again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from revivatech.accounts import invitations, mail
from revivatech.accounts.access import acting, needs
from revivatech.accounts.forms import InviteForm, StaffFileForm
from revivatech.accounts.invitations import Invited
from revivatech.accounts.permissions import PERMISSIONS
from revivatech.accounts.queries import Wanted, active_locations, invitations_visible_to, roles, staff_found
from revivatech.accounts.staff_import import MOST_BYTES, BadRows, invite_many
from revivatech.accounts.topics import staff_topic
from revivatech.platform.actors import Actor
from revivatech.platform.problems import Invalid
from revivatech.platform.sealing import seal, unseal
from revivatech.platform.spoken import spoken
from revivatech.platform.web.templates import render_block

_LINKS = "accounts.invitation_links"
PAGE = 50
STATES = {
    "": gettext_lazy("All who work here"),
    "active": gettext_lazy("May sign in"),
    "suspended": gettext_lazy("Suspended"),
    "no_second_factor": gettext_lazy("Without a second step"),
    "removed": gettext_lazy("No longer here"),
}


@never_cache
@require_GET
@needs("staff.view")
def staff(request: HttpRequest) -> HttpResponse:
    actor = acting(request)
    page = {**_people(request), "needs_second_factor": not actor.second_factor, "new_links": _links_to_show(request)}
    return render(request, "accounts/staff/list.html", page)


@never_cache
@require_GET
@needs("staff.view")
def staff_now(request: HttpRequest) -> HttpResponse:
    """The list alone, for pages that hear of a change."""
    return render_block(request, "accounts/staff/list.html", "now", _people(request))


@never_cache
@require_http_methods(["GET", "POST"])
@needs("staff.manage")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST or None, initial={"email": request.GET.get("email", "")[:254]})
    if request.method == "POST" and form.is_valid():
        role, location = form.cleaned_data["role"], form.cleaned_data["location"]
        invited = invitations.invite(
            email=form.cleaned_data["email"], role_id=role.pk, location_id=location, by=acting(request),
            language=form.cleaned_data["language"],
        )  # fmt: skip
        return show_invited(request, [invited])
    page = {"form": form, "roles": _roles_in_words(), "mail_is_on": mail.is_on()}
    return render(request, "accounts/staff/invite.html", page, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("staff.manage")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def invite_list(request: HttpRequest) -> HttpResponse:
    """Many at once, from a file."""
    form = StaffFileForm(request.POST or None, request.FILES or None)
    wrong: list[tuple[int, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            return show_invited(
                request, invite_many(form.cleaned_data["file"].read(MOST_BYTES + 1), by=acting(request))
            )
        except Invalid as problem:
            wrong = problem.rows if isinstance(problem, BadRows) else []
            form.add_error("file", problem.errors["file"])
    names = [name for _pk, name in active_locations()]
    page = {"form": form, "wrong": wrong, "roles": list(roles()), "locations": names, "mail_is_on": mail.is_on()}
    page["languages"] = settings.LANGUAGES
    return render(request, "accounts/staff/invite_list.html", page, status=422 if form.errors else 200)


@require_POST
@needs("staff.manage")
@reauthentication_required  # type: ignore[untyped-decorator]
def renewal(request: HttpRequest, invitation_id: int) -> HttpResponse:
    return show_invited(request, [invitations.renew(invitation_id, by=acting(request))])


@require_POST
@needs("staff.manage")
def withdrawal(request: HttpRequest, invitation_id: int) -> HttpResponse:
    invitations.withdraw(invitation_id, by=acting(request))
    messages.success(request, _("The invitation is withdrawn; its link no longer works."))
    return redirect("accounts:staff")


def show_invited(request: HttpRequest, invited: list[Invited]) -> HttpResponse:
    """On to the list of staff, with what happened to the invitations: mailed, or their links this once."""
    if all(one.mailed for one in invited):
        text = ngettext(
            "The invitation to %(email)s is on its way.", "%(count)s invitations are on their way.", len(invited)
        )
        messages.success(request, text % {"email": invited[0].invitation.email, "count": len(invited)})
    else:  # the only time the links can be seen: the database has their hashes
        request.session[_LINKS] = [[one.invitation.email, seal(one.link)] for one in invited]
    return redirect("accounts:staff")


def _links_to_show(request: HttpRequest) -> list[tuple[str, str]]:
    return [(email, unseal(link)) for email, link in request.session.pop(_LINKS, [])]


def _roles_in_words() -> list[tuple[str, list[str]]]:
    return [
        (spoken(role.name), [str(PERMISSIONS[name]) for name in role.permissions if name in PERMISSIONS])
        for role in roles()
    ]


def _people(request: HttpRequest) -> dict[str, Any]:
    actor = acting(request)
    asked = {
        name: request.GET.get(name, "").replace("\x00", "").strip()[:100] for name in ("q", "role", "location", "state")
    }
    after = _number(request.GET.get("after", ""))
    wanted = Wanted(asked["q"], asked["role"], _number(asked["location"]), asked["state"])
    people = list(staff_found(actor, wanted, after=after)[: PAGE + 1])
    asked = {name: value for name, value in asked.items() if value}
    more = urlencode({**asked, "after": people[PAGE - 1].pk}) if len(people) > PAGE else ""
    here = urlencode({**asked, **({"after": after} if after else {})})
    return {
        "people": people[:PAGE], "asked": asked, "more": more, "here": here, "first_page": after is None,
        "invitations": _open_invitations(actor) if not asked and after is None else [],
        "may_manage": actor.may("staff.manage"), "mail_is_on": mail.is_on(), "topic": staff_topic(),
        "choices": _choices(actor),
    }  # fmt: skip


def _choices(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    everywhere = actor.locations_for("staff.view") is None
    return {
        "role": [("", _("All roles")), *((role.key, spoken(role.name)) for role in roles())],
        "location": [("", _("All places")), *((str(pk), name) for pk, name in active_locations())],
        "state": [(key, str(text)) for key, text in STATES.items() if key != "removed" or everywhere],
    }


def _open_invitations(actor: Actor) -> list[Any]:
    return list(invitations_visible_to(actor).order_by("-created_at")) if actor.may("staff.manage") else []


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
