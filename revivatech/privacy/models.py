"""What people asked to be done with their data."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from revivatech.platform import clock


class Request(models.Model):
    """`path` is the archive in the storage while there is one; it goes at `expires_at`."""

    class Kind(models.TextChoices):
        EXPORT = "export"
        ERASURE = "erasure"

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    asked_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    path = models.CharField(max_length=120, blank=True)
    bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], condition=Q(done_at=None), name="one_open_request_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.asked_at:%d %b %Y}"
