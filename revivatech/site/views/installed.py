"""What a browser asks for to put the site on a home screen and to show something without a line."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from revivatech.platform.problems import NotFound
from revivatech.platform.ui.functions import page_language
from revivatech.shop.queries import business

from .. import brand, worker
from ..context import Face
from ..icons import SHAPES, SIZES, icon_of, png
from .common import NOINDEX
from .face import FOR_EVER


@require_safe
@cache_control(max_age=3600, public=True)
def offline(request: HttpRequest) -> HttpResponse:
    """What a browser that kept it shows without a line: how to reach us all the same."""
    response = render(request, "site/offline.html")
    response["X-Robots-Tag"] = NOINDEX
    return response


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root of the site, for a worker has a say only over what is below its own address. Asked for on each visit."""
    script = worker.script(request, Face(business))
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(max_age=3600, public=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the site on its home screen, in the shop's name and colours."""
    shop = business()
    name = str(shop)
    said = {
        "lang": page_language()["lang"],
        "dir": page_language()["dir"],
        "id": "/",
        "name": name,
        "short_name": name if len(name) <= 12 else name.split()[0][:12],
        "description": _("Find your device, see the full price, choose a time and follow every stage of the repair."),
        "start_url": reverse("site:home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f9fa",
        "theme_color": brand.colours_of(shop).strong,
        "icons": [_icon(size, shape) for shape in SHAPES for size in SIZES if size != 180],
        "shortcuts": [
            {"name": name, "url": reverse(view), "icons": [_icon(192, "any")]}
            for name, view in (
                (_("Book a repair"), "booking:start"),
                (_("Track my repair"), "repairs:find"),
                (_("Queue"), "repairs:queue"),
            )
        ],
    }
    return JsonResponse(said, content_type="application/manifest+json")


def _icon(size: int, shape: str) -> dict[str, Any]:
    return {
        "src": Face(business).icon(size, shape), "type": "image/png", "sizes": f"{size}x{size}", "purpose": shape,
    }  # fmt: skip


@require_safe
@cache_control(max_age=FOR_EVER, public=True, immutable=True)
def icon(request: HttpRequest, version: str, shape: str, size: int) -> HttpResponse:
    """The address changes with what the icon shows; an old one is not there any more."""
    shown = icon_of(business())
    if version != shown.version or size not in SIZES or shape not in SHAPES:
        raise NotFound
    return HttpResponse(png(shown, size, shape), content_type="image/png")
