"""The repair from booking to hand-over, its stages and its notes. Rules are in actions.py; history is in the event log."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, Upper
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock, ids

from .queries import CLOSED, LAST, NEVER, RepairQuerySet
from .statuses import STATUSES, Status


def new_repair_code() -> str:
    return ids.new_code("RT")


class Outcome(models.TextChoices):
    REPAIRED = "repaired", _("Repaired")
    DECLINED = "declined", _("Quote declined")
    NO_FAULT_FOUND = "no_fault_found", _("No fault found")
    NOT_REPAIRABLE = "not_repairable", _("Beyond repair")


class Repair(models.Model):
    """One device in our care. `status` is a key of `statuses.STATUSES`.

    `version` grows with every change, so that two people on stale pages cannot both win.
    `agreed_pence` is the gross total the customer approved; `price` the engine's result it came from.
    """

    code = models.CharField(max_length=16, unique=True, default=new_repair_code)
    token = models.CharField(max_length=40, unique=True, default=ids.new_token)
    # The indexes of these four begin those below.
    location = models.ForeignKey("shop.Location", on_delete=models.PROTECT, related_name="repairs", db_index=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="repairs", db_index=False)
    device = models.ForeignKey(
        "customers.CustomerDevice", on_delete=models.PROTECT, related_name="repairs", db_index=False
    )
    booked_device = models.OneToOneField(
        "booking.BookedDevice", on_delete=models.PROTECT, null=True, blank=True, related_name="repair"
    )
    status = models.CharField(max_length=20, default="booked")
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    urgency = models.CharField(max_length=10, default="standard")
    description = models.TextField(max_length=1500)
    services = models.JSONField(default=list)  # service keys asked for
    condition = models.CharField(max_length=300, blank=True)
    accessories = models.CharField(max_length=300, blank=True)
    storage_place = models.CharField(max_length=60, blank=True)
    assigned_to = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_repairs",
        db_index=False,
    )
    price = models.JSONField(default=dict)
    agreed_pence = models.PositiveIntegerField(null=True, blank=True)
    proposed_pence = models.PositiveIntegerField(null=True, blank=True)  # waiting for the customer's answer
    finding = models.TextField(max_length=2000, blank=True)  # what diagnosis found, for the customer
    currency = models.CharField(max_length=3, default="GBP")
    bench_minutes = models.PositiveIntegerField(default=0)  # estimated bench time of the work agreed
    lead_days = models.PositiveSmallIntegerField(default=0)  # the supplier's lead time while parts are awaited
    created_at = models.DateTimeField(default=clock.now)
    received_at = models.DateTimeField(null=True, blank=True)
    stage_started_at = models.DateTimeField(null=True, blank=True)
    stage_due_at = models.DateTimeField(null=True, blank=True)  # stage estimate counted in opening hours
    ready_by = models.DateTimeField(null=True, blank=True)  # what the customer was told
    promised = models.BooleanField(default=False)  # by a person, with a reason: estimates do not bring it forward
    completed_at = models.DateTimeField(null=True, blank=True)
    returned_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="returns")
    version = models.PositiveIntegerField(default=1)
    # Where it stands in the queue, kept by the database: closed last, then urgency, then what is due soonest.
    queue_rank = models.GeneratedField(
        expression=Case(
            When(status__in=CLOSED, then=LAST), When(urgency="same_day", then=0), When(urgency="priority", then=1), default=2
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )  # fmt: skip
    queue_due = models.GeneratedField(
        expression=Coalesce("stage_due_at", Value(NEVER)), output_field=models.DateTimeField(), db_persist=True
    )

    objects = RepairQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("repairs")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="completed") | (Q(completed_at__isnull=False) & ~Q(outcome="")),
                name="completed_has_outcome_and_time",
            ),
        ]
        indexes = [
            models.Index(fields=["location", "status", "stage_due_at"], name="repair_queue"),
            models.Index(fields=["assigned_to", "status"], name="repair_mine"),
            # A search sorts hundreds of finds and shows few: their places are read here, without a look at the rows.
            models.Index(
                fields=["customer", "-created_at"],
                include=["id", "status", "queue_rank", "queue_due", "device"],
                name="repair_of_customer",
            ),
            models.Index(
                fields=["device"],
                include=["id", "status", "queue_rank", "queue_due", "customer"],
                name="repair_of_device",
            ),
            # The order of the queue; and what a walk through thousands of rows sorts out by.
            models.Index(
                fields=["queue_rank", "queue_due", "id"],
                include=["status", "location", "customer", "device"],
                name="repair_pressing",
            ),
            # The counts of the queue under any of its filters, without a look at the rows.
            models.Index(
                fields=["status"],
                include=["location", "urgency", "assigned_to", "stage_due_at", "queue_rank"],
                condition=Q(queue_rank__lt=LAST),
                name="repair_open_counts",
            ),
            GinIndex(OpClass(Upper("code"), name="gin_trgm_ops"), name="repair_code_part"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def state(self) -> Status:
        """The status with its words and sign, for pages."""
        return STATUSES[self.status]


class PriceAnswer(models.Model):
    """The customer's yes or no to a price: what they were told, who said it, how we heard it."""

    repair = models.ForeignKey(Repair, on_delete=models.CASCADE, related_name="price_answers")
    approved = models.BooleanField()
    pence = models.PositiveIntegerField()
    finding = models.TextField(blank=True)
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
    words = models.CharField(max_length=500, blank=True)
    recorded_by = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{'yes' if self.approved else 'no'} to {self.pence}"


class StageRun(models.Model):
    """One visit of a repair to a stage (a failed check makes a second visit). Minutes are bench time, not clock time."""

    repair = models.ForeignKey(Repair, on_delete=models.CASCADE, related_name="runs")
    stage = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    estimate_minutes = models.PositiveIntegerField(default=0)
    worked_minutes = models.PositiveIntegerField(null=True, blank=True)
    technician = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(stage__gte=1, stage__lte=7), name="stage_of_seven"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="run_ends_after_start"
            ),
            models.UniqueConstraint(fields=["repair"], condition=Q(ended_at__isnull=True), name="one_open_run"),
        ]

    def __str__(self) -> str:
        return f"{self.repair} stage {self.stage}"


class Note(models.Model):
    """Written by staff: for colleagues, or for the customer to read on the timeline."""

    repair = models.ForeignKey(Repair, on_delete=models.CASCADE, related_name="notes")
    body = models.TextField(max_length=4000)
    for_customer = models.BooleanField(default=False)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    author_label = models.CharField(max_length=200)
    stage = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"note on {self.repair}"


class Handover(models.Model):
    """The device leaves us: to whom, how, checked by whom."""

    repair = models.OneToOneField(Repair, on_delete=models.CASCADE, related_name="handover")
    at = models.DateTimeField(default=clock.now)
    method = models.CharField(
        max_length=10, choices=[("collected", _("Collected")), ("delivered", _("Delivered")), ("posted", _("Posted"))]
    )
    received_by = models.CharField(max_length=120)
    identity = models.CharField(
        max_length=6,
        blank=True,  # posted: the carrier hands it out; and hand-overs from before this was asked
        choices=[
            ("code", _("Hand-over code from the customer’s page")),
            ("name", _("Signed for by name")),
            ("id", _("Identity document seen, nothing of it kept")),
        ],
    )
    carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=60, blank=True)
    accessories = models.JSONField(default=list, blank=True)  # [{"name": …, "returned": true}]
    accessories_note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"hand-over of {self.repair}"


# The parts of a repair that have a folder of their own. They name Repair in words, so they come last.
from .bulk.models import BulkChange  # noqa: E402
from .checklists.models import (  # noqa: E402
    ChecklistItem,
    ChecklistResult,
    ChecklistRun,
    ChecklistTemplate,
    Explanation,
    QualityCheck,
)
from .documents.models import RepairCertificate  # noqa: E402
from .intake.models import DamageMark, SelfCheckIn, TermsSignature  # noqa: E402
from .passcodes.models import Passcode, PasscodeService, PasscodeView  # noqa: E402
from .saved.models import OpeningFilter, SavedFilter  # noqa: E402
from .shifts.models import ShiftAcknowledgement, ShiftNote  # noqa: E402
from .suggestions.models import TechnicianSkill  # noqa: E402
from .timing.models import TimeCorrection, TimeEntry  # noqa: E402
from .warranty.models import (  # noqa: E402
    LawChoice,
    LegalExtension,
    RightsText,
    WarrantyClaim,
    WarrantyLine,
    WarrantyReturn,
)

__all__ = [
    "BulkChange",
    "ChecklistItem",
    "ChecklistResult",
    "ChecklistRun",
    "ChecklistTemplate",
    "DamageMark",
    "Explanation",
    "Handover",
    "LawChoice",
    "LegalExtension",
    "Note",
    "OpeningFilter",
    "Outcome",
    "Passcode",
    "PasscodeService",
    "PasscodeView",
    "PriceAnswer",
    "QualityCheck",
    "Repair",
    "RepairCertificate",
    "RightsText",
    "SavedFilter",
    "SelfCheckIn",
    "ShiftAcknowledgement",
    "ShiftNote",
    "StageRun",
    "TechnicianSkill",
    "TermsSignature",
    "TimeCorrection",
    "TimeEntry",
    "WarrantyClaim",
    "WarrantyLine",
    "WarrantyReturn",
    "new_repair_code",
]
