"""Claims by customers, the list of those that wait, returns at the counter, and the cause found at the bench."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts import mail
from revivatech.accounts.access import acting, needs, needs_sign_in
from revivatech.accounts.actions import choose_mail
from revivatech.platform import clock
from revivatech.platform.actors import Actor, by_link
from revivatech.platform.files.receiving import say_what_was_refused_early, take_field
from revivatech.platform.limits import hit
from revivatech.platform.problems import Conflict, Invalid
from revivatech.platform.spoken import spoken
from revivatech.platform.web.privacy import private_page
from revivatech.platform.web.templates import render_block

from ..models import Repair
from ..portal import own_repair
from ..topics import CLAIMS
from ..views.portal import addresses
from ..views.public import answer_form, by_token, tracked
from ..views.workbench import find
from . import actions, cover, queries
from .forms import CauseForm, CustomerClaimForm, RefusalForm, ReturnForm


@private_page
@require_POST
def link_claim(request: HttpRequest, token: str) -> HttpResponse:
    repair = by_token(token)
    return _claim(request, repair, by_link("repair", repair.pk), "link", ("repairs:track", token), {})


@private_page
@require_POST
@needs_sign_in
def portal_claim(request: HttpRequest, code: str) -> HttpResponse:
    repair = own_repair(code, acting(request))
    return _claim(request, repair, acting(request), "portal", ("repairs:portal_track", code), addresses(repair))


def _claim(
    request: HttpRequest, repair: Repair, by: Actor, how: str, back: tuple[str, str], more: dict[str, Any]
) -> HttpResponse:
    """What was typed stays when something is wrong with it. Photos follow the claim: one that is refused does not hold it up."""
    hit("warranty-claim", str(repair.pk), limit=10, per=3600)
    form = CustomerClaimForm(request.POST, lines=_lines(repair))
    try:
        data = _valid(form)
        asked = actions.claim(repair.code, lines=data["lines"], fault=data["fault"], how=how, by=by)
    except Invalid as problem:
        _add_errors(form, problem)
        context = {**tracked(repair, form=answer_form(repair)), **more, "claim_form": form}
        return render(request, "repairs/track.html", context, status=problem.status)
    except Conflict as problem:
        messages.error(request, str(problem.detail))
        return redirect(*back)
    take_field(request, "photos", lambda file: actions.add_photo(asked.pk, file, key=data["key"], by=by))
    say_what_was_refused_early(request)
    messages.success(request, _("Thank you. We have your message and will answer it here."))
    return redirect(*back)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("repairs.receive")
def claims(request: HttpRequest) -> HttpResponse:
    """Claims that nobody has answered yet; and whether this person is written to about a new one."""
    if request.method == "POST":
        choose_mail(actions.CLAIM_WAITS, request.POST.get("mail") == "on", by=acting(request))
        messages.success(request, _("Saved."))
        return redirect("repairs:claims")
    told = actions.CLAIM_WAITS not in request.user.muted  # type: ignore[union-attr]
    return render(
        request, "repairs/warranty/claims.html", {**_waiting(request), "told": told, "mail_is_on": mail.is_on()}
    )


@require_safe
@needs("repairs.receive")
def claims_now(request: HttpRequest) -> HttpResponse:
    """The list alone, for the open page that keeps itself up to date."""
    return render_block(request, "repairs/warranty/claims.html", "now", _waiting(request))


def _waiting(request: HttpRequest) -> dict[str, Any]:
    return {
        "claims": queries.claims_waiting(acting(request))[:100],
        "topic": CLAIMS,
        "src": reverse("repairs:claims_now"),
    }


@require_POST
@needs("repairs.receive")
def refusal(request: HttpRequest, code: str) -> HttpResponse:
    form = RefusalForm(request.POST)

    def act() -> None:
        data = _valid(form)
        actions.decline_claim(code, data["claim"], answer=data["answer"], by=acting(request))

    return _done(request, act, ("repairs:show", code), _("Saved."))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("repairs.receive")
def opening(request: HttpRequest, code: str) -> HttpResponse:
    """The device is back: which work, what is wrong, and what the warranty says."""
    original = find(code, by=acting(request))
    claim = original.warranty_claims.filter(status="open").first()
    initial = {"fault": claim.fault, "lines": [row.pk for row in claim.lines.all()], "claim": claim.pk} if claim else {}
    form = ReturnForm(request.POST if request.method == "POST" else None, lines=_lines(original), initial=initial)
    problem: Conflict | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("repairs:show", _open(original, form, acting(request)).code)
        except Invalid as wrong:
            _add_errors(form, wrong)
        except Conflict as refused:
            problem = refused
    context = {
        "repair": original,
        "form": form,
        "problem": problem,
        "cover": cover.check(
            original, list(original.warranty_lines.all()), device_id=original.device_id, at=clock.now()
        ),
        "may_accept": acting(request).may("repairs.override", at=original.location_id),
    }
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "repairs/warranty/opening.html", context, status=status)


def _open(original: Repair, form: ReturnForm, by: Actor) -> Repair:
    data = form.cleaned_data
    if not data["same_device"]:
        raise Invalid({"same_device": [_("Another device is no return: open an ordinary repair for it.")]})
    return actions.open_return(
        original.code, lines=data["lines"], fault=data["fault"], by=by,
        accepted_reason=data["accepted_reason"], accessories=data["accessories"], condition=data["condition"],
        claim_id=data["claim"],
    )  # fmt: skip


@require_POST
@needs("repairs.work")
def cause(request: HttpRequest, code: str) -> HttpResponse:
    form = CauseForm(request.POST)

    def act() -> None:
        actions.set_cause(code, by=acting(request), **_valid(form))

    return _done(request, act, ("repairs:show", code), _("Saved."))


def _lines(repair: Repair) -> list[tuple[int, str]]:
    return [(line.pk, spoken(line.label)) for line in repair.warranty_lines.all()]


def _valid(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        raise Invalid({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    given: dict[str, Any] = form.cleaned_data
    return given


def _add_errors(form: forms.Form, problem: Invalid) -> None:
    for name, errors in problem.errors.items():
        for error in errors:
            form.add_error(name if name in form.fields else None, error)


def _done(request: HttpRequest, act: Callable[[], None], back: tuple[str, str], said: str) -> HttpResponse:
    try:
        act()
    except (Invalid, Conflict) as problem:
        messages.error(request, str(problem.detail))
    else:
        messages.success(request, said)
    return redirect(*back)
