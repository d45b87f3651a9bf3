"""Profiles, the devices people own, and what they agreed to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, actor: Actor) -> CustomerQuerySet:
        """Staff who may see customers: all. A signed-in customer: their own profile. Everybody else: none."""
        if actor.may("customers.view"):
            return self
        if actor.user_id is not None:
            return self.filter(user_id=actor.user_id)
        return self.none()


class PreferredContact(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone call")
    SMS = "sms", _("Text message")


class Customer(models.Model):
    """A person or firm we work for. Two people may share an e-mail address: families and firms do."""

    user = models.OneToOneField(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="customer"
    )
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True)  # E.164
    preferred_contact = models.CharField(max_length=8, choices=PreferredContact, default=PreferredContact.EMAIL)
    is_business = models.BooleanField(default=False)
    company = models.CharField(max_length=120, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    locale = models.CharField(max_length=10, default="en-gb")
    created_at = models.DateTimeField(default=clock.now)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="customer_reachable"),
        ]
        indexes = [
            models.Index(Lower("email"), name="customer_email"),
            models.Index(fields=["phone"], name="customer_phone"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerDevice(models.Model):
    """One device of a customer: from the catalogue, or named in their own words (`described`)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="devices")
    model = models.ForeignKey("catalogue.DeviceModel", on_delete=models.PROTECT, null=True, blank=True)
    described = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=12)
    serial = models.CharField(max_length=40, blank=True)
    imei = models.CharField(max_length=15, blank=True)
    colour = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(model__isnull=False) | ~Q(described=""), name="device_named"),
        ]
        indexes = [
            models.Index(fields=["serial"], name="device_serial"),
            models.Index(fields=["imei"], name="device_imei"),
        ]

    def __str__(self) -> str:
        return self.model.full_name if self.model else self.described


class Consent(models.Model):
    """A yes or no, as it was given: channel, exact wording, moment, where from. The newest row counts; none is changed."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    topic = models.CharField(max_length=20)  # terms | marketing
    channel = models.CharField(max_length=10, blank=True)  # email | sms | push; empty for terms
    given = models.BooleanField()
    wording = models.TextField()
    version = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=40)  # booking | portal | counter
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.topic} {self.channel} {'yes' if self.given else 'no'}"
