"""The set-up wizard: short pages that can be left and taken up again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from revivatech.accounts.access import acting
from revivatech.platform.problems import NotFound

from .. import actions, mail, queries, steps
from ..forms import ClosureForm
from ..models import Location
from ..problems import NotReadyToOpen
from . import pages
from .guard import for_settings
from .mail import tested

OF_A_LOCATION = frozenset({"hours", "closures", "slots"})


@require_safe
@for_settings
def start(request: HttpRequest) -> HttpResponse:
    """Where one left off."""
    if queries.business().opened_at is not None:
        return redirect("shop:settings")
    step = steps.first_open()
    return redirect("shop:setup_step", step.key) if step else redirect("shop:opening")


@require_http_methods(["GET", "HEAD", "POST"])
@for_settings
def step(request: HttpRequest, key: str) -> HttpResponse:
    page = steps.find(key)
    if page is None:
        raise NotFound
    location = first_location()
    if location is None and key in OF_A_LOCATION:
        return redirect("shop:setup_step", "location")
    if key == steps.PRICES:
        return render(request, "shop/setup/prices.html", _frame(page))
    if key == "mail":
        return _mail(request, page)
    form = pages.form_for(key, location, request.POST if request.method == "POST" else None, propose=True)
    if request.method == "POST" and pages.save(key, form, location, step=key, by=acting(request)):
        return redirect(_next(key))
    return _page(request, page, form, location)


def _page(request: HttpRequest, page: steps.Step, form: forms.Form, location: Location | None) -> HttpResponse:
    if page.key == "closures" and location is not None:
        return closures(request, location, ClosureForm(), form)
    context = {**_frame(page), "form": form, "location": location}
    return render(request, "shop/setup/step.html", context, status=422 if form.errors else 200)


def closures(
    request: HttpRequest, location: Location, closure_form: ClosureForm, form: forms.Form | None = None
) -> HttpResponse:
    """The page with bank holidays and days off; either of its forms may come back with errors."""
    shown = form or pages.form_for("closures", location, propose=True)
    context = {
        **_frame(next(step for step in steps.STEPS if step.key == "closures")),
        "form": shown,
        "location": location,
        "closure_form": closure_form,
        "frame": "setup",
        **pages.closures_context(location),
    }
    failed = bool(shown.errors or closure_form.errors)
    return render(request, "shop/setup/closures.html", context, status=422 if failed else 200)


def _mail(request: HttpRequest, page: steps.Step) -> HttpResponse:
    """Save and test, save only, or go on without: the last leaves e-mail off and says so."""
    if request.POST.get("intent") == "skip":
        actions.finish_step("mail", by=acting(request))
        return redirect("shop:opening")
    form = pages.form_for("mail", None, request.POST if request.method == "POST" else None)
    context = {**_frame(page), "form": form, "settings": queries.mail_settings(), "state": mail.state()}
    if request.method == "POST" and pages.save("mail", form, None, step="mail", by=acting(request)):
        refused = tested(request)
        if refused is None:
            return redirect("shop:setup_step", "mail")
        context |= {"refused": refused, "settings": queries.mail_settings(), "state": mail.state()}
    failed = bool(form.errors) or "refused" in context
    return render(request, "shop/setup/mail.html", {"refused": None, **context}, status=422 if failed else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_settings
def opening(request: HttpRequest) -> HttpResponse:
    """What is answered, what is missing, and the button that opens the shop."""
    problem = None
    if request.method == "POST":
        try:
            actions.open_shop(despite_unreviewed_prices="unreviewed" in request.POST, by=acting(request))
        except NotReadyToOpen as refused:
            problem = refused
        else:
            messages.success(request, _("The shop is open. Customers can book now."))
            return redirect("shop:settings")
    return render(request, "shop/setup/opening.html", _summary(problem), status=409 if problem else 200)


def _summary(problem: NotReadyToOpen | None) -> dict[str, Any]:
    finished = steps.done()
    shop = queries.business()
    return {
        "problem": problem,
        "rows": [(step, step.key in finished, reverse("shop:setup_step", args=[step.key])) for step in steps.STEPS],
        "missing": actions.what_is_missing(),
        "prices_reviewed": steps.PRICES in finished,
        "mail_state": mail.state(),
        "opened_at": shop.opened_at,
        "terms": shop.has_terms,
        "trail": _trail(),
        "current": len(steps.STEPS),
    }


def _frame(page: steps.Step) -> dict[str, Any]:
    return {
        "step": page,
        "done": page.key in steps.done(),
        "trail": _trail(),
        "current": steps.STEPS.index(page),
        "next_url": _next(page.key),
    }


def _trail() -> list[tuple[Any, str]]:
    """For the stepper: every page may be opened at any time."""
    pages_of_it = [(step.title, reverse("shop:setup_step", args=[step.key])) for step in steps.STEPS]
    return [*pages_of_it, (_("Open"), reverse("shop:opening"))]


def _next(key: str) -> str:
    following = steps.following(key)
    return reverse("shop:setup_step", args=[following.key]) if following else reverse("shop:opening")


def first_location() -> Location | None:
    return Location.objects.order_by("pk").first()
