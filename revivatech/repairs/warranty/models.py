"""Warranty lines, claims by customers, and what a warranty return is about."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock


class WarrantyLine(models.Model):
    """One piece of work and how long we stand by it: local days of the location, `ends_on` included.

    Rows are written once, at hand-over, and no verb changes them: a return cannot restart or end a clock. When the shop
    chooses to renew, the return gets a line of its own.
    """

    repair = models.ForeignKey("repairs.Repair", on_delete=models.CASCADE, related_name="warranty_lines")
    position = models.PositiveSmallIntegerField()
    service_key = models.CharField(max_length=40, blank=True)
    label = models.CharField(max_length=600)
    quality = models.CharField(max_length=12, blank=True)
    days = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    zone_name = models.CharField(max_length=64)
    rights_version = models.CharField(max_length=20, blank=True)  # of the statutory text shown with it
    law_ends_on = models.DateField(null=True, blank=True)  # of the legal guarantee where the EU's rules apply
    renewed_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewals")

    class Meta:
        ordering = ["repair_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["repair", "position"], name="warranty_line_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="warranty_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.label} until {self.ends_on}"

    def runs_on(self, day: date) -> bool:
        """`day` is local to the location the line was given at."""
        return self.starts_on <= day <= self.ends_on


class LegalExtension(models.Model):
    """Directive (EU) 2024/1799: putting it right under the legal guarantee makes that guarantee twelve months longer, once.

    A row of its own, so that the line stays as it was written; one a line, so that it cannot happen twice.
    """

    line = models.OneToOneField(WarrantyLine, on_delete=models.CASCADE, related_name="extension")
    by_repair = models.ForeignKey("repairs.Repair", on_delete=models.PROTECT, related_name="+")
    ends_on = models.DateField()
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.line.label} until {self.ends_on} by law"


class Law(models.TextChoices):
    UK = "uk", _("United Kingdom")
    EU = "eu", _("European Union")
    OTHER = "other", _("Another country")


class LawChoice(models.Model):
    """Whose rules the shop tells consumers about; no row or empty: by the country of the location. One row."""

    law = models.CharField(max_length=5, choices=Law, blank=True)

    def __str__(self) -> str:
        return self.law or "by location"


class RightsText(models.Model):
    """The owner's own words on the rights by law. Never changed: a new text is a new version, and old repairs show theirs."""

    law = models.CharField(max_length=5, choices=Law)
    version = models.PositiveIntegerField()
    text = models.TextField(max_length=6000)
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["law", "version"]
        constraints = [models.UniqueConstraint(fields=["law", "version"], name="rights_version_once")]

    def __str__(self) -> str:
        return f"{self.law} {self.version}"


class Cause(models.TextChoices):
    PART = "part", _("The part failed")
    WORKMANSHIP = "workmanship", _("Our work was at fault")
    OTHER = "other", _("Something else: not our part and not our work")
    UNKNOWN = "unknown", _("Not found out")


class WarrantyReturn(models.Model):
    """Why a repair is free of charge: which lines of an earlier one came back, what was decided, and what it turned out to be."""

    repair = models.OneToOneField("repairs.Repair", on_delete=models.CASCADE, related_name="warranty_return")
    original = models.ForeignKey("repairs.Repair", on_delete=models.PROTECT, related_name="warranty_returns")
    lines = models.ManyToManyField(WarrantyLine, related_name="claimed_by")
    covered = models.BooleanField()
    reasons = models.JSONField(default=list)  # why not covered: codes of `cover.REASONS`
    accepted_by = models.CharField(max_length=200, blank=True)  # who took it out of cover, and why
    accepted_reason = models.CharField(max_length=500, blank=True)
    cause = models.CharField(max_length=12, choices=Cause, blank=True)
    cause_note = models.CharField(max_length=1000, blank=True)
    renews = models.BooleanField(default=False)
    opened_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(covered=True) | ~Q(accepted_reason=""), name="out_of_cover_has_reason")
        ]

    def __str__(self) -> str:
        return f"return of {self.original_id}"


class WarrantyClaim(models.Model):
    """A customer says that something repaired is wrong again. It asks; it promises nothing."""

    repair = models.ForeignKey("repairs.Repair", on_delete=models.CASCADE, related_name="warranty_claims")
    lines = models.ManyToManyField(WarrantyLine, related_name="+")
    fault = models.TextField(max_length=1500)
    how = models.CharField(max_length=10, choices=[("link", _("Private link")), ("portal", _("Portal"))])
    at = models.DateTimeField(default=clock.now)
    status = models.CharField(
        max_length=10,
        default="open",
        choices=[("open", _("Waiting")), ("accepted", _("Taken in")), ("declined", _("Declined"))],
    )
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    opened_return = models.ForeignKey(
        WarrantyReturn, on_delete=models.SET_NULL, null=True, blank=True, related_name="claims"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["repair"], condition=Q(status="open"), name="one_open_claim"),
        ]

    def __str__(self) -> str:
        return f"claim on repair {self.repair_id}"

    @property
    def part(self) -> str:
        """What a photo of the repair says when it belongs to this claim."""
        return f"claim:{self.pk}"
