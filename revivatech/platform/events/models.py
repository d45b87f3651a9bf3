"""The append-only log. A database trigger refuses to change or delete a row."""

from __future__ import annotations

from django.db import models

from revivatech.platform import clock


class EventRecord(models.Model):
    """One thing that happened. `sequence` counts within the subject: 1, 2, 3…"""

    name = models.CharField(max_length=80, db_index=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    sequence = models.PositiveIntegerField()
    payload = models.JSONField(default=dict)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200)
    request_id = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "sequence"], name="event_sequence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_kind}:{self.subject_id}#{self.sequence}"
