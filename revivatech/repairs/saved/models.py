"""Filters kept by name, and what each person opens with."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from revivatech.platform import clock


class SavedFilter(models.Model):
    """`query` is what `search.Filters.as_query()` gives. With a location it is shared with everybody who works there."""

    owner = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    location = models.ForeignKey("shop.Location", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=40)
    query = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], condition=Q(location=None), name="own_filter_name_once"),
            models.UniqueConstraint(fields=["location", "name"], name="shared_filter_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="filter_named"),
        ]

    def __str__(self) -> str:
        return self.name


class OpeningFilter(models.Model):
    """What a person's queue or board shows when they open it."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=5, choices=[("queue", "queue"), ("board", "board")])
    filter = models.ForeignKey(SavedFilter, on_delete=models.CASCADE, related_name="opens")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "page"], name="one_opening_filter_a_page")]

    def __str__(self) -> str:
        return f"{self.page} of {self.user} opens with {self.filter}"
