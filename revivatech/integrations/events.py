"""What happens to keys and webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.platform.events.base import Event

from .models import Webhook


@dataclass(frozen=True, kw_only=True)
class ClientEvent(Event):
    subject_field: ClassVar[str] = "client_id"
    client_id: int


@dataclass(frozen=True, kw_only=True)
class ApiKeyMade(ClientEvent):
    """A program was given a key. `expires` is an ISO moment."""

    name: ClassVar[str] = "api_client.key_made"
    says = _("A key for a program was made")
    client_name: str
    scopes: list[str]
    location_id: int | None
    expires: str


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(ClientEvent):
    name: ClassVar[str] = "api_client.key_revoked"
    says = _("A key of a program was revoked")
    client_name: str


@dataclass(frozen=True, kw_only=True)
class WebhookEvent(Event):
    subject_field: ClassVar[str] = "webhook_id"
    webhook_id: int


@dataclass(frozen=True, kw_only=True)
class WebhookSaved(WebhookEvent):
    """An address is told of these events from now on, or of none while it is off."""

    name: ClassVar[str] = "webhook.saved"
    says = _("A webhook was saved")
    codes = {"state": dict(Webhook.State.choices)}
    url: str
    events: list[str]
    state: str


@dataclass(frozen=True, kw_only=True)
class WebhookSecretChanged(WebhookEvent):
    name: ClassVar[str] = "webhook.secret_changed"
    says = _("A webhook’s secret was changed")


@dataclass(frozen=True, kw_only=True)
class WebhookRemoved(WebhookEvent):
    name: ClassVar[str] = "webhook.removed"
    says = _("A webhook was removed")


@dataclass(frozen=True, kw_only=True)
class WebhookSwitchedOff(WebhookEvent):
    """It refused for too long, or said that it is gone; whoever made it is written to."""

    name: ClassVar[str] = "webhook.switched_off"
    says = _("A webhook was switched off")
    reason: str


@dataclass(frozen=True, kw_only=True)
class DeliveryReplayed(WebhookEvent):
    name: ClassVar[str] = "webhook.replayed"
    says = _("A webhook’s delivery was sent again")
    delivery_id: int
