"""What a manager says a technician can do."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from revivatech.catalogue.choices import Category
from revivatech.platform import clock


class Level(models.IntegerChoices):
    NONE = 0, _("Does not do this")
    LEARNING = 1, _("Is learning it")
    ABLE = 2, _("Does it alone")
    EXPERT = 3, _("Helps others with it")


class TechnicianSkill(models.Model):
    """One person, one service (`""`: every service) on one kind of device (`""`: every kind). The narrowest row counts."""

    technician = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="skills")
    service_key = models.CharField(max_length=40, blank=True)
    category = models.CharField(max_length=12, choices=Category, blank=True)
    level = models.PositiveSmallIntegerField(choices=Level)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["service_key", "category"]
        constraints = [
            models.UniqueConstraint(fields=["technician", "service_key", "category"], name="skill_once"),
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="skill_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.service_key or 'everything'} on {self.category or 'everything'}: {self.level}"
