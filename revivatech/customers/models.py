"""Profiles, the devices people own, and what they agreed to."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper
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


class PresentManager(models.Manager["Customer"]):
    """Whoever was merged into somebody else is found through `everyone` only: no search, list or form meets them."""

    def get_queryset(self) -> CustomerQuerySet:
        return CustomerQuerySet(self.model, using=self._db).filter(merged_into=None)

    def visible_to(self, actor: Actor) -> CustomerQuerySet:
        return self.get_queryset().visible_to(actor)


class PresentDevices(models.Manager["CustomerDevice"]):
    """The same for devices."""

    def get_queryset(self) -> models.QuerySet[CustomerDevice]:
        return super().get_queryset().filter(merged_into=None)


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
    # Their rows are at that one; whoever erases it erases this one too.
    merged_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="merged")

    objects = PresentManager()
    everyone = CustomerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="customer_reachable"),
            models.CheckConstraint(condition=Q(merged_into=None) | Q(user=None), name="merged_customer_has_no_account"),
        ]
        indexes = [
            models.Index(Upper("email"), name="customer_email"),  # as `iexact` asks
            models.Index(fields=["phone"], name="customer_phone"),
            # Any part of a name or address; as `icontains` asks for it.
            GinIndex(
                OpClass(Upper("name"), name="gin_trgm_ops"),
                OpClass(Upper("company"), name="gin_trgm_ops"),
                OpClass(Upper("email"), name="gin_trgm_ops"),
                OpClass("phone", name="gin_trgm_ops"),
                name="customer_part",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def flags(self) -> list[str]:
        """What staff must know before they go on."""
        return [note.body for note in self.notes.all() if note.flagged]


class CustomerDevice(models.Model):
    """One device of a customer: from the catalogue, or named in their own words (`described`)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="devices")
    model = models.ForeignKey("catalogue.DeviceModel", on_delete=models.PROTECT, null=True, blank=True, db_index=False)
    described = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=12)
    serial = models.CharField(max_length=40, blank=True)
    imei = models.CharField(max_length=15, blank=True)
    colour = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    merged_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="merged")

    objects = PresentDevices()
    everyone: ClassVar[models.Manager[CustomerDevice]] = models.Manager()

    class Meta:
        verbose_name_plural = _("devices")
        constraints = [
            models.CheckConstraint(condition=Q(model__isnull=False) | ~Q(described=""), name="device_named"),
        ]
        indexes = [
            models.Index(fields=["serial"], name="device_serial"),
            models.Index(fields=["imei"], name="device_imei"),
            models.Index(Upper("serial"), name="device_serial_any_case"),
            # All devices of some models, without a look at the rows: what a search for a model walks the queue with.
            models.Index(fields=["model", "id"], name="device_of_model"),
            GinIndex(OpClass(Upper("described"), name="gin_trgm_ops"), name="device_described_part"),
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
    language = models.CharField(max_length=10, blank=True)  # of the wording; unknown for what is older than languages
    version = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=40)  # booking | portal | counter
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = _("consents")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.topic} {self.channel} {'yes' if self.given else 'no'}"


class CustomerNote(models.Model):
    """What staff should know of a customer. A flagged one is shown wherever the customer is met."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes")
    body = models.TextField(max_length=1000)
    flagged = models.BooleanField(default=False)
    author_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = _("notes")
        ordering = ["-flagged", "-id"]

    def __str__(self) -> str:
        return f"note on {self.customer}"


class Company(models.Model):
    """A business account: a firm whose people book repairs, see one another's and approve prices. It is closed, not deleted."""

    name = models.CharField(max_length=120)
    vat_number = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="company_part")]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A customer speaks for a company, with these rights, from `since` to `until`. Other rights are another row: what was
    booked while `may_book` held is the company's for ever, and what came before or after is the person's own."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="contacts")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    may_book = models.BooleanField(default=True)
    may_approve = models.BooleanField(default=False)
    manages = models.BooleanField(default=False)  # invites, changes and removes contacts
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = _("contacts of companies")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(until=None), name="contact_of_one_company"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="contact_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.company}"


class ContactInvitation(models.Model):
    """Waits for one address to join a company. Accepted or withdrawn it is deleted: the log tells of it."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    may_book = models.BooleanField(default=True)
    may_approve = models.BooleanField(default=False)
    manages = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint("company", Lower("email"), name="contact_invited_once")]
        indexes = [models.Index(Lower("email"), name="contact_invitation_email")]

    def __str__(self) -> str:
        return f"{self.email} · {self.company}"


class Merge(models.Model):
    """Two rows that were one thing: what the kept one gained, so that it can go back.

    `moved` holds the ids of the rows that pointed to the other one, by `app.model.field`; `held` (customers only) what
    pointed to the devices that came along; `filled` the fields of the kept row that were empty.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")  # the one kept
    other = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    device = models.ForeignKey(CustomerDevice, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    other_device = models.ForeignKey(CustomerDevice, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    moved = models.JSONField(default=dict)
    held = models.JSONField(default=dict)
    filled = models.JSONField(default=list)
    user = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(other__isnull=False, device=None, other_device=None)
                | Q(other=None, device__isnull=False, other_device__isnull=False),
                name="merge_of_customers_or_devices",
            ),
            models.UniqueConstraint(fields=["other"], condition=Q(undone_at=None), name="customer_merged_once"),
            models.UniqueConstraint(fields=["other_device"], condition=Q(undone_at=None), name="device_merged_once"),
        ]

    def __str__(self) -> str:
        return f"merge into {self.device or self.customer}"
