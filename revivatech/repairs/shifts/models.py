"""Notes between shifts, and who read them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from revivatech.platform import clock


class ShiftNote(models.Model):
    """Written by who leaves a location. `facts` is the bench as it was at that moment, so that the note stays true later."""

    location = models.ForeignKey("shop.Location", on_delete=models.PROTECT, related_name="shift_notes")
    body = models.TextField(max_length=4000)
    facts = models.JSONField(default=dict)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="shift_note_says_something")]
        indexes = [models.Index(fields=["location", "-id"], name="shift_notes_of_location")]

    def __str__(self) -> str:
        return f"shift note {self.pk}"


class ShiftAcknowledgement(models.Model):
    """The next shift has read the note. One person does it for the shift; the row says who and when."""

    note = models.OneToOneField(ShiftNote, on_delete=models.CASCADE, related_name="acknowledgement")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.by_label} read {self.note_id}"
