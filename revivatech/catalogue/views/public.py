"""What anybody may ask: which devices fit what is being typed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.ui.navigation import link_to

from ..choices import Category
from ..models import DeviceModel
from ..search import search

CACHED = 300  # seconds; the same for everybody
TRIES, PER = 240, 60  # somebody typing sends at most a few a second


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Models for `?q=`, best first: links for the search box, or JSON when that is preferred."""
    hit("suggestions", address_block(client_address(request)), limit=TRIES, per=PER)
    text, category = request.GET.get("q", ""), request.GET.get("category", "")
    found = search(text, category=category if category in Category.values else None)
    response: HttpResponse
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        response = JsonResponse({"devices": [_plain(model) for model in found]})
    else:
        items = [
            (model.full_name, link_to("site:model", model.brand.slug, model.slug), model.year or "") for model in found
        ]
        response = render(request, "catalogue/suggestions.html", {"items": items, "asked": text})
    patch_cache_control(response, public=True, max_age=CACHED)
    patch_vary_headers(response, ["Accept", "Accept-Language"])
    return response


def _plain(model: DeviceModel) -> dict[str, object]:
    return {
        "id": model.pk,
        "name": model.full_name,
        "brand": model.brand.name,
        "family": model.family.name,
        "category": model.category,
        "year": model.year,
    }
