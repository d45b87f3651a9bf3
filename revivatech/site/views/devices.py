"""From all devices down to one model, each level a page of its own with what is known and nothing more."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from revivatech.catalogue.choices import CATEGORIES_IN_PLURAL, Category
from revivatech.catalogue.models import Brand, DeviceModel, Family
from revivatech.catalogue.queries import model_at, services_for
from revivatech.platform.problems import NotFound
from revivatech.platform.web.helpers import money
from revivatech.shop.queries import business

from .. import browse, structured
from ..head import Head
from ..models import Review
from ..overview import overview
from ..pricelist import Offers, offers_of
from ..reviews.queries import Said, newest
from .common import front_page, show

MOST_REVIEWS = 5


def _root() -> tuple[str, str]:
    return (_("Devices"), reverse("site:devices"))


def _kind(category: str) -> tuple[str, str]:
    return (capfirst(str(CATEGORIES_IN_PLURAL[Category(category)])), reverse("site:devices_of", args=[category]))


def _maker(brand: Brand) -> tuple[str, str]:
    return (brand.name, reverse("site:devices_of", args=[brand.slug]))


@front_page
def index(request: HttpRequest) -> HttpResponse:
    """Every kind of device we take."""
    kinds = overview().kinds
    head = Head(
        title=_("Devices we repair"),
        description=_("Find your phone, tablet, laptop, desktop, console or watch and see what its repair costs."),
        path=reverse("site:devices"),
        trail=[_root()],
        index=bool(kinds),
    )
    return show(request, "site/devices/index.html", head, {"kinds": kinds})


@front_page
def devices_of(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of a kind of device or of a brand; a brand named like a kind is found below that kind."""
    if slug in Category.values:
        return _category(request, slug)
    brand = Brand.objects.filter(slug=slug, hidden=False).first()
    families = browse.families_of(brand) if brand else []
    if brand is None or not families:
        raise NotFound
    groups = [
        (_kind(key)[0], key, [one for one in families if one.category == key])
        for key in Category.values
        if any(one.category == key for one in families)
    ]
    names = ", ".join(family.name for family in families[:4])
    head = Head(
        title=_("%(brand)s repairs") % {"brand": brand.name},
        description=_("%(brand)s repairs with the price shown first: %(families)s and more.")
        % {"brand": brand.name, "families": names},
        path=reverse("site:devices_of", args=[brand.slug]),
        trail=[_root(), _maker(brand)],
    )
    return show(request, "site/devices/brand.html", head, {"brand": brand, "groups": groups})


def _category(request: HttpRequest, category: str) -> HttpResponse:
    brands = browse.brands_of(category)
    label = str(CATEGORIES_IN_PLURAL[Category(category)])
    prices = overview().prices[category]
    head = Head(
        title=_("%(kind)s repairs") % {"kind": Category(category).label},
        description=_("What repairs of %(devices)s cost, by brand and model, with the warranty and the next free time.")
        % {"devices": label},
        path=reverse("site:devices_of", args=[category]),
        trail=[_root(), _kind(category)],
        index=bool(brands),
    )
    rows = [(service, prices.get(service.key)) for service in services_for(category)]
    context = {"label": label, "category": category, "brands": brands, "rows": rows, "currency": business().currency}
    return show(request, "site/devices/category.html", head, context)


@front_page
def family(request: HttpRequest, brand: str, category: str, slug: str) -> HttpResponse:
    """The models of a family. A family of one is its model's page told twice, so engines leave it out."""
    found = Family.objects.select_related("brand").filter(
        brand__slug=brand, brand__hidden=False, category=category, slug=slug
    )
    row = found.first()
    models = browse.models_of(row) if row else []
    if row is None or not models:
        raise NotFound
    path = reverse("site:family", args=[brand, category, slug])
    head = Head(
        title=_("%(family)s repairs") % {"family": row},
        description=_("Repair prices for each %(family)s: choose your model, %(names)s.")
        % {"family": row, "names": ", ".join(model.name for model in models[:3])},
        path=path,
        trail=[_root(), _kind(category), _maker(row.brand), (row.name, path)],
        index=len(models) > 1,
    )
    return show(request, "site/devices/family.html", head, {"family": row, "models": models})


@front_page
def model(request: HttpRequest, brand: str, slug: str) -> HttpResponse:
    """One model: what we do to it, what that costs, how long it takes, when you could come."""
    found = model_at(brand, slug) or browse.moved(brand, slug)
    if found is None:
        raise NotFound
    if (found.brand.slug, found.slug) != (brand, slug):
        return redirect("site:model", found.brand.slug, found.slug, permanent=True)
    offers = offers_of(found)
    said = newest(Review.objects.filter(repair__device__model=found), MOST_REVIEWS)
    context = {
        "model": found,
        "offers": offers,
        "common": browse.common_faults(found),
        "others": browse.neighbours(found),
        "soonest": overview().soonest,
        "said": said,
        "identifiers": [row.value for row in found.identifiers.all()],
    }
    return show(request, "site/devices/model.html", _head_of(found, offers, said), context)


def _head_of(model: DeviceModel, offers: Offers, said: Said) -> Head:
    """With no price at all the page is thin: people may read it, engines need not."""
    path = reverse("site:model", args=[model.brand.slug, model.slug])
    family = (model.family.name, reverse("site:family", args=[model.brand.slug, model.category, model.family.slug]))
    shop = business()
    priced = offers.priced
    first = ", ".join(
        f"{offer.service.label} {money(offer.lowest.amount_pence, offers.price.currency)}" for offer in priced[:3]
    )
    text = (
        _("%(device)s repair: %(prices)s. Warranty and time beside each price.")
        if first
        else _("%(device)s repair: we look at it and quote before any work.")
    )
    return Head(
        title=_("%(device)s repair prices") % {"device": model.full_name},
        description=text % {"device": model.full_name, "prices": first},
        path=path,
        trail=[_root(), _kind(model.category), _maker(model.brand), family, (model.name, path)],
        data=[
            structured.organization(shop),
            *structured.model_services(model, priced, path=path, currency=offers.price.currency),
            *structured.model_as_said(model, said, path=path),
        ],
        image=reverse("site:card", args=[model.brand.slug, model.slug]),
        index=bool(priced),
    )
