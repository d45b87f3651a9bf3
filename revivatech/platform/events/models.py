"""The append-only log. A database trigger refuses to change or delete a row; the hashes show when somebody did it all the same."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from revivatech.platform import clock


class EventRecord(models.Model):
    """One thing that happened. `sequence` counts within the subject: 1, 2, 3…

    `hash` is over everything in the row and the hash of the row before it: see `chain.py`.
    """

    name = models.CharField(max_length=80, db_index=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    sequence = models.PositiveIntegerField()
    payload = models.JSONField(default=dict)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200)
    request_id = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=45, blank=True)  # of staff, and of whatever concerns an account
    redaction = models.CharField(max_length=100, blank=True)  # our signature on what was taken out: `redaction.py`
    at = models.DateTimeField(default=clock.now, db_index=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["actor_id", "id"], name="event_by_actor"),
            models.Index(fields=["name", "id"], name="event_by_name"),
            models.Index(fields=["address", "id"], condition=~Q(address=""), name="event_by_address"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(hash__regex="^[0-9a-f]{64}$", previous_hash__regex="^[0-9a-f]{64}$"),
                name="event_is_linked",
            ),
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "sequence"], name="event_sequence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_kind}:{self.subject_id}#{self.sequence}"


class EventHead(models.Model):
    """How far the log of one subject has come: its last row. A trigger lets it go forward by one row and nowhere else.

    `seal` is our signature on all of it. Without a head a log cut short at its end would look whole.
    """

    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    sequence = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64)
    event_id = models.BigIntegerField(unique=True)
    seal = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="event_head_once")]

    def __str__(self) -> str:
        return f"{self.subject_kind}:{self.subject_id}#{self.sequence}"
