"""What customers say of a repair, who was asked, and who does not want to be."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock

from .queries import ReviewQuerySet

EDIT_FOR = timedelta(days=14)


class Review(models.Model):
    """One customer's words about one repair of theirs. Published at once, whatever its stars.

    `hidden_for` is one of the stated reasons; there is no other way to keep a review from the public. `name` is what
    readers see, empty for a customer who wants none. `language` is that of the page it was written on.
    """

    class Reason(models.TextChoices):
        PERSONAL_DATA = "personal_data", _("It holds personal data of somebody")
        ABUSE = "abuse", _("It is abusive")
        NOT_THE_REPAIR = "not_the_repair", _("It is not about the repair")
        COURT_ORDER = "court_order", _("A court ordered it")

    repair = models.OneToOneField("repairs.Repair", on_delete=models.CASCADE, related_name="review")
    stars = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=2000, blank=True)
    name = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10)
    written_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    hidden_for = models.CharField(max_length=16, choices=Reason, blank=True)
    reply = models.TextField(max_length=2000, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # the customer was told of the first answer

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="one_to_five_stars")]

    def __str__(self) -> str:
        return f"{self.stars} of 5 for {self.repair_id}"

    @property
    def may_be_edited(self) -> bool:
        return clock.now() < self.written_at + EDIT_FOR


class WithdrawnReview(models.Model):
    """There was a review of this repair, and its customer took it back: nothing of it is kept but that it was."""

    repair = models.OneToOneField("repairs.Repair", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"withdrawn: {self.repair_id}"


class ReviewRequest(models.Model):
    """The customer was asked about this repair; nobody is asked twice."""

    repair = models.OneToOneField("repairs.Repair", on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"asked about {self.repair_id}"


class ReviewOptOut(models.Model):
    """This customer wants no more requests for reviews."""

    customer = models.OneToOneField("customers.Customer", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = _("wishes not to be asked for reviews")

    def __str__(self) -> str:
        return f"no requests to {self.customer_id}"
