"""What the shop does and where: services, prices, how a repair goes, locations, firms, warranty, search."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from revivatech.booking.availability import Slot
from revivatech.catalogue.choices import CATEGORIES_IN_PLURAL, Category
from revivatech.catalogue.models import Service
from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.problems import NotFound
from revivatech.platform.spoken import spoken
from revivatech.repairs.statuses import STAGES
from revivatech.repairs.warranty import rights
from revivatech.shop.models import Business
from revivatech.shop.queries import business, locations_with_hours

from .. import photos, structured, texts
from ..finding import find
from ..head import Head
from ..overview import overview
from ..queries import place_at, places
from ..times import Soonest, soonest
from .common import front_page, show

MOST_SEARCHES, PER = 60, 60


def _page(name: str, title: str, description: str, **more: Any) -> Head:
    path = reverse(f"site:{name}")
    return Head(title=title, description=description, path=path, trail=[(title, path)], **more)


@front_page
def services(request: HttpRequest) -> HttpResponse:
    """Every service with the least it costs."""
    shared = overview()
    low = shared.lowest
    rows = [(service, low.get(service.key)) for service in shared.services]
    head = _page("services", _("Repairs we do"), _("Screens, batteries, ports, boards, liquid damage, data and more: what we repair and from which price."), index=bool(rows))  # fmt: skip
    return show(request, "site/services.html", head, {"rows": rows, "currency": business().currency})


@front_page
def service(request: HttpRequest, key: str) -> HttpResponse:
    """One service: on which kinds of device, and from which price."""
    found = Service.objects.filter(key=key, bookable=True).first()
    if found is None:
        raise NotFound
    shop, shared = business(), overview()
    path = reverse("site:service", args=[key])
    kinds = [kind for kind in shared.kinds if not found.categories or kind.key in found.categories]
    rows = [(kind, shared.prices[kind.key].get(key)) for kind in kinds]
    lows = [low for _kind, low in rows if low]
    head = Head(
        title=_("%(service)s: what it costs") % {"service": found.label},
        description=_("%(service)s. %(summary)s. Prices by kind of device, with warranty.")
        % {"service": found.label, "summary": spoken(found.summary).rstrip(".") or _("Ask us")},
        path=path,
        trail=[(_("Repairs we do"), reverse("site:services")), (found.label, path)],
        data=[
            structured.organization(shop),
            structured.service_of(found.label, spoken(found.summary), lows, path=path, currency=shop.currency),
        ],
        index=bool(lows),
    )
    return show(request, "site/service.html", head, {"service": found, "rows": rows, "currency": shop.currency})


@front_page
def prices(request: HttpRequest) -> HttpResponse:
    """The price list: the least of each service on each kind of device, and what is added to it."""
    shared, shop = overview(), business()
    found, names = shared.prices, shared.services
    groups = [
        (kind, capfirst(str(CATEGORIES_IN_PLURAL[Category(kind.key)])), [(one, found[kind.key][one.key]) for one in names if one.key in found[kind.key]])
        for kind in shared.kinds
    ]  # fmt: skip
    groups = [group for group in groups if group[2]]
    head = _page("prices", _("Prices"), _("What our repairs cost, by kind of device. The price you see before booking is the price you pay."), index=bool(groups))  # fmt: skip
    return show(
        request, "site/prices.html", head, {"groups": groups, "currency": shop.currency, "extras": _extras(shop)}
    )


def _extras(shop: Business) -> list[tuple[str, str, int]]:
    """What may be added: name, kind of number (`bp` share, `pence` amount), number."""
    return [
        (_("Priority: ahead of the queue"), "bp", shop.urgency_priority_bp),
        (_("Same day, where it can be done"), "bp", shop.urgency_same_day_bp),
        (_("Collection from your door"), "pence", shop.collection_pence),
        (_("Return by post"), "pence", shop.post_pence),
        (_("Diagnosis at the bench when no repair follows"), "pence", shop.diagnostic_bench_pence),
    ]


@front_page
def how(request: HttpRequest) -> HttpResponse:
    """The seven stages, and the component the customer will follow them on, with the fourth one under way."""
    head = _page("how", _("How a repair goes"), _("Seven stages from checking in to collection, each shown to you on a private page as it happens."))  # fmt: skip
    states = ["done", "done", "done", "now", "todo", "todo", "todo"]
    example = [
        {
            "title": stage.label,
            "text": stage.customer_text if state == "now" else "",
            "icon": stage.icon,
            "state": state,
        }
        for stage, state in zip(STAGES, states, strict=True)
    ]
    return show(request, "site/how.html", head, {"stages": STAGES, "example": example})


@front_page
def locations(request: HttpRequest) -> HttpResponse:
    found, shop = places(), business()
    head = _page("locations", _("Where to find us"), _("Addresses, opening hours and directions."), data=[structured.organization(shop), *(structured.local_business(shop, place.location) for place in found)])  # fmt: skip
    return show(request, "site/locations.html", head, {"places": found})


@front_page
def location(request: HttpRequest, slug: str) -> HttpResponse:
    place = place_at(slug)
    if place is None:
        raise NotFound
    shop, path = business(), reverse("site:location", args=[slug])
    row = place.location
    pictured = photos.shown(shop, photos.of_location(row.pk))
    head = Head(
        title=_("Device repair in %(town)s: %(name)s") % {"town": row.town, "name": row.name},
        description=_("%(name)s, %(line)s, %(town)s %(postcode)s: opening hours, directions and the next free time.")
        % {"name": row.name, "line": row.line1, "town": row.town, "postcode": row.postcode},
        path=path,
        trail=[(_("Where to find us"), reverse("site:locations")), (row.name, path)],
        data=[structured.organization(shop), structured.pictured(structured.local_business(shop, row), pictured)],
        image=photos.card_of(pictured),
    )
    next_time: Soonest | None = soonest([row])
    slot: Slot | None = next_time.slot if next_time else None
    return show(request, "site/location.html", head, {"place": place, "slot": slot, "pictured": pictured})


@front_page
def firms(request: HttpRequest) -> HttpResponse:
    """What a firm gets here; only what the product really does."""
    head = _page("business", _("Repairs for businesses"), _("Repairs for firms: VAT invoices, several devices in one booking, collection, and one page to follow them all."))  # fmt: skip
    return show(request, "site/business.html", head, {"places": places()})


@front_page
def search(request: HttpRequest) -> HttpResponse:
    """Models, services, texts and answers for `?q=`."""
    hit("site-search", address_block(client_address(request)), limit=MOST_SEARCHES, per=PER)
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    head = _page("search", _("Search"), _("Find your device, a repair or a page."), index=False)
    return show(request, "site/search.html", head, {"asked": asked, "found": find(asked)})


@front_page
def warranty(request: HttpRequest) -> HttpResponse:
    """The warranty as the policies say it, in the owner's words, and beside it the rights by law."""
    head = _page("warranty", _("Our warranty"), _("How long the warranty on a repair lasts, what it covers and how to use it."))  # fmt: skip
    first = locations_with_hours().first()
    law = rights.chosen() or rights.by_country(first.country if first else "GB")
    context = {"text": texts.shown("warranty", business()), "rights": rights.shown(rights.current_version(law))}
    return show(request, "site/warranty.html", head, context)
