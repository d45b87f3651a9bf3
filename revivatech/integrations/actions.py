"""What an owner does with keys and webhooks. All of it needs `shop.settings`, held everywhere, and a second factor."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.outbound import check_address
from revivatech.platform.problems import Conflict, Denied, Invalid, NotFound
from revivatech.platform.sealing import seal
from revivatech.shop.models import Location

from . import events as e
from . import keys
from .delivering import enqueue, queue_test
from .models import ApiClient, Delivery, Webhook
from .told import TOLD

LONGEST_DAYS = 366
OLD_SECRET_FOR = timedelta(days=1)


@transaction.atomic
def make_key(
    *, name: str, scopes: Sequence[str], location_id: int | None, days: int, per_minute: int, by: Actor
) -> tuple[ApiClient, str]:
    """The row and the key, which is not to be had again. It acts in the name of whoever makes it."""
    person_id = _check_owner(by)
    errors: dict[str, list[str]] = {}
    if not name.strip():
        errors["name"] = [_("Say which program it is for.")]
    if not scopes or set(scopes) - keys.SCOPES.keys():
        errors["scopes"] = [_("Choose what the program may do.")]
    if not 1 <= days <= LONGEST_DAYS:
        errors["days"] = [_("Choose 1 to %(most)s days.") % {"most": LONGEST_DAYS}]
    if not 1 <= per_minute <= 6000:
        errors["per_minute"] = [_("Choose 1 to 6000 requests a minute.")]
    if location_id is not None and not Location.objects.filter(pk=location_id).exists():
        errors["location"] = [_("Choose a location.")]
    if errors:
        raise Invalid(errors)
    key, prefix, key_hash = keys.new_key()
    now = clock.now()
    client = ApiClient.objects.create(
        name=name.strip()[:80], person_id=person_id, location_id=location_id, scopes=sorted(set(scopes)),
        prefix=prefix, key_hash=key_hash, per_minute=per_minute, created_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    made = e.ApiKeyMade(
        client_id=client.pk, client_name=client.name, scopes=client.scopes, location_id=location_id,
        expires=client.expires_at.isoformat(),
    )  # fmt: skip
    record(made, by=by)
    return client, key


@transaction.atomic
def revoke_key(pk: int, *, by: Actor) -> ApiClient:
    """The key opens nothing from the next request on. Twice is the same as once."""
    _check_owner(by)
    client = ApiClient.objects.select_for_update().filter(pk=pk).first()
    if client is None:
        raise NotFound
    if client.revoked_at is None:
        client.revoked_at = clock.now()
        client.save(update_fields=["revoked_at"])
        record(e.ApiKeyRevoked(client_id=client.pk, client_name=client.name), by=by)
    return client


@transaction.atomic
def save_webhook(
    pk: int | None, *, url: str, about: str, events: Sequence[str], on: bool, by: Actor
) -> tuple[Webhook, str]:
    """Make or change an endpoint. The secret comes back only when it is new."""
    person_id = _check_owner(by)
    _check_webhook(url, events)
    secret = ""
    if pk is None:
        secret = _new_secret()
        webhook = Webhook(created_by_id=person_id, secret=seal(secret))
    else:
        webhook = _locked(pk)
    state = Webhook.State.ON if on else Webhook.State.OFF
    if state == Webhook.State.ON and webhook.state != state:
        webhook.failures, webhook.failing_since = 0, None
    webhook.url, webhook.about, webhook.events, webhook.state = url, about.strip()[:80], sorted(set(events)), state
    webhook.save()
    record(e.WebhookSaved(webhook_id=webhook.pk, url=url, events=webhook.events, state=webhook.state), by=by)
    return webhook, secret


@transaction.atomic
def change_secret(pk: int, *, by: Actor) -> str:
    """A new secret; for a day the old one signs too, so that the receiver can change over without losing anything."""
    _check_owner(by)
    webhook = _locked(pk)
    fresh = _new_secret()
    webhook.old_secret, webhook.old_secret_until = webhook.secret, clock.now() + OLD_SECRET_FOR
    webhook.secret = seal(fresh)
    webhook.save(update_fields=["secret", "old_secret", "old_secret_until"])
    record(e.WebhookSecretChanged(webhook_id=webhook.pk), by=by)
    return fresh


@transaction.atomic
def remove_webhook(pk: int, *, by: Actor) -> None:
    """It is told nothing any more; its log stays."""
    _check_owner(by)
    webhook = _locked(pk)
    webhook.removed_at, webhook.state, webhook.secret, webhook.old_secret = clock.now(), Webhook.State.OFF, "", ""
    webhook.save(update_fields=["removed_at", "state", "secret", "old_secret"])
    record(e.WebhookRemoved(webhook_id=webhook.pk), by=by)


@transaction.atomic
def replay(pk: int, *, by: Actor) -> Delivery:
    """Send a delivery again, as it was written and under its own id."""
    _check_owner(by)
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("webhook").filter(pk=pk).first()
    if delivery is None or delivery.webhook.removed_at is not None:
        raise NotFound
    if delivery.webhook.state != Webhook.State.ON:
        raise Conflict(_("Switch the webhook on first."))
    if delivery.status == Delivery.Status.WAITING:
        raise Conflict(_("It is on its way already."))
    delivery.status, delivery.tries = Delivery.Status.WAITING, 0
    delivery.save(update_fields=["status", "tries"])
    record(e.DeliveryReplayed(webhook_id=delivery.webhook_id, delivery_id=delivery.pk), by=by)
    enqueue(delivery, clock.now())
    return delivery


@transaction.atomic
def test_webhook(pk: int, *, by: Actor) -> Delivery:
    """A message of its own kind, so that nobody takes it for something that happened."""
    _check_owner(by)
    webhook = _locked(pk)
    if webhook.state != Webhook.State.ON:
        raise Conflict(_("Switch the webhook on first."))
    return queue_test(webhook)


def _check_owner(by: Actor) -> int:
    """The person's id: keys and webhooks are made by people."""
    require(by, "shop.settings")
    if by.locations_for("shop.settings") is not None or by.user_id is None:
        raise Denied
    return by.user_id


def _check_webhook(url: str, events: Sequence[str]) -> None:
    errors: dict[str, list[str]] = {}
    if len(url) > 500 or urlsplit(url).fragment:
        errors["url"] = [_("Enter an address of at most 500 characters, without a #.")]
    else:
        problem = check_address(url)
        if problem:
            errors["url"] = [problem]
    if not events or set(events) - TOLD.keys():
        errors["events"] = [_("Choose what it is told of.")]
    if errors:
        raise Invalid(errors)


def _locked(pk: int) -> Webhook:
    webhook = Webhook.objects.select_for_update().filter(pk=pk, removed_at=None).first()
    if webhook is None:
        raise NotFound
    return webhook


def _new_secret() -> str:
    """As the Standard Webhooks convention writes it: `whsec_` and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
