"""One's own account: name, password, addresses, second factors, devices signed in."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from revivatech.accounts import actions, joining, sign_in_keys
from revivatech.accounts.access import acting, needs_sign_in
from revivatech.accounts.browsers import browser_name, kind_of_device
from revivatech.accounts.forms import ProfileForm
from revivatech.accounts.models import User
from revivatech.platform.realtime.announce import revoke


@never_cache
@needs_sign_in
@require_http_methods(["GET", "POST"])
def security(request: HttpRequest) -> HttpResponse:
    """Staff change their name and telephone here; customers do so in their profile, where repairs look for it."""
    user: User = request.user  # type: ignore[assignment]
    if not acting(request).is_staff:
        return render(request, "accounts/security.html", {"form": None, **_overview(user)})
    form = ProfileForm(request.POST or None, initial={"full_name": user.full_name, "phone": user.phone})
    if request.method == "POST" and form.is_valid():
        actions.change_profile(**form.cleaned_data, by=acting(request))
        messages.success(request, _("Your details are saved."))
        return redirect("accounts:security")
    page = {"form": form, **_overview(user)}
    return render(request, "accounts/security.html", page, status=422 if form.errors else 200)


def _overview(user: User) -> dict[str, Any]:
    factors = list(Authenticator.objects.filter(user=user))
    codes = next((factor for factor in factors if factor.type == Authenticator.Type.RECOVERY_CODES), None)
    return {
        "addresses": list(EmailAddress.objects.filter(user=user).order_by("-primary", "email")),
        "has_app": any(factor.type == Authenticator.Type.TOTP for factor in factors),
        "passkeys": [factor for factor in factors if factor.type == Authenticator.Type.WEBAUTHN],
        "recovery_codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "connected": joining.accounts_of(user),
        "provider_on": sign_in_keys.state() == "live",
        "provider": sign_in_keys.name(),
        "session_count": len(UserSession.objects.purge_and_list(user)),
    }


@require_POST
@needs_sign_in
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    actions.end_session(session_id, by=acting(request))
    messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")


class SessionsView(ListUserSessionsView):  # type: ignore[misc]
    """allauth's list of devices, with names people know; signing the others out also closes their live pages."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page: dict[str, Any] = super().get_context_data(**kwargs)
        return {**page, "browser_name": browser_name, "kind_of_device": kind_of_device}

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        revoke(f"user:{self.request.user.pk}")
        return response
