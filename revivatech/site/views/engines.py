"""What search engines and link previews ask for."""

from __future__ import annotations

from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from revivatech.catalogue.queries import model_at
from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.problems import NotFound
from revivatech.platform.web.helpers import money
from revivatech.platform.web.languages import alternates
from revivatech.shop.queries import business, is_open

from .. import brand, sitemap
from ..cards import Card, picture
from ..head import absolute
from ..pricelist import offers_of
from .common import FOR_OTHERS

# The product's own private corners. Private links are not here: their pages say noindex, which only a reader can obey.
PRIVATE = (
    "/workbench/",
    "/account/",
    "/accounts/",
    "/track/",
    "/bookings/",
    "/setup/",
    "/first/",
    "/join/",
    "/api/",
    "/language/",
)
NO_REPAIR = frozenset({"diagnostic", "custom"})  # finding a fault mends nothing: "repairs from" does not count it
_XML = "application/xml; charset=utf-8"
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_LANGUAGES = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_IMAGES = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


@require_safe
@cache_control(max_age=86400, public=True)
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {there}" for path in PRIVATE for _code, there in alternates(path)),
        "",
        f"Sitemap: {absolute('/sitemap.xml')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(max_age=3600, public=True)
def index(request: HttpRequest) -> HttpResponse:
    """The list of the sitemap's files; empty until the shop is open."""
    parts = sitemap.parts() if is_open() else []
    rows = "".join(
        f"<sitemap><loc>{absolute(reverse('site:sitemap_part', args=[part]))}</loc></sitemap>" for part in parts
    )
    return _xml(f"<sitemapindex {_SPACE}>{rows}</sitemapindex>")


@require_safe
@cache_control(max_age=3600, public=True)
def part(request: HttpRequest, part: str) -> HttpResponse:
    hit("sitemap", address_block(client_address(request)), limit=60, per=60)
    entries = sitemap.entries(part) if is_open() else None
    if entries is None:
        raise NotFound
    return _xml(f"<urlset {_SPACE} {_LANGUAGES} {_IMAGES}>{''.join(map(_url, entries))}</urlset>")


def _url(entry: sitemap.Entry) -> str:
    """The page once for each language, each naming all of them, as search engines ask."""
    found = alternates(entry.path)
    if len(found) < 2:
        return _one(entry, entry.path, "")
    named = [*found, ("x-default", found[0][1])]
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{escape(absolute(path))}"/>' for code, path in named
    )
    return "".join(_one(entry, path, links) for _code, path in found)


def _one(entry: sitemap.Entry, path: str, links: str) -> str:
    image = f"<image:image><image:loc>{escape(absolute(entry.image))}</image:loc></image:image>" if entry.image else ""
    return f"<url><loc>{escape(absolute(path))}</loc>{links}{image}</url>"


def _xml(body: str) -> HttpResponse:
    return HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>{body}', content_type=_XML)


@require_safe
@cache_control(max_age=86400, public=True)
def card(request: HttpRequest, brand_slug: str, slug: str) -> HttpResponse:
    """The picture that a link to a model shows in messages."""
    model = model_at(brand_slug, slug) if is_open() else None
    if model is None:
        raise NotFound
    hit("card", address_block(client_address(request)), limit=120, per=60)
    shop, offers = business(), offers_of(model)
    priced = [offer.lowest for offer in offers.priced if offer.service.key not in NO_REPAIR]
    text = _("See the price, then decide")
    if priced:
        text = _("Repairs from %(price)s") % {"price": money(min(line.amount_pence for line in priced), shop.currency)}
    colours = brand.colours_of(shop)
    said = Card(str(shop), model.full_name, text, colours.soft, colours.strong, colours.action)
    return HttpResponse(
        picture(f"model-{model.pk}-{get_language()}", said), content_type="image/png", headers=FOR_OTHERS
    )
