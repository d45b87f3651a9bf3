"""Terms as they were signed, damage as it was marked, and what a customer told us at the door."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock


class TermsSignature(models.Model):
    """Which terms a customer accepted for this repair, and how: drawn strokes, or a name with the paper kept.

    `strokes` are lines of whole numbers within 1000 by 300, so that nothing but a drawing can be stored in it.
    """

    repair = models.ForeignKey("repairs.Repair", on_delete=models.CASCADE, related_name="signatures")
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=10, blank=True)  # of the wording; unknown for what is older than languages
    wording = models.TextField()
    name = models.CharField(max_length=120)
    how = models.CharField(
        max_length=6, choices=[("drawn", _("Signed on the screen")), ("paper", _("Signed on paper"))]
    )
    strokes = models.JSONField(default=list, blank=True)
    witnessed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    witness_label = models.CharField(max_length=200, blank=True)  # nobody: the customer signed at the door
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(how="paper") | ~Q(strokes=[]), name="drawn_signature_has_strokes"),
        ]

    def __str__(self) -> str:
        return f"terms {self.version} signed by {self.name}"

    @property
    def path(self) -> str:
        """The drawing as the data of an SVG path in a box of 1000 by 300."""
        return " ".join("M" + " L".join(f"{int(x)} {int(y)}" for x, y in stroke) for stroke in self.strokes)


class DamageMark(models.Model):
    """A numbered place, in thousandths of width and height, and what is wrong there: on the outline of the device, or on a photo.

    When that photo is deleted for good, the words and the number stay.
    """

    repair = models.ForeignKey("repairs.Repair", on_delete=models.CASCADE, related_name="damage_marks")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=5, choices=[("front", _("Front")), ("back", _("Rear")), ("photo", _("Photo"))])
    photo = models.ForeignKey("platform.StoredFile", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    x = models.PositiveSmallIntegerField()
    y = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=200)
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["repair", "number"], name="damage_number_once"),
            models.CheckConstraint(condition=Q(photo__isnull=True) | Q(side="photo"), name="damage_photo_side"),
            models.CheckConstraint(condition=Q(x__lte=1000, y__lte=1000), name="damage_on_the_device"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.note}"


class SelfCheckIn(models.Model):
    """What the customer said of one booked device at the door. We have not taken it yet."""

    repair = models.OneToOneField("repairs.Repair", on_delete=models.CASCADE, related_name="self_check_in")
    accessories = models.CharField(max_length=300, blank=True)
    condition = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"self check-in of {self.repair}"
