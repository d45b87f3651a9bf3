"""Passcode pages of the workbench, the private link and the portal. None of their answers is stored by a browser."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from revivatech.accounts.access import acting, needs, needs_sign_in
from revivatech.platform import clock
from revivatech.platform.actors import Actor, by_link
from revivatech.platform.limits import hit
from revivatech.platform.problems import Conflict, Invalid
from revivatech.platform.web.privacy import private_page

from ..portal import own_repair
from ..views.public import by_token
from ..views.workbench import find
from . import actions, queries, rules
from .forms import EntryForm, WhyForm


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
@needs("repairs.work")
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The passcode while it is open to this person; otherwise the question what it is needed for, asked after signing in again."""
    seen = queries.opened(find(code, by=acting(request)), by=acting(request))
    if seen is None:
        answer: HttpResponse = _open(request, code)
        return answer
    response = render(request, "repairs/passcodes/opened.html", {"code": code, "seen": seen})
    # The page goes by itself when the time is over, also without JavaScript; the server would not show it again.
    response["Refresh"] = str(max(1, int((seen.until - clock.now()).total_seconds()) + 1))
    return response


@reauthentication_required  # type: ignore[untyped-decorator]
def _open(request: HttpRequest, code: str) -> HttpResponse:
    repair = find(code, by=acting(request))
    rules.check_may_see(acting(request), repair)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.view(code, reason=form.cleaned_data["reason"], by=acting(request))
        return redirect("repairs:passcode", code)
    context = {"repair": repair, "form": form, **queries.on_bench(repair, acting(request))}
    return render(request, "repairs/passcodes/ask.html", context, status=422 if form.errors else 200)


@require_POST
@needs("repairs.work")
def hiding(request: HttpRequest, code: str) -> HttpResponse:
    actions.hide(code, by=acting(request))
    return redirect("repairs:show", code)


@require_POST
@needs("repairs.view")
def question(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the customer for it."""
    form = WhyForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _done(request, lambda: actions.ask(code, reason=reason, by=acting(request)), ("repairs:show", code))


@sensitive_post_parameters("secret")
@require_POST
@needs("repairs.view")
def entry(request: HttpRequest, code: str) -> HttpResponse:
    return _enter(request, code, acting(request), ("repairs:show", code))


@require_POST
@needs("repairs.view")
def removal(request: HttpRequest, code: str) -> HttpResponse:
    return _done(request, lambda: actions.remove(code, by=acting(request)), ("repairs:show", code))


@sensitive_post_parameters("secret")
@private_page
@require_POST
def link_entry(request: HttpRequest, token: str) -> HttpResponse:
    repair = by_token(token)
    return _enter(request, repair.code, by_link("repair", repair.pk), ("repairs:track", token))


@private_page
@require_POST
def link_removal(request: HttpRequest, token: str) -> HttpResponse:
    repair = by_token(token)
    by = by_link("repair", repair.pk)
    return _done(request, lambda: actions.remove(repair.code, by=by), ("repairs:track", token))


@sensitive_post_parameters("secret")
@private_page
@require_POST
@needs_sign_in
def portal_entry(request: HttpRequest, code: str) -> HttpResponse:
    own_repair(code, acting(request))
    return _enter(request, code, acting(request), ("repairs:portal_track", code))


@private_page
@require_POST
@needs_sign_in
def portal_removal(request: HttpRequest, code: str) -> HttpResponse:
    own_repair(code, acting(request))
    return _done(request, lambda: actions.remove(code, by=acting(request)), ("repairs:portal_track", code))


def _enter(request: HttpRequest, code: str, by: Actor, back: tuple[str, str]) -> HttpResponse:
    hit("passcode-entry", code, limit=20, per=3600)
    form = EntryForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"kind": "", "secret": ""}
    return _done(request, lambda: actions.enter(code, kind=given["kind"], secret=given["secret"], by=by), back)


def _done(request: HttpRequest, act: Callable[[], object], back: tuple[str, str]) -> HttpResponse:
    """Do it and go back; what was wrong is said there, without what was typed."""
    try:
        act()
    except (Invalid, Conflict) as problem:
        messages.error(request, str(problem.detail))
    else:
        messages.success(request, _("Saved."))
    return redirect(*back)
