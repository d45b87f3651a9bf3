"""What happens to keys and webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from revivatech.platform.events.base import Event


@dataclass(frozen=True, kw_only=True)
class ClientEvent(Event):
    subject_field: ClassVar[str] = "client_id"
    client_id: int


@dataclass(frozen=True, kw_only=True)
class ApiKeyMade(ClientEvent):
    """A program was given a key. `expires` is an ISO moment."""

    name: ClassVar[str] = "api_client.key_made"
    client_name: str
    scopes: list[str]
    location_id: int | None
    expires: str


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(ClientEvent):
    name: ClassVar[str] = "api_client.key_revoked"
    client_name: str


@dataclass(frozen=True, kw_only=True)
class WebhookEvent(Event):
    subject_field: ClassVar[str] = "webhook_id"
    webhook_id: int


@dataclass(frozen=True, kw_only=True)
class WebhookSaved(WebhookEvent):
    """An address is told of these events from now on, or of none while it is off."""

    name: ClassVar[str] = "webhook.saved"
    url: str
    events: list[str]
    state: str


@dataclass(frozen=True, kw_only=True)
class WebhookSecretChanged(WebhookEvent):
    name: ClassVar[str] = "webhook.secret_changed"


@dataclass(frozen=True, kw_only=True)
class WebhookRemoved(WebhookEvent):
    name: ClassVar[str] = "webhook.removed"


@dataclass(frozen=True, kw_only=True)
class WebhookSwitchedOff(WebhookEvent):
    """It refused for too long, or said that it is gone; whoever made it is written to."""

    name: ClassVar[str] = "webhook.switched_off"
    reason: str


@dataclass(frozen=True, kw_only=True)
class DeliveryReplayed(WebhookEvent):
    name: ClassVar[str] = "webhook.replayed"
    delivery_id: int
