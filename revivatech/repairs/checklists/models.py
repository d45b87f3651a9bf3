"""Lists as the owner keeps them, and what was found by them. A result keeps the words of its item as they were."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from revivatech.catalogue.choices import Category
from revivatech.platform import clock


class Kind(models.TextChoices):
    INTAKE = "intake", _("At intake")
    EXIT = "exit", _("Final test")


class State(models.TextChoices):
    WORKS = "works", _("Works")
    FAILS = "fails", _("Fails")
    COULD_NOT_TEST = "could_not_test", _("Could not test")


class ChecklistTemplate(models.Model):
    """The functions looked at for one kind of device."""

    category = models.CharField(max_length=12, choices=Category, unique=True)

    def __str__(self) -> str:
        return str(Category(self.category).label)


class ChecklistItem(models.Model):
    """One function to look at. Hidden ones (`active` False) are kept: earlier results speak of them, and a shipped one must not come back."""

    template = models.ForeignKey(ChecklistTemplate, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    group = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["template", "key"], name="checklist_key_once"),
        ]

    def __str__(self) -> str:
        return self.label


class ChecklistRun(models.Model):
    """Somebody went through the list. Without `finished_at` it is kept for later and proves nothing."""

    repair = models.ForeignKey("repairs.Repair", on_delete=models.CASCADE, related_name="checklist_runs")
    kind = models.CharField(max_length=8, choices=Kind)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by_label = models.CharField(max_length=200)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["repair", "kind"], condition=Q(finished_at__isnull=True), name="one_unfinished_checklist"
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=models.F("started_at")),
                name="checklist_finished_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} list of {self.repair}"


class ChecklistResult(models.Model):
    """What was found of one function, with its words as they were that day."""

    run = models.ForeignKey(ChecklistRun, on_delete=models.CASCADE, related_name="results")
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    group = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=14, choices=State)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="checklist_result_once")]

    def __str__(self) -> str:
        return f"{self.label}: {self.state}"


class Explanation(models.Model):
    """A manager answers for a function that worked at intake and does not at the final test. Of one run: the next is judged anew."""

    run = models.ForeignKey(ChecklistRun, on_delete=models.CASCADE, related_name="explanations")
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="explained_once")]

    def __str__(self) -> str:
        return f"{self.label} explained"


class QualityCheck(models.Model):
    """What a second person said of the work: passed or not, a score from 1 to 5 if they gave one, and why."""

    repair = models.ForeignKey("repairs.Repair", on_delete=models.CASCADE, related_name="quality_checks")
    passed = models.BooleanField()
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=1, score__lte=5), name="quality_score_1_to_5"
            )
        ]

    def __str__(self) -> str:
        return f"quality check of {self.repair}"
