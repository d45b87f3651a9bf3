"""Keys that open the API to programs, and the endpoints that are told of events."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock


class ApiClient(models.Model):
    """A program with a key. It acts in the name of `person`, never beyond what that person may, and within `scopes` only.

    Of the key we keep its first part, to find the row, and a hash: 192 random bits need no slow one.
    """

    name = models.CharField(max_length=80)
    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="api_clients")
    location = models.ForeignKey("shop.Location", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    scopes = ArrayField(models.CharField(max_length=60))
    prefix = models.CharField(max_length=16, unique=True)
    key_hash = models.CharField(max_length=64)
    per_minute = models.PositiveIntegerField(default=120)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="key_expires_after_creation"),
            models.CheckConstraint(condition=Q(per_minute__gte=1, per_minute__lte=6000), name="key_rate_sane"),
        ]

    def __str__(self) -> str:
        return self.name

    def state(self, now: datetime | None = None) -> str:
        """active | expired | revoked"""
        if self.revoked_at is not None:
            return "revoked"
        return "active" if (now or clock.now()) < self.expires_at else "expired"


class Webhook(models.Model):
    """An address that is told of events. The secret that signs what we send is sealed.

    `failures` counts attempts refused in a row; `failing_since` is the first of them.
    """

    class State(models.TextChoices):
        ON = "on", _("On")
        OFF = "off", _("Off")
        SWITCHED_OFF = "switched_off", _("Switched off: it kept failing")

    url = models.CharField(max_length=500)
    about = models.CharField(max_length=80, blank=True)
    events = ArrayField(models.CharField(max_length=60))
    state = models.CharField(max_length=12, choices=State, default=State.ON)
    secret = models.TextField()
    old_secret = models.TextField(blank=True)  # signs beside the new one for a day after it was changed
    old_secret_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.about or self.url


class Delivery(models.Model):
    """One event for one endpoint, exactly as it is sent, however often. The receiver knows it by `uuid`."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey("platform.EventRecord", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    name = models.CharField(max_length=60)
    body = models.TextField()
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)  # since it was queued or replayed
    created_at = models.DateTimeField(default=clock.now)
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["webhook", "event"], name="webhook_told_once")]
        indexes = [models.Index(fields=["webhook", "-id"], name="delivery_log")]

    def __str__(self) -> str:
        return f"{self.name} to {self.webhook}"


class DeliveryAttempt(models.Model):
    """One request. `status` is what the endpoint answered; `problem` why there was no answer."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=clock.now)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.status or self.problem}"

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
