"""What anybody may ask: which devices fit what is being typed, and what a repair of one costs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.problems import NotFound
from revivatech.platform.ui.navigation import link_to

from ..choices import Category
from ..models import DeviceModel
from ..pricing import DeviceAsk, IssueAsk, quote
from ..queries import model_at, services_for
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
        book = link_to("booking:start")
        items = [(model.full_name, f"{book}?model={model.pk}", model.year or "") for model in found]
        response = render(request, "catalogue/suggestions.html", {"items": items, "asked": text})
    patch_cache_control(response, public=True, max_age=CACHED)
    patch_vary_headers(response, ["Accept", "Accept-Language"])
    return response


@require_safe
def device(request: HttpRequest, brand: str, slug: str) -> HttpResponse:
    """What we repair on a device and what that costs today. The address of a merged device leads to the one it became."""
    model = model_at(brand, slug)
    if model is None:
        raise NotFound
    if (model.brand.slug, model.slug) != (brand, slug):
        return redirect("catalogue:device", model.brand.slug, model.slug, permanent=True)
    issues = tuple(IssueAsk(service.key) for service in services_for(model.category))
    ask = DeviceAsk(model.category, model.pk, model.brand_id, model.family_id, model.full_name, issues)
    price = quote([ask])
    lines = [line for line in price.lines if line.kind == "service"]
    context = {"model": model, "lines": lines, "price": price, "book": link_to("booking:start")}
    return render(request, "catalogue/device.html", context)


def _plain(model: DeviceModel) -> dict[str, object]:
    return {
        "id": model.pk,
        "name": model.full_name,
        "brand": model.brand.name,
        "family": model.family.name,
        "category": model.category,
        "year": model.year,
    }
