"""What was done to several repairs at once, so that the answer can be read again and, where honest, taken back."""

from __future__ import annotations

from django.db import models

from revivatech.platform import clock


class BulkChange(models.Model):
    """One step chosen for several repairs. `results`: [{"code", "done", "why", "before", "undone"}], in the order ticked.

    `undone` is "" until somebody took the step back, then "yes" or the reason why that repair was left as it was.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)  # of the form, so that a second click leads to the first answer
    step = models.CharField(max_length=10)  # move | assign | priority
    target = models.CharField(max_length=20)
    results = models.JSONField(default=list)
    at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="bulk_change_once")]

    def __str__(self) -> str:
        return f"{self.step} {self.target} for {len(self.results)}"
