"""The business, where it works, when it is open, and its policies. Setting values live here and nowhere else."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock

from .terms import Terms, all_terms, terms_in


class Business(models.Model):
    """One row: the shop itself. Amounts in pence, rates in basis points (2000 is 20 %)."""

    name = models.CharField(max_length=120, blank=True)
    legal_name = models.CharField(max_length=160, blank=True)
    company_number = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    website = models.URLField(blank=True)
    currency = models.CharField(max_length=3, default="GBP")
    vat_registered = models.BooleanField(default=False)
    vat_number = models.CharField(max_length=20, blank=True)
    vat_rate_bp = models.PositiveIntegerField(default=2000)
    # Policies (defaults are the product's decisions; every one is the owner's to change)
    diagnostic_bench_pence = models.PositiveIntegerField(default=2500)
    diagnostic_waived = models.BooleanField(default=True)
    warranty_days = models.PositiveIntegerField(default=90)
    warranty_premium_days = models.PositiveIntegerField(default=365)
    deposit_bp = models.PositiveIntegerField(default=3000)
    deposit_above_pence = models.PositiveIntegerField(default=20000)
    urgency_priority_bp = models.PositiveIntegerField(default=2500)
    urgency_same_day_bp = models.PositiveIntegerField(default=5000)
    collection_pence = models.PositiveIntegerField(default=1500)
    post_pence = models.PositiveIntegerField(default=500)
    price_holds_days = models.PositiveIntegerField(default=7)
    quote_holds_days = models.PositiveIntegerField(default=30)
    gives_repair_form = models.BooleanField(default=False)  # the European Repair Information Form, with every quote
    asks_for_reviews = models.BooleanField(default=True)  # once for each repair, by e-mail
    review_after_days = models.PositiveSmallIntegerField(default=3)
    terms = models.TextField(blank=True)
    terms_in = models.JSONField(default=dict, blank=True)  # in other languages: {language: words}
    terms_version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(null=True, blank=True)  # set when set-up is finished: bookings begin
    # The face: what every page shows, so that no page asks for it apart. Empty colours are the product's.
    brand_soft = models.CharField(max_length=7, blank=True)  # bands and first buttons, #rrggbb
    brand_strong = models.CharField(max_length=7, blank=True)  # headings, and words on the soft colour
    brand_action = models.CharField(max_length=7, blank=True)  # links and second buttons
    logo = models.CharField(max_length=60, blank=True)  # name of the stored picture
    banner = models.CharField(max_length=200, blank=True)
    banner_link = models.CharField(max_length=200, blank=True)  # a path of ours, or an https address
    banner_from = models.DateTimeField(null=True, blank=True)
    banner_until = models.DateTimeField(null=True, blank=True)
    # What differs from the product's menus: [{"at", "name", "labels": {language: text}, "hidden"}], in order.
    menu = models.JSONField(default=list, blank=True)
    photos = models.JSONField(default=dict, blank=True)  # of the shop itself, by place: site/photos.py
    links = models.JSONField(default=list, blank=True)  # of the shop's own texts: [{"at", "label", "href"}]

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_business")]

    def __str__(self) -> str:
        return self.name or "RevivaTech"

    @property
    def has_terms(self) -> bool:
        return bool(all_terms(self))

    @property
    def terms_here(self) -> Terms | None:
        """As the reader of the page gets them."""
        return terms_in(self)


class Nation(models.TextChoices):
    """Whose bank holidays a location keeps (names as GOV.UK's divisions)."""

    ENGLAND_AND_WALES = "england-and-wales", _("England and Wales")
    SCOTLAND = "scotland", _("Scotland")
    NORTHERN_IRELAND = "northern-ireland", _("Northern Ireland")
    ELSEWHERE = "elsewhere", _("Elsewhere: closures by hand")


class Location(models.Model):
    """A place where devices are handed over and repaired, with its slot rules."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    line1 = models.CharField(max_length=120)
    line2 = models.CharField(max_length=120, blank=True)
    town = models.CharField(max_length=80)
    postcode = models.CharField(max_length=12)
    country = models.CharField(max_length=2, default="GB")
    nation = models.CharField(max_length=24, choices=Nation, default=Nation.ENGLAND_AND_WALES)
    zone_name = models.CharField(max_length=64, default="Europe/London")
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    # In the owner's words: which door, where to park, which bell to ring.
    directions = models.CharField(max_length=400, blank=True)
    active = models.BooleanField(default=True)
    # Slots
    slot_minutes = models.PositiveSmallIntegerField(default=30)
    slot_capacity = models.PositiveSmallIntegerField(default=2)
    walk_in_places = models.PositiveSmallIntegerField(default=0)  # of each slot's capacity, never sold online
    buffer_minutes = models.PositiveSmallIntegerField(default=0)  # kept free after each slot
    notice_minutes = models.PositiveIntegerField(default=120)
    horizon_days = models.PositiveSmallIntegerField(default=30)
    offers_collection = models.BooleanField(default=True)
    offers_post = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(slot_minutes__gte=5, slot_minutes__lte=240), name="slot_minutes_sane"),
            models.CheckConstraint(condition=Q(walk_in_places__lte=F("slot_capacity")), name="walk_in_within_capacity"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)


class OpeningHours(models.Model):
    """One open stretch of a weekday (Monday is 0), in the location's own time. A break is the gap between two stretches."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_sane"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="closes_after_opening"),
            models.UniqueConstraint(fields=["location", "weekday", "opens"], name="opening_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens:%H:%M}–{self.closes:%H:%M}"


class Closure(models.Model):
    """Whole days closed, first and last included. No location: the whole business."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, null=True, blank=True, related_name="closures")
    first = models.DateField()
    last = models.DateField()
    reason = models.CharField(max_length=120)
    bank_holiday = models.BooleanField(default=False)

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="closure_in_order"),
            models.UniqueConstraint(
                fields=["location", "first"], condition=Q(bank_holiday=True), name="bank_holiday_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} ({self.first})"


class DailyCap(models.Model):
    """At most this many bookings a day of one kind of work (`kind` is a service key, or `same_day`, `collection`)."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="daily_caps")
    kind = models.CharField(max_length=40)
    at_most = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["location", "kind"], name="daily_cap_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.at_most} a day"


class MailSettings(models.Model):
    """One row: the SMTP server. The password is encrypted with a key outside the database."""

    host = models.CharField(max_length=200, blank=True)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(
        max_length=10, default="starttls", choices=[("starttls", "STARTTLS"), ("tls", "TLS"), ("none", _("None"))]
    )
    username = models.CharField(max_length=200, blank=True)
    password_sealed = models.TextField(blank=True)
    sender = models.EmailField(blank=True)
    sender_name = models.CharField(max_length=120, blank=True)
    tested_at = models.DateTimeField(
        null=True, blank=True
    )  # a test message was accepted by the server with these settings

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_mail_settings")]

    def __str__(self) -> str:
        return self.host or "off"


class SetupStep(models.Model):
    """A page of the set-up wizard that has been finished."""

    key = models.CharField(max_length=40, unique=True)
    done_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.key
