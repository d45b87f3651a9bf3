"""How an account at the provider becomes a way into an account here, and ceases to be one.

Nobody comes into an existing account because an address is the same: the address must be confirmed on both sides, the
person signs in as they always do, with the second step if they have one, and then says yes (decision 187).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.locking import lock
from revivatech.platform.problems import NotFound, SignInRequired
from revivatech.platform.realtime.announce import revoke

from . import events, sign_in_keys
from .models import User
from .problems import ConnectedElsewhere, LastWayIn

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialAccount, SocialLogin

_HELD = "provider_to_connect"
_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Offer:
    """An account at the provider, proved a moment ago by this browser, that `user_id` may connect."""

    uid: str
    email: str
    user_id: int


def instead_of_signing_in(request: HttpRequest, login: SocialLogin) -> HttpResponse | None:
    """Where somebody goes who came back from the provider, when that is not simply in."""
    uid, told = login.account.uid, str(login.account.extra_data.get("email", ""))
    if login.state.get("process") == "connect" and request.user.is_authenticated:
        if login.is_existing and login.user.pk != request.user.pk:
            return refused(request, "elsewhere")
        return _offer(request, Offer(uid, told, request.user.pk))
    if login.is_existing:
        return None
    email = next((address.email for address in login.email_addresses if address.verified), "")
    if not email:
        return refused(request, "unverified")
    owner, confirmed = _owner_of(email)
    if owner is None:
        return None
    if not owner.is_active:
        return redirect("account_inactive")
    if not confirmed:
        return refused(request, "unconfirmed")
    text = _(
        "You already have an account with this address. Sign in to it as usual; then %(provider)s can be connected."
    )
    messages.info(request, text % {"provider": sign_in_keys.name()})
    return _offer(request, Offer(uid, told, owner.pk))


def _offer(request: HttpRequest, offer: Offer) -> HttpResponse:
    held = {"uid": offer.uid, "email": offer.email, "user": offer.user_id, "until": time.time() + _SECONDS}
    request.session[_HELD] = held
    page = reverse("accounts:provider_join")
    if request.user.is_authenticated and request.user.pk == offer.user_id:
        return redirect(page)
    return redirect(f"{reverse('account_login')}?{urlencode({'next': page})}")


def offered(request: HttpRequest) -> Offer | None:
    """What this browser proved, if the person signed in is the one it was for and it is not too long ago."""
    held: dict[str, Any] = request.session.get(_HELD) or {}
    if held.get("user") != request.user.pk or held.get("until", 0) < time.time():
        return None
    return Offer(held["uid"], held["email"], held["user"])


def just_signed_in(request: HttpRequest) -> bool:
    """Whoever has just come in by every step need not say again who they are."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def forget(request: HttpRequest) -> None:
    request.session.pop(_HELD, None)


def refused(request: HttpRequest, why: str) -> HttpResponse:
    page = {"why": why, "provider": sign_in_keys.name()}
    return render(request, "socialaccount/authentication_error.html", page, status=403)


def _owner_of(email: str) -> tuple[User | None, bool]:
    """Whose address it is, and whether they ever confirmed it. A confirmed one counts before others."""
    address = EmailAddress.objects.filter(email__iexact=email).order_by("-verified").select_related("user").first()
    if address:
        return address.user, address.verified
    return User.objects.filter(email__iexact=email).first(), False


@transaction.atomic
def connect(offer: Offer, *, by: Actor) -> SocialAccount:
    """Raises SignInRequired, ConnectedElsewhere."""
    from allauth.socialaccount.models import SocialAccount

    if by.user_id is None or by.user_id != offer.user_id:
        raise SignInRequired
    user = User.objects.select_for_update(no_key=True).get(pk=by.user_id)
    lock(f"accounts.provider:{offer.uid}")  # two people with one account at the provider: one of them gets it
    known = SocialAccount.objects.filter(provider=sign_in_keys.PROVIDER, uid=offer.uid).first()
    if known and known.user_id != user.pk:
        raise ConnectedElsewhere
    if known:
        return known
    account = SocialAccount.objects.create(
        user=user, provider=sign_in_keys.PROVIDER, uid=offer.uid, extra_data={"email": offer.email}
    )
    record(events.ProviderConnected(user_id=user.pk, provider=sign_in_keys.PROVIDER), by=by)
    _write_to(user, "account_connected")
    return account


@transaction.atomic
def disconnect(account_id: int, *, by: Actor) -> None:
    """Raises SignInRequired, NotFound, and LastWayIn when neither a password nor a passkey is left."""
    from allauth.socialaccount.models import SocialAccount

    if by.user_id is None:
        raise SignInRequired
    user = User.objects.select_for_update().get(pk=by.user_id)
    account = SocialAccount.objects.filter(user=user, pk=account_id).first()
    if account is None:
        raise NotFound
    if not _other_way_in(user, account):
        raise LastWayIn
    account.delete()
    record(events.ProviderDisconnected(user_id=user.pk, provider=sign_in_keys.PROVIDER), by=by)
    revoke(f"user:{user.pk}")
    _write_to(user, "account_disconnected")


def accounts_of(user: User) -> list[SocialAccount]:
    from allauth.socialaccount.models import SocialAccount

    return list(SocialAccount.objects.filter(user=user).order_by("pk"))


def _other_way_in(user: User, account: SocialAccount) -> bool:
    others = type(account).objects.filter(user=user).exclude(pk=account.pk)
    keys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return user.has_usable_password() or any(key.wrap().is_passwordless for key in keys) or others.exists()


def _write_to(user: User, letter: str) -> None:
    context = {"provider": sign_in_keys.name()}
    get_adapter().send_notification_mail(f"socialaccount/email/{letter}", user, context=context)
