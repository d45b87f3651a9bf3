"""The catalogue as visitors walk it: kinds of device, brands, families, models. Listed ones only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils.functional import Promise

from revivatech.booking.models import BookedIssue
from revivatech.catalogue.choices import CATEGORIES_IN_PLURAL, Category
from revivatech.catalogue.models import Brand, DeviceModel, Family, Service

ENOUGH_TO_SAY = 10  # bookings of a service on a device before we call it common
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """A category with how many listed models it has."""

    key: str
    count: int

    @property
    def plural(self) -> Promise:
        return CATEGORIES_IN_PLURAL[Category(self.key)]


def kinds() -> list[Kind]:
    """Categories in which a model is listed, in the catalogue's order. One query."""
    counts = dict(DeviceModel.objects.listed().order_by().values_list("category").annotate(Count("pk")))
    return [Kind(key, counts[key]) for key in Category.values if counts.get(key)]


def brands_of(category: str) -> list[Brand]:
    """Brands with listed models of the category, each with `listed`, how many; the largest first."""
    mine = Q(device_models__category=category, device_models__hidden=False, device_models__merged_into__isnull=True)
    found = Brand.objects.filter(hidden=False).annotate(listed=Count("device_models", filter=mine))
    return list(found.filter(listed__gt=0).order_by("-listed", "name"))


def families_of(brand: Brand) -> list[Family]:
    """Families of a brand with a listed model, each with `listed`, by category and the newest first."""
    mine = Q(device_models__hidden=False, device_models__merged_into__isnull=True)
    found = Family.objects.filter(brand=brand).annotate(listed=Count("device_models", filter=mine))
    return list(found.filter(listed__gt=0).order_by("category", "-listed", "name"))


def models_of(family: Family) -> list[DeviceModel]:
    listed = DeviceModel.objects.listed().filter(family=family).select_related("brand", "family")
    return list(listed.order_by(F("year").desc(nulls_last=True), "name", "pk"))


def neighbours(model: DeviceModel, *, at_most: int = 6) -> list[DeviceModel]:
    """Other models of the family, those nearest in age first."""
    year = model.year or 0
    others = [one for one in models_of(model.family) if one.pk != model.pk]
    return sorted(others, key=lambda one: (abs((one.year or 0) - year), one.name))[:at_most]


def common_faults(model: DeviceModel) -> Sequence[Service]:
    """What people book most for this model, from our own bookings; nothing until there are enough to be honest."""
    counted = (
        BookedIssue.objects.filter(booked_device__device__model=model)
        .order_by()
        .values_list("service")
        .annotate(times=Count("pk"))
        .filter(times__gte=ENOUGH_TO_SAY)
        .order_by("-times")
    )
    order = [pk for pk, _times in counted[:MOST_NAMED]]
    services = Service.objects.filter(bookable=True).in_bulk(order)
    return [services[pk] for pk in order if pk in services]


def moved(brand_slug: str, slug: str) -> DeviceModel | None:
    """The model of that address when it now belongs to another brand: a name keeps its slug, the brand before it may change."""
    if not Brand.objects.filter(slug=brand_slug).exists() or DeviceModel.objects.filter(
        brand__slug=brand_slug, slug=slug
    ):
        return None
    found = DeviceModel.objects.listed().filter(slug=slug).select_related("brand", "family")[:2]
    return found[0] if len(found) == 1 else None
