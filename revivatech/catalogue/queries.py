"""Questions about the catalogue that others ask. Rows a reader may see: `DeviceModel.objects.visible_to(actor)`."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef

from revivatech.platform.questions import Question

from .models import Brand, DeviceModel, Service


def brands(category: str) -> list[Brand]:
    """Brands with at least one listed model of the category, by name."""
    listed = DeviceModel.objects.listed().filter(category=category, brand=OuterRef("pk"))
    return list(Brand.objects.filter(Exists(listed)).order_by("name"))


def models(category: str, brand: Brand | int) -> list[DeviceModel]:
    """Listed models of a brand in a category: families by name, the newest model of each first."""
    listed = DeviceModel.objects.listed().filter(category=category, brand=brand).select_related("brand", "family")
    return list(listed.order_by("family__name", F("year").desc(nulls_last=True), "name", "pk"))


def services_for(category: str) -> list[Service]:
    """Bookable services for a category, in the shop's order."""
    return [service for service in _BOOKABLE() if not service.categories or category in service.categories]


_BOOKABLE = Question(lambda: Service.objects.filter(bookable=True).order_by("position", "name"))
_MODEL = Question(lambda pk: DeviceModel.objects.select_related("brand", "family").filter(pk=pk))


def listed_model(pk: int) -> DeviceModel | None:
    """The listed model, or the one it was merged into in the end; None when that is hidden or never was."""
    seen: set[int] = set()
    while pk not in seen:
        seen.add(pk)
        found = _MODEL.first(pk=pk)
        if found is None or found.merged_into_id is None:
            return None if found is None or found.hidden or found.brand.hidden else found
        pk = found.merged_into_id
    return None


def model_at(brand_slug: str, slug: str) -> DeviceModel | None:
    """The listed model of that address, following merges; its own slug may then be another one."""
    pk = DeviceModel.objects.filter(brand__slug=brand_slug, slug=slug).values_list("pk", flat=True).first()
    return listed_model(pk) if pk is not None else None
