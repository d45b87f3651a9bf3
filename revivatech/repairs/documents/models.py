"""What we certified of a finished repair. A row is never changed: a correction is the next version."""

from __future__ import annotations

from django.db import models

from revivatech.platform import clock, ids


class RepairCertificate(models.Model):
    """`facts` is all that the paper and the public page say; `signature` is ours on `token` and `facts` together.

    Anybody with the token may read it, so `facts` says nothing about the customer.
    """

    repair = models.ForeignKey("repairs.Repair", on_delete=models.PROTECT, related_name="certificates")
    version = models.PositiveSmallIntegerField()
    token = models.CharField(max_length=40, unique=True, default=ids.new_token)
    facts = models.JSONField()
    signature = models.CharField(max_length=100)
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["repair", "version"], name="certificate_version_once")]

    def __str__(self) -> str:
        return f"certificate {self.version} of {self.repair}"
