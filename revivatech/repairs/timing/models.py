"""Minutes of one person on one stage of one repair, and every correction of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock

MOST_MINUTES = 60_000  # one entry; a stage of weeks may be typed in at once


class Ended(models.TextChoices):
    """Why an entry counts no further."""

    PAUSED = "paused", _("Paused")
    STOPPED = "stopped", _("Stopped")
    SWITCHED = "switched", _("Paused: another job was started")
    MOVED = "moved", _("Stopped: the repair moved on")
    REASSIGNED = "reassigned", _("Stopped: given to a colleague")
    FORGOTTEN = "forgotten", _("Forgotten: counted until closing time")
    BY_HAND = "by_hand", _("Entered by hand")


class TimeEntry(models.Model):
    """From start to end on the clock, or entered by hand (then both are the same moment).

    `minutes` is what counts, corrections included; what the clock showed stays in `started_at` and `ended_at`.
    """

    repair = models.ForeignKey("repairs.Repair", on_delete=models.CASCADE, related_name="time_entries")
    technician = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20)  # where the repair stood
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended = models.CharField(max_length=10, choices=Ended, blank=True)
    minutes = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["technician"], condition=Q(ended_at__isnull=True), name="one_running_clock_a_person"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="clock_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended="", minutes=0) | (Q(ended_at__isnull=False) & ~Q(ended="")),
                name="running_clock_counts_later",
            ),
            models.CheckConstraint(condition=Q(minutes__lte=MOST_MINUTES), name="time_entry_within_reason"),
        ]
        indexes = [models.Index(fields=["technician", "-started_at"], name="time_of_technician")]

    def __str__(self) -> str:
        return f"time of {self.technician_id} on repair {self.repair_id}"

    @property
    def is_running(self) -> bool:
        return self.ended_at is None

    @property
    def on_the_clock(self) -> int:
        """Whole minutes between start and end, whatever was corrected later."""
        return whole_minutes((self.ended_at or clock.now()).timestamp() - self.started_at.timestamp())


class TimeCorrection(models.Model):
    """Somebody changed what an entry counts. Never changed or deleted; an entry made by hand begins with one from 0."""

    entry = models.ForeignKey(TimeEntry, on_delete=models.CASCADE, related_name="corrections")
    before = models.PositiveIntegerField()
    after = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(before=F("after")), name="time_correction_changes_something"),
            models.CheckConstraint(condition=~Q(reason=""), name="time_correction_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.before} to {self.after} minutes"


def whole_minutes(seconds: float) -> int:
    """To the nearest minute; half a minute counts as one."""
    return max(0, int(seconds + 30) // 60)
