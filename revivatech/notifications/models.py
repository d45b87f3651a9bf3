"""The outbox: every message as it was or would be sent, and every attempt."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock

from .queries import MessageQuerySet


class Message(models.Model):
    """One message to one address. `about_kind`/`about_id` name the repair or booking it tells of.

    The unique constraint on event, template and address is why one event never sends twice.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        NOT_SENT = "not_sent", _("Not sent")

    event = models.ForeignKey("platform.EventRecord", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    template = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, default="email")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    location = models.ForeignKey("shop.Location", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    about_kind = models.CharField(max_length=20, blank=True)
    about_id = models.BigIntegerField(null=True)
    to_staff = models.BooleanField(default=False)  # a colleague's address is no data of the customer's
    to_address = models.CharField(max_length=254)
    to_name = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list, blank=True)  # [{"name", "type", "text"}]: calendar files
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    reason = models.CharField(max_length=300, blank=True)  # why not sent or failed, for staff
    created_at = models.DateTimeField(default=clock.now)
    send_after = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "template", "channel", "to_address"], name="one_event_one_message"
            ),
        ]
        indexes = [
            models.Index(fields=["about_kind", "about_id"], name="message_about"),
            models.Index(fields=["status", "send_after"], name="message_waiting"),
            models.Index(fields=["status", "-id"], name="message_newest"),
            GinIndex(
                OpClass(Upper("to_address"), name="gin_trgm_ops"),
                OpClass(Upper("subject"), name="gin_trgm_ops"),
                name="message_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.to_address}"


class Attempt(models.Model):
    """One try to deliver a message, with what the server said."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=clock.now)
    accepted = models.BooleanField()
    answer = models.CharField(max_length=500, blank=True)
    counted = models.BooleanField(default=True)  # towards giving up; staff sending again begin a new count

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{'accepted' if self.accepted else 'refused'} {self.at:%d %b %H:%M}"
