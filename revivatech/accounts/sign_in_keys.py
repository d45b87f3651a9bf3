"""The keys for signing in through Google, or through another OpenID server that the environment names.

Keys saved in the shop win over those of the environment. With neither, signing in that way is `off`: no button, no page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Denied, Invalid
from revivatech.platform.sealing import seal, unseal

from .access import require
from .events import ProviderKeysChanged
from .models import SignInKeys

GOOGLE = "https://accounts.google.com"
PROVIDER = "google"  # what allauth's rows call it, whichever server it is


@dataclass(frozen=True, slots=True)
class Keys:
    client_id: str
    secret: str = field(repr=False)


def keys() -> Keys | None:
    """What is configured, or None. Raises SealBroken."""
    saved = SignInKeys.objects.filter(pk=1).exclude(client_id="").first()
    if saved:
        return Keys(saved.client_id, unseal(saved.secret_sealed))
    if settings.SIGN_IN_ID and settings.SIGN_IN_SECRET:
        return Keys(settings.SIGN_IN_ID, settings.SIGN_IN_SECRET)
    return None


def state() -> Literal["off", "live"]:
    return "live" if _in_shop() or (settings.SIGN_IN_ID and settings.SIGN_IN_SECRET) else "off"


def name() -> str:
    """What people know the provider as."""
    return str(settings.SIGN_IN_NAME)


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def server_origin() -> str:
    """The one foreign address a form of ours may lead to."""
    return origin_of(settings.SIGN_IN_SERVER)


def saved_id() -> str:
    row = SignInKeys.objects.filter(pk=1).first()
    return row.client_id if row else ""


@transaction.atomic
def save(*, client_id: str, secret: str, by: Actor) -> None:
    """Store the keys; an empty `secret` keeps the stored one of the same id. Raises Denied, Invalid."""
    _require(by)
    SignInKeys.objects.get_or_create(pk=1)
    row = SignInKeys.objects.select_for_update().get(pk=1)
    client_id, secret = client_id.strip(), secret.strip()
    if not client_id:
        raise Invalid({"client_id": [_("Enter the client ID.")]})
    if not secret and (client_id != row.client_id or not row.secret_sealed):
        raise Invalid({"secret": [_("Enter the client secret that belongs to this client ID.")]})
    if client_id == row.client_id and not secret:
        return
    before, row.client_id = row.client_id, client_id
    if secret:
        row.secret_sealed = seal(secret)
    row.save()
    record(ProviderKeysChanged(provider_id=1, client_id=[before, client_id], secret_changed=bool(secret)), by=by)


@transaction.atomic
def turn_off(*, by: Actor) -> None:
    """Forget the saved keys. Connected accounts stay and work again when keys come back."""
    _require(by)
    row = SignInKeys.objects.select_for_update().filter(pk=1).exclude(client_id="").first()
    if row is None:
        return
    before, row.client_id, row.secret_sealed = row.client_id, "", ""
    row.save()
    record(ProviderKeysChanged(provider_id=1, client_id=[before, ""], secret_changed=True), by=by)


def _in_shop() -> bool:
    return SignInKeys.objects.filter(pk=1).exclude(client_id="").exists()


def _require(by: Actor) -> None:
    require(by, "shop.settings")
    if by.locations_for("shop.settings") is not None:
        raise Denied
