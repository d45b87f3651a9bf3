"""What people asked to be done with their data."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from revivatech.accounts.models import User
from revivatech.customers.models import Customer
from revivatech.platform import clock


class Request(models.Model):
    """Of somebody with an account, by themselves, or of a guest, by staff. `path` is the archive in the storage while there is one; it goes at `expires_at`."""

    class Kind(models.TextChoices):
        EXPORT = "export"
        ERASURE = "erasure"

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    asked_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    path = models.CharField(max_length=120, blank=True)
    bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = _("privacy requests")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], condition=Q(done_at=None), name="one_open_request_of_a_kind"
            ),
            models.UniqueConstraint(
                fields=["customer", "kind"], condition=Q(done_at=None), name="one_open_request_of_a_guest"
            ),
            models.CheckConstraint(
                condition=Q(user=None, customer__isnull=False) | Q(user__isnull=False, customer=None),
                name="request_of_a_user_or_a_guest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.asked_at:%d %b %Y}"

    @property
    def whose(self) -> User | Customer:
        person = self.user or self.customer
        if person is None:
            raise ValueError(f"request {self.pk} is nobody's")  # the database refuses such a row
        return person
