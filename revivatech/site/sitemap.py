"""Which pages search engines should know. A page that says nothing of its own is not among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse

from revivatech.catalogue.choices import Category
from revivatech.catalogue.models import Brand, DeviceModel, Family, PriceRule, Service
from revivatech.shop.models import Business
from revivatech.shop.queries import business, locations_with_hours

from . import browse, photos
from .models import Review, Text
from .pricelist import by_service, price_list
from .starters import NAMED
from .texts import address

PART = 5_000  # models in one file; the standard allows ten times as many addresses
PLAIN = ("home", "devices", "services", "prices", "how", "locations", "business", "warranty", "contact")


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    image: str = ""


def parts() -> list[str]:
    """Names of the files: the pages, then the models in runs by id."""
    top = DeviceModel.objects.listed().order_by("-pk").values_list("pk", flat=True).first() or 0
    return ["pages", *(f"models-{number}" for number in range(1, -(-top // PART) + 1))]


def entries(part: str) -> Iterator[Entry] | None:
    """The addresses of one file, or None when there is no such file."""
    if part == "pages":
        return _pages()
    number = part.removeprefix("models-")
    if part.startswith("models-") and number.isascii() and number.isdigit() and len(number) < 6 and int(number) > 0:
        return _models((int(number) - 1) * PART, int(number) * PART)
    return None


def _pages() -> Iterator[Entry]:
    prices = price_list()
    shop = business()
    for name in PLAIN:
        pictured = (photos.WORKSHOP, photos.TEAM) if name == "home" else ()
        yield Entry(reverse(f"site:{name}"), _image(shop, *pictured))
    published = Text.objects.filter(published__isnull=False).values_list("slug", flat=True)
    for slug in sorted({slug for slug, named in NAMED.items() if named.shipped} | set(published)):
        if slug not in PLAIN and "--" not in slug:
            yield Entry(address(slug))
    if shop.has_terms:
        yield Entry(address("terms"))
    if Review.objects.shown().exists():
        yield Entry(reverse("site:reviews"))
    for location in locations_with_hours():
        yield Entry(reverse("site:location", args=[location.slug]), _image(shop, photos.of_location(location.pk)))
    low = by_service(prices)
    for key in Service.objects.filter(bookable=True).values_list("key", flat=True):
        if key in low:
            yield Entry(reverse("site:service", args=[key]))
    for kind in browse.kinds():
        yield Entry(reverse("site:devices_of", args=[kind.key]))
    listed = Q(device_models__hidden=False, device_models__merged_into__isnull=True)
    for brand in Brand.objects.filter(hidden=False).annotate(n=Count("device_models", filter=listed)).filter(n__gt=0):
        if brand.slug not in Category.values:
            yield Entry(reverse("site:devices_of", args=[brand.slug]))
    families = Family.objects.filter(brand__hidden=False).select_related("brand")
    for family in families.annotate(n=Count("device_models", filter=listed)).filter(n__gt=1):
        yield Entry(reverse("site:family", args=[family.brand.slug, family.category, family.slug]))


def _image(shop: Business, *places: str) -> str:
    """The first photo of the shop on a page, in its largest size."""
    shown = photos.shown(shop, *places)
    return shown[0].sources[-1][0] if shown else ""


def _models(after: int, last: int) -> Iterator[Entry]:
    """Listed models with a price: all of a category with a price for any device, else those a narrower rule covers."""
    rows = DeviceModel.objects.listed().filter(priced(), pk__gt=after, pk__lte=last)
    for brand, slug in rows.order_by("pk").values_list("brand__slug", "slug"):
        yield Entry(reverse("site:model", args=[brand, slug]), reverse("site:card", args=[brand, slug]))


def priced() -> Q:
    """The models that some active rule covers."""
    rules = PriceRule.objects.filter(active=True, service__bookable=True)
    covered = Q(pk__in=rules.filter(model__isnull=False).values("model")) | Q(
        family__in=rules.filter(family__isnull=False).values("family")
    )
    for rule in rules.filter(model=None, family=None).select_related("service").distinct():
        of_service = Q(category__in=rule.service.categories) if rule.service.categories else Q()
        of_rule = Q(category=rule.category) if rule.category else Q()
        of_brand = Q(brand=rule.brand_id) if rule.brand_id else Q()
        covered |= Q(pk__isnull=False) & of_service & of_rule & of_brand
    return covered
