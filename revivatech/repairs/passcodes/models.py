"""The passcode of a repair, and each time somebody saw it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock


class Kind(models.TextChoices):
    PIN = "pin", _("PIN")
    PATTERN = "pattern", _("Pattern")
    PASSWORD = "password", _("Password")
    NONE = "none", _("None: I unlock it at the counter")


class Passcode(models.Model):
    """Asked for, given, and destroyed; one row a repair. `sealed` opens only with a key outside the database.

    A row without `kind` was asked for by staff (`asked_reason`) and not given yet.
    """

    repair = models.OneToOneField("repairs.Repair", on_delete=models.CASCADE, related_name="passcode")
    kind = models.CharField(max_length=8, choices=Kind, blank=True)
    sealed = models.TextField(blank=True)
    asked_reason = models.CharField(max_length=300, blank=True)
    entered_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.CharField(
        max_length=8, choices=[("customer", _("Customer")), ("staff", _("Staff"))], blank=True
    )
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed="") | Q(kind__in=["pin", "pattern", "password"], entered_at__isnull=False),
                name="sealed_passcode_has_kind",
            ),
            models.CheckConstraint(condition=Q(destroyed_at__isnull=True) | Q(sealed=""), name="destroyed_is_empty"),
        ]

    def __str__(self) -> str:
        return f"passcode of repair {self.repair_id}"

    @property
    def is_held(self) -> bool:
        return bool(self.sealed)


class PasscodeView(models.Model):
    """Permission to see it, used by being given: one person, until `until` or until they hide it. Never deleted: the customer reads it."""

    passcode = models.ForeignKey(Passcode, on_delete=models.CASCADE, related_name="views")
    viewer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    viewer_label = models.CharField(max_length=200)
    as_manager = models.BooleanField(default=False)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.viewer_label} saw {self.passcode}"


class PasscodeService(models.Model):
    """The owner's word on whether a service needs the passcode, where it differs from what we ship (`rules.SHIPPED`)."""

    service_key = models.CharField(max_length=40, unique=True)
    needed = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.service_key}: {'needed' if self.needed else 'not needed'}"
