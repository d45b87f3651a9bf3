"""Drafts of the booking wizard, confirmed bookings, and the places in the diary they hold."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock, ids
from revivatech.platform.actors import Actor


class Handover(models.TextChoices):
    DROP_OFF = "drop_off", _("Drop-off")
    COLLECTION = "collection", _("Collection")
    POST = "post", _("Post")


class Urgency(models.TextChoices):
    STANDARD = "standard", _("Standard")
    PRIORITY = "priority", _("Priority")
    SAME_DAY = "same_day", _("Same day")


class Backup(models.TextChoices):
    FULL = "full", _("Everything is backed up")
    PARTLY = "partly", _("Partly")
    NONE = "none", _("Not backed up")
    NO_MATTER = "no_matter", _("The data does not matter")


def new_booking_code() -> str:
    return ids.new_code("BK")


class BookingDraft(models.Model):
    """What a visitor has answered so far, by step. Kept 24 hours after the last change.

    `booking` is set when it was confirmed: sending its last form again leads to that booking instead of a second one.
    """

    token = models.CharField(max_length=40, unique=True, default=ids.new_token)
    answers = models.JSONField(default=dict)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, blank=True)
    booking = models.ForeignKey("Booking", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"draft {self.pk}"


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, actor: Actor) -> BookingQuerySet:
        """Staff: bookings of the locations where they may view them. Customers: their own. A private link: that one."""
        if actor.link is not None:
            kind, pk = actor.link
            return self.filter(pk=pk) if kind == "booking" else self.none()
        locations = actor.locations_for("bookings.view")
        if locations is None:
            return self
        if locations:
            return self.filter(location_id__in=locations)
        if actor.user_id is not None:
            return self.filter(customer__user_id=actor.user_id)
        return self.none()

    def on_page(self, actor: Actor, most: int = 20) -> BookingQuerySet:
        """The newest that `actor` may see, with what a line of a list shows."""
        return self.visible_to(actor).select_related("location").order_by("-pk")[:most]


class Booking(models.Model):
    """An agreement to bring, collect or post 1 to 3 devices at a price.

    `price` is the engine's result as it was shown (lines, rules, amounts); `total_pence` is the gross total promised.
    Post has no slot; drop-off and collection have one.
    """

    class Status(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        ARRIVED = "arrived", _("Device received")
        CANCELLED = "cancelled", _("Cancelled")

    code = models.CharField(max_length=16, unique=True, default=new_booking_code)
    token = models.CharField(max_length=40, unique=True, default=ids.new_token)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="bookings")
    location = models.ForeignKey("shop.Location", on_delete=models.PROTECT, related_name="bookings")
    handover = models.CharField(max_length=12, choices=Handover)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.STANDARD)
    status = models.CharField(max_length=10, choices=Status, default=Status.CONFIRMED)
    address = models.JSONField(default=dict, blank=True)  # where to collect from or post back to
    price = models.JSONField(default=dict)
    total_pence = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="GBP")
    price_holds_until = models.DateTimeField()
    terms_version = models.PositiveIntegerField()
    start_requested = models.BooleanField(default=False)  # asked us to begin within the 14-day cancellation period
    source = models.CharField(max_length=10, default="online")  # online | counter | api
    created_at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    calendar_sequence = models.PositiveSmallIntegerField(default=0)  # calendars replace an entry by a higher number

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("bookings")
        constraints = [
            models.CheckConstraint(
                condition=Q(handover="post", starts_at__isnull=True)
                | (~Q(handover="post") & Q(starts_at__isnull=False)),
                name="booking_slot_unless_post",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="booking_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["location", "starts_at"], name="booking_diary"),
            models.Index(fields=["location"], condition=Q(handover="post", status="confirmed"), name="booking_by_post"),
            GinIndex(OpClass(Upper("code"), name="gin_trgm_ops"), name="booking_code_part"),
        ]

    def __str__(self) -> str:
        return self.code


class BookedDevice(models.Model):
    """One device of a booking with what is wrong with it. `price` is this device's part of the booking's price."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="devices")
    position = models.PositiveSmallIntegerField()
    device = models.ForeignKey("customers.CustomerDevice", on_delete=models.PROTECT)
    description = models.TextField(max_length=1500)
    condition = models.CharField(max_length=300, blank=True)
    backup = models.CharField(max_length=10, choices=Backup)
    swollen_battery = models.BooleanField(default=False)
    price = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = _("booked devices")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "position"], name="booked_device_position_once"),
            models.CheckConstraint(condition=Q(position__gte=1, position__lte=3), name="booked_device_up_to_three"),
        ]

    def __str__(self) -> str:
        return f"{self.booking} #{self.position}"


class BookedIssue(models.Model):
    """One service asked for on a booked device, with the quality chosen."""

    booked_device = models.ForeignKey(BookedDevice, on_delete=models.CASCADE, related_name="issues")
    service = models.ForeignKey("catalogue.Service", on_delete=models.PROTECT)
    quality = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["booked_device", "service"], name="issue_once")]

    def __str__(self) -> str:
        return str(self.service)


class Stretch(Func):
    """`[start, end)` as PostgreSQL's range of moments."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class SlotPlace(models.Model):
    """One place at the counter for the length of one slot, held by one booking.

    The exclusion constraint is what refuses to sell the last place twice. It looks at overlap rather than at equal
    starts, so it still holds after the owner changed the length of the slots.
    """

    location = models.ForeignKey("shop.Location", on_delete=models.PROTECT)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.PositiveSmallIntegerField()  # 1 … places sold online in that slot
    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="slot_place")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="slot_place_once",
                expressions=[
                    ("location", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    (Stretch("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(place__gte=1), name="slot_place_from_one"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_place_ends_after_start"),
        ]
        indexes = [models.Index(fields=["location", "ends_at"], name="slot_place_to_come")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} place {self.place}"


class CapPlace(models.Model):
    """One booking of a kind of work that can be capped (`shop.DailyCap`), numbered within its day.

    Written whether or not a cap is set, so that a cap set tomorrow counts what was booked today.
    """

    location = models.ForeignKey("shop.Location", on_delete=models.PROTECT)
    day = models.DateField()
    kind = models.CharField(max_length=40)
    place = models.PositiveSmallIntegerField()
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="cap_places")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["location", "day", "kind", "place"], name="cap_place_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.day} #{self.place}"
