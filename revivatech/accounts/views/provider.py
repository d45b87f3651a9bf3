"""Signing in through the provider, connecting and disconnecting it, and the owner's page with its keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts import joining, sign_in_keys
from revivatech.accounts.access import acting, needs, needs_sign_in
from revivatech.accounts.forms import SignInKeysForm
from revivatech.accounts.problems import LastWayIn
from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.problems import Invalid, NotFound, Problem
from revivatech.platform.web.languages import plain


def leads_out[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Around a page whose form may lead to the provider: its policy names that one host, and only while keys are set."""

    @wraps(view)
    def answered(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request: Any = args[0]
        on = sign_in_keys.state() == "live"
        request.sign_in_provider = sign_in_keys.name() if on else ""
        response = view(*args, **kwargs)
        if on:
            policy = {**settings.SECURE_CSP, "form-action": [CSP.SELF, sign_in_keys.server_origin()]}
            response._csp_config = policy  # type: ignore[attr-defined] # Django's own way for one response
        return response

    return answered


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@leads_out
def begin(request: HttpRequest) -> HttpResponse:
    """A page that says where one is going; its button leads there."""
    from revivatech.accounts import providing

    if sign_in_keys.state() == "off":
        raise NotFound
    if request.method != "POST":
        process = "connect" if request.GET.get("process") == "connect" else "login"
        return render(request, "socialaccount/login.html", {"process": process, "next": request.GET.get("next", "")})
    hit("sign_in_provider", address_block(client_address(request)), limit=30, per=600)
    return providing.begin(request)


@never_cache
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    from revivatech.accounts import providing

    if sign_in_keys.state() == "off":
        raise NotFound
    return providing.complete(request)


@never_cache
@needs_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """The person's yes: connect what this browser has just proved with the account that is signed in."""
    offer = joining.offered(request)
    if offer is None:
        messages.info(request, _("There is nothing to connect now. Begin here."))
        return redirect("socialaccount_connections")
    if request.method != "POST":
        return render(request, "accounts/provider_join.html", {"offer": offer, "provider": sign_in_keys.name()})
    if not joining.just_signed_in(request):
        raise_if_reauthentication_required(request, app="account")
    joining.forget(request)
    joining.connect(offer, by=acting(request))
    messages.success(
        request, _("%(provider)s is connected. You can sign in with it.") % {"provider": sign_in_keys.name()}
    )
    return redirect("socialaccount_connections")


@never_cache
@needs_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
@leads_out
def connections(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _disconnected(request)
    page = {"accounts": joining.accounts_of(request.user), "provider": sign_in_keys.name()}  # type: ignore[arg-type]
    return render(request, "socialaccount/connections.html", page)


def _disconnected(request: HttpRequest) -> HttpResponse:
    asked = request.POST.get("account", "")
    try:
        joining.disconnect(int(asked) if asked.isdecimal() and len(asked) < 19 else 0, by=acting(request))
        text = _("%(provider)s is disconnected. It opens this account no more.")
        messages.success(request, text % {"provider": sign_in_keys.name()})
    except LastWayIn as problem:
        messages.error(request, str(problem.detail or problem.title))
    return redirect("socialaccount_connections")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("shop.settings")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def settings_page(request: HttpRequest) -> HttpResponse:
    form = SignInKeysForm(request.POST or None, initial={"client_id": sign_in_keys.saved_id()})
    if request.method == "POST" and form.is_valid():
        try:
            sign_in_keys.save(**form.cleaned_data, by=acting(request))
            messages.success(request, _("Saved."))
            return redirect("accounts:sign_in_settings")
        except Invalid as problem:
            _tell(form, problem)
    page = {
        "form": form,
        "state": sign_in_keys.state(),
        "saved": sign_in_keys.saved_id(),
        "provider": sign_in_keys.name(),
        "callback": settings.PUBLIC_URL + plain(reverse("accounts:provider_callback")),
    }
    return render(request, "accounts/sign_in_settings.html", page, status=422 if form.errors else 200)


@require_POST
@needs("shop.settings")
@reauthentication_required  # type: ignore[untyped-decorator]
def settings_off(request: HttpRequest) -> HttpResponse:
    sign_in_keys.turn_off(by=acting(request))
    messages.success(request, _("The keys were removed."))
    return redirect("accounts:sign_in_settings")


def _tell(form: SignInKeysForm, problem: Problem) -> None:
    for name, errors in problem.errors.items():  # type: ignore[attr-defined]
        for error in errors:
            form.add_error(name, error)
