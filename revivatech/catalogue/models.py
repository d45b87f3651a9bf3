"""What we repair, what we do to it, and what that costs."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.spoken import spoken

from .choices import Category, Quality

__all__ = [
    "Brand",
    "CatalogueImport",
    "CatalogueLoad",
    "Category",
    "DeviceIdentifier",
    "DeviceModel",
    "Family",
    "PriceRule",
    "Quality",
    "SearchTerm",
    "Service",
]


class Brand(models.Model):
    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    hidden = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Family(models.Model):
    """A line of models of one brand in one category, such as Apple iPhone or Dell XPS."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="families")
    category = models.CharField(max_length=12, choices=Category)
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["brand", "category", "slug"], name="family_once")]

    def __str__(self) -> str:
        return f"{self.brand} {self.name}"


class DeviceModelQuerySet(models.QuerySet["DeviceModel"]):
    def listed(self) -> DeviceModelQuerySet:
        """What the public sees: neither hidden nor merged away, of a brand that is not hidden."""
        return self.filter(hidden=False, merged_into__isnull=True, brand__hidden=False)

    def visible_to(self, actor: Actor) -> DeviceModelQuerySet:
        return self if actor.may("catalogue.edit") else self.listed()


class DeviceModel(models.Model):
    """A model a customer would name. `key` ties the row to the shipped data; rows an owner adds have none."""

    key = models.CharField(max_length=160, unique=True, null=True, blank=True)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="device_models")
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="device_models")
    category = models.CharField(max_length=12, choices=Category)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    released = models.DateField(null=True, blank=True)
    support_end = models.DateField(null=True, blank=True)
    aliases = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=60, blank=True)
    confidence = models.CharField(max_length=8, blank=True)
    hidden = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    edited_at = models.DateTimeField(null=True, blank=True)  # an owner changed it: loading leaves it alone
    created_at = models.DateTimeField(default=clock.now)

    objects = DeviceModelQuerySet.as_manager()

    class Meta:
        ordering = ["brand__name", "name"]
        constraints = [models.UniqueConstraint(fields=["brand", "slug"], name="model_slug_once")]
        indexes = [
            models.Index(fields=["category", "brand", "-year"], name="model_browse"),
            # For parts of a name in whatever case, as `icontains` asks.
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="model_name_part", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return full_name(self.brand.name, self.name)


def full_name(brand: str, name: str) -> str:
    """Brand and name, the brand only once."""
    return name if name.lower().startswith(brand.lower()) else f"{brand} {name}"


class DeviceIdentifier(models.Model):
    """A model number such as A2337 or SM-G991B. `compact` is lower case without separators."""

    model = models.ForeignKey(DeviceModel, on_delete=models.CASCADE, related_name="identifiers")
    value = models.CharField(max_length=40)
    compact = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "compact"], name="identifier_once")]

    def __str__(self) -> str:
        return self.value


class SearchTerm(models.Model):
    """One way to call a listed model: its name, an alias or an identifier, normalised by `words.py`.

    Derived, and rebuilt whenever the model changes; a model that is hidden or merged away has none.
    """

    class Kind(models.TextChoices):
        NAME = "name"
        ALIAS = "alias"
        IDENTIFIER = "identifier"

    model = models.ForeignKey(DeviceModel, on_delete=models.CASCADE, related_name="search_terms")
    kind = models.CharField(max_length=10, choices=Kind)
    category = models.CharField(max_length=12)  # the model's, so that one table answers the search
    year = models.PositiveSmallIntegerField()  # the model's, 0 when unknown
    words = models.CharField(max_length=240)  # "iphone 13 pro max"
    compact = models.CharField(max_length=240)  # nothing between: "iphone13promax"

    class Meta:
        # No fastupdate: a pending list after each load would cost every search more than the load saves.
        indexes = [
            GinIndex(fields=["words"], name="search_words_trgm", opclasses=["gin_trgm_ops"], fastupdate=False),
            GinIndex(fields=["compact"], name="search_compact_trgm", opclasses=["gin_trgm_ops"], fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.words


class CatalogueLoad(models.Model):
    """Which shipped data file was loaded, so that an unchanged file is not read again."""

    sha256 = models.CharField(max_length=64, unique=True)
    words_version = models.PositiveIntegerField()  # of words.py, by which the search terms were made
    loaded_at = models.DateTimeField(default=clock.now)
    added = models.PositiveIntegerField()
    updated = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.sha256[:12]


class CatalogueImport(models.Model):
    """A CSV file of devices that staff uploaded: kept from preview to import, and afterwards as the record of it."""

    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    content = models.TextField()
    lines = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now)
    applied_at = models.DateTimeField(null=True, blank=True)
    added = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.file_name


class Service(models.Model):
    """A repair type. `categories` empty means every category; not `bookable` means hidden, from the counter too."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    summary = models.CharField(max_length=200, blank=True)
    icon = models.CharField(max_length=40, blank=True)
    categories = models.JSONField(default=list, blank=True)
    has_quality = models.BooleanField(default=False)
    bookable = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="service_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language. What is stored, and searched for, is `name`."""
        return spoken(self.name)

    @property
    def kinds(self) -> list[str]:
        """What kinds of device it is offered for, in words; empty means every kind."""
        return [str(label) for key, label in Category.choices if key in self.categories]


class PriceRule(models.Model):
    """Gross price, bench hours and warranty of a service, narrowed by category, brand, family or model.

    The most specific rule wins: model, then family, then brand with category, then brand, then category, then none.
    No `quality`: the rule holds for every quality for which there is no rule of its own at the same narrowness.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="rules")
    category = models.CharField(max_length=12, choices=Category, blank=True)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, blank=True)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, null=True, blank=True)
    model = models.ForeignKey(DeviceModel, on_delete=models.CASCADE, null=True, blank=True)
    quality = models.CharField(max_length=10, choices=Quality, blank=True)
    price_pence = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField(default=60)  # bench time
    warranty_days = models.PositiveIntegerField(null=True, blank=True)  # empty: the shop's policy for the quality
    from_price = models.BooleanField(default=False)  # an estimate: the quote after diagnosis decides
    reviewed_at = models.DateTimeField(null=True, blank=True)  # empty: a starter price nobody has looked at
    active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "category", "brand", "family", "model", "quality"],
                nulls_distinct=False,
                condition=Q(active=True),
                name="price_rule_once",
            ),
            models.CheckConstraint(
                condition=Q(model__isnull=True) | (Q(family__isnull=True) & Q(brand__isnull=True) & Q(category="")),
                name="price_rule_model_alone",
            ),
            models.CheckConstraint(
                condition=Q(family__isnull=True) | (Q(brand__isnull=True) & Q(category="")),
                name="price_rule_family_alone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.price_pence}"
