"""A quote and its versions, what it offers, and what the customer answered. Rules are in actions; sums in sums.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock, ids
from revivatech.platform.spoken import spoken

from .queries import QuoteManager


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Waiting for the customer")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    SUPERSEDED = "superseded", _("Replaced")


class Kind(models.TextChoices):
    PART = "part", _("Part")
    LABOUR = "labour", _("Labour")
    FEE = "fee", _("Fee")
    DIAGNOSTIC = "diagnostic", _("Diagnosis")
    DISCOUNT = "discount", _("Discount")


class Quote(models.Model):
    """One version of what we offer for one repair. Once sent, its options and lines are never changed: a change is a new version.

    `low_pence` and `high_pence` are the least and the most that can be chosen. `decline_pence` is due when none of it is
    wanted. `valid_until` also holds the prices: a later version of the same work is not dearer before that moment.
    """

    repair = models.ForeignKey("repairs.Repair", on_delete=models.CASCADE, related_name="quotes")
    version = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    token = models.CharField(max_length=40, unique=True, default=ids.new_token)
    finding = models.TextField(max_length=2000, blank=True)
    currency = models.CharField(max_length=3, default="GBP")
    needs_parts = models.BooleanField(default=False)  # approval starts parts ordering instead of the bench
    lead_days = models.PositiveSmallIntegerField(default=0)
    work_days = models.PositiveSmallIntegerField(null=True, blank=True)  # how long it takes, for the customer
    replacement = models.CharField(max_length=300, blank=True)  # a device to use meanwhile
    fee_waived = models.BooleanField(default=False)  # the diagnosis costs nothing when they decline
    low_pence = models.PositiveIntegerField(default=0)
    high_pence = models.PositiveIntegerField(default=0)
    decline_pence = models.PositiveIntegerField(default=0)
    repair_form = models.BooleanField(default=False)  # sent with the European Repair Information Form
    valid_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.CharField(max_length=200, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    asked_again_at = models.DateTimeField(null=True, blank=True)  # the customer wants an expired one renewed
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=1)  # of the draft, so that two people on it cannot both win

    objects = QuoteManager()

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["repair", "version"], name="quote_version_once"),
            models.UniqueConstraint(fields=["repair"], condition=Q(status="sent"), name="one_quote_waiting"),
            models.UniqueConstraint(fields=["repair"], condition=Q(status="draft"), name="one_quote_draft"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(sent_at__isnull=False, valid_until__gt=F("sent_at"), high_pence__gt=0),
                name="sent_quote_complete",
            ),
            models.CheckConstraint(condition=Q(low_pence__lte=F("high_pence")), name="quote_range_in_order"),
        ]
        indexes = [models.Index(fields=["status", "valid_until"], name="quote_follow_up")]

    def __str__(self) -> str:
        return f"{self.repair} quote {self.version}"

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    def is_over(self, now: datetime | None = None) -> bool:
        """Its time has passed, whether or not the hourly job has noticed."""
        return self.status == Status.EXPIRED or (
            self.status == Status.SENT and self.valid_until is not None and (now or clock.now()) >= self.valid_until
        )

    def may_be_answered(self, now: datetime | None = None) -> bool:
        return self.status == Status.SENT and not self.is_over(now)


class QuoteOption(models.Model):
    """One way to go, such as the original part or a replacement device. A quote without options offers its lines alone."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    text = models.CharField(max_length=300, blank=True)
    quality = models.CharField(
        max_length=12, blank=True
    )  # of the parts in it, where that is what the options differ in
    recommended = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["quote"], condition=Q(recommended=True), name="one_option_recommended"),
        ]

    def __str__(self) -> str:
        return self.title


class QuoteLine(models.Model):
    """One line, of an option or (no option) of all. Amounts are gross pence for one piece; only a discount is negative.

    `cost_pence` is what a piece costs us: for staff, never for the customer. `rule_id` and `why` come from the price
    engine; a price set by hand has neither.
    """

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines")
    option = models.ForeignKey(QuoteOption, on_delete=models.CASCADE, null=True, blank=True, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField(max_length=600)  # one of ours is stored with its parts apart: `spoken` says it
    quantity = models.PositiveSmallIntegerField(default=1)
    unit_pence = models.IntegerField(default=0)
    vat_rate_bp = models.PositiveIntegerField(default=0)
    optional = models.BooleanField(default=False)
    cost_pence = models.PositiveIntegerField(null=True, blank=True)
    warranty_days = models.PositiveSmallIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0)
    service_key = models.CharField(max_length=40, blank=True)
    quality = models.CharField(max_length=12, blank=True)
    rule_id = models.BigIntegerField(null=True, blank=True)
    why = models.CharField(max_length=600, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="discount", unit_pence__lte=0, optional=False)
                | (~Q(kind="discount") & Q(unit_pence__gte=0)),
                name="only_discounts_take_away",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1, quantity__lte=99), name="quantity_sane"),
        ]

    def __str__(self) -> str:
        return spoken(self.label)

    @property
    def gross_pence(self) -> int:
        return self.unit_pence * self.quantity


class QuoteAnswer(models.Model):
    """The customer's yes or no to one version: what they chose, and exactly what they saw. Once, and never changed."""

    quote = models.OneToOneField(Quote, on_delete=models.CASCADE, related_name="answer")
    approved = models.BooleanField()
    option = models.ForeignKey(QuoteOption, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ticked = models.JSONField(default=list)  # ids of the optional lines chosen
    total_pence = models.PositiveIntegerField()  # agreed; or what is due after a no
    reason = models.CharField(max_length=500, blank=True)
    said_by = models.CharField(max_length=120)
    how = models.CharField(
        max_length=10,
        choices=[
            ("link", _("Private link")),
            ("portal", _("Portal")),
            ("phone", _("Telephone")),
            ("counter", _("At the counter")),
            ("email", _("E-mail")),
        ],
    )
    recorded_by = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)
    address_hash = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    snapshot: models.JSONField[dict[str, Any]] = models.JSONField()

    def __str__(self) -> str:
        return f"{'yes' if self.approved else 'no'} to {self.quote}"


class QuoteTemplate(models.Model):
    """A common fault with its usual lines. Lines of a service are priced anew by the engine when it is used."""

    name = models.CharField(max_length=80, unique=True)
    category = models.CharField(max_length=12, blank=True)  # empty: every kind of device
    finding = models.TextField(max_length=2000, blank=True)
    lines = models.JSONField(default=list)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
