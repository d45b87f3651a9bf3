"""What allauth does on its own, written into our event log. Signals are its only hook; our own code uses none.

Connected by `AccountsConfig.ready`. Each handler locks the person, records the event, and closes live pages whose leave
rested on the state before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.http import HttpRequest

from revivatech.platform.events import Event
from revivatech.platform.events.record import record
from revivatech.platform.realtime.announce import revoke

from . import audit, events
from .actors import actor_of
from .browsers import browser_name
from .forms import terms_accepted
from .models import User


def connect() -> None:
    account.user_signed_up.connect(_signed_up, dispatch_uid="accounts.signed_up")
    account.email_confirmed.connect(_email_confirmed, dispatch_uid="accounts.email_confirmed")
    account.password_changed.connect(_password("change"), weak=False, dispatch_uid="accounts.password_changed")
    account.password_reset.connect(_password("reset"), weak=False, dispatch_uid="accounts.password_reset")
    account.password_set.connect(_password("set"), weak=False, dispatch_uid="accounts.password_set")
    mfa.authenticator_added.connect(_factor_added, dispatch_uid="accounts.factor_added")
    mfa.authenticator_reset.connect(_factor_added, dispatch_uid="accounts.factor_reset")  # new recovery codes
    mfa.authenticator_removed.connect(_factor_removed, dispatch_uid="accounts.factor_removed")
    mfa.authentication_failed.connect(_factor_failed, dispatch_uid="accounts.factor_failed")
    user_logged_out.connect(_logged_out, dispatch_uid="accounts.logged_out")


def _signed_up(request: HttpRequest, user: User, sociallogin: Any = None, **_rest: Any) -> None:
    event = events.UserSignedUp(user_id=user.pk, email=user.email, terms_accepted=terms_accepted(request))
    _write(user, event, close_pages=False)
    if sociallogin is not None:  # the provider vouches for the address, so no code confirms it (decision 187)
        provider = events.ProviderConnected(user_id=user.pk, provider=sociallogin.account.provider)
        _write(user, provider, close_pages=False)
        _write(user, events.EmailVerified(user_id=user.pk, email=user.email), close_pages=False)


def _email_confirmed(email_address: Any, **_rest: Any) -> None:
    user: User = email_address.user
    _write(user, events.EmailVerified(user_id=user.pk, email=email_address.email), close_pages=False)


def _password(how: str) -> Callable[..., None]:
    def handler(user: User, **_rest: Any) -> None:
        _write(user, events.PasswordChanged(user_id=user.pk, how=how))

    return handler


def _factor_added(user: User, authenticator: Any, **_rest: Any) -> None:
    _write(user, events.SecondFactorAdded(user_id=user.pk, kind=str(authenticator.type)))


def _factor_removed(user: User, authenticator: Any, **_rest: Any) -> None:
    _write(user, events.SecondFactorRemoved(user_id=user.pk, kind=str(authenticator.type)))


def _factor_failed(request: HttpRequest, user: User, authenticator: Any, **_rest: Any) -> None:
    device = browser_name(request.headers.get("User-Agent", ""))
    audit.sign_in_failed(user.email, step=str(authenticator.type), device=device)


def _logged_out(user: User | None, **_rest: Any) -> None:
    if user is not None and user.pk is not None:
        revoke(f"user:{user.pk}")


@transaction.atomic
def _write(user: User, event: Event, *, close_pages: bool = True) -> None:
    locked = User.objects.select_for_update().get(pk=user.pk)
    record(event, by=actor_of(locked))
    if close_pages:
        revoke(f"user:{user.pk}")
