"""Pages of the workbench's lists: filtered, ordered, cut by key and never by count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from revivatech.platform.actors import Actor

from .choices import Category
from .models import DeviceModel, PriceRule
from .pricing.rulebook import BRAND, BRAND_AND_CATEGORY, CATEGORY, FAMILY, GENERAL, MODEL
from .search import search
from .words import compact

PAGE = 50
STATES = ("listed", "hidden", "merged", "edited")
NARROWNESS: dict[str, int] = {
    "model": MODEL,
    "family": FAMILY,
    "brand_and_category": BRAND_AND_CATEGORY,
    "brand": BRAND,
    "category": CATEGORY,
    "general": GENERAL,
}


@dataclass(frozen=True, slots=True)
class Page[Row]:
    """Some rows, and the key after which the next page begins (None on the last)."""

    rows: list[Row]
    after: int | None


def device_page(asked: Mapping[str, str], *, actor: Actor) -> Page[DeviceModel]:
    """Devices by brand and name; with `q` the best fifty matches."""
    seen = DeviceModel.objects.visible_to(actor).select_related("brand", "family", "merged_into__brand")
    models = _filtered(seen, asked)
    if text := asked.get("q", "").strip()[:200]:
        return Page(_found(models, text), None)
    models = models.order_by("brand__name", "name", "pk")
    last = DeviceModel.objects.select_related("brand").filter(pk=number(asked.get("after"))).first()
    if last is not None:
        brand, name = last.brand.name, last.name
        models = models.filter(
            Q(brand__name__gt=brand)
            | Q(brand__name=brand, name__gt=name)
            | Q(brand__name=brand, name=name, pk__gt=last.pk)
        )
    return _cut(list(models[: PAGE + 1]))


def rule_page(asked: Mapping[str, str]) -> Page[PriceRule]:
    """Active price rules by service, the widest first."""
    rules = PriceRule.objects.filter(active=asked.get("state") != "retired").select_related(
        "service", "brand", "family__brand", "model__brand"
    )
    if service := asked.get("service"):
        rules = rules.filter(service__key=service)
    if asked.get("state") == "unreviewed":
        rules = rules.filter(reviewed_at__isnull=True)
    rules = _of_narrowness(rules, NARROWNESS.get(asked.get("narrowness", "")))
    rules = rules.order_by("service__position", "service_id", "pk")
    last = PriceRule.objects.select_related("service").filter(pk=number(asked.get("after"))).first()
    if last is not None:
        place, service_id = last.service.position, last.service_id
        rules = rules.filter(
            Q(service__position__gt=place)
            | Q(service__position=place, service_id__gt=service_id)
            | Q(service__position=place, service_id=service_id, pk__gt=last.pk)
        )
    return _cut(list(rules[: PAGE + 1]))


def _filtered(models: QuerySet[DeviceModel], asked: Mapping[str, str]) -> QuerySet[DeviceModel]:
    if asked.get("category") in Category.values:
        models = models.filter(category=asked["category"])
    if brand := asked.get("brand"):
        models = models.filter(brand__slug=brand)
    state = asked.get("state", "")
    if state == "hidden":
        return models.filter(hidden=True, merged_into__isnull=True)
    if state == "merged":
        return models.filter(merged_into__isnull=False)
    if state == "edited":
        return models.filter(edited_at__isnull=False)
    return models.filter(hidden=False, merged_into__isnull=True) if state == "listed" else models


def _found(models: QuerySet[DeviceModel], text: str) -> list[DeviceModel]:
    """The public search's matches in its order, then hidden and merged rows that contain the text."""
    best = {model.pk: place for place, model in enumerate(search(text, limit=PAGE))}
    part = Q(name__icontains=text)
    if short := compact(text):
        part |= Q(identifiers__compact__startswith=short[:40])
    rows = list(models.filter(Q(pk__in=best) | part).distinct()[: 2 * PAGE])
    return sorted(rows, key=lambda row: (best.get(row.pk, PAGE), row.full_name))[:PAGE]


def _of_narrowness(rules: QuerySet[PriceRule], narrowness: int | None) -> QuerySet[PriceRule]:
    if narrowness is None:
        return rules
    if narrowness in (MODEL, FAMILY):
        return rules.filter(**{f"{'model' if narrowness == MODEL else 'family'}__isnull": False})
    rules = rules.filter(model__isnull=True, family__isnull=True)
    rules = rules.filter(brand__isnull=narrowness not in (BRAND, BRAND_AND_CATEGORY))
    return rules.exclude(category="") if narrowness in (CATEGORY, BRAND_AND_CATEGORY) else rules.filter(category="")


def _cut[Row: (DeviceModel, PriceRule)](rows: list[Row]) -> Page[Row]:
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def number(text: str | None) -> int:
    """A row's key from an address or a form; 0, which no row has, for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0
