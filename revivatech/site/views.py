"""The public front: the home page, what robots and phones ask for, and the living style page for staff."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from revivatech.accounts.access import needs
from revivatech.platform.ui.tokens import measured_pairs
from revivatech.repairs.statuses import STAGES
from revivatech.shop.queries import business, is_open

from .queries import places
from .specimens import SpecimenForm, specimens

PRIVATE = ("/workbench/", "/account/", "/accounts/", "/track/", "/bookings/", "/setup/", "/first/", "/join/", "/api/")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What we do and how to begin; while the shop is not set up, only that."""
    if not is_open():
        return render(request, "site/not_open.html")
    return render(request, "site/home.html", {"stages": STAGES, "places": places()})


@require_safe
@cache_control(max_age=86400, public=True)
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(max_age=3600, public=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the site on its home screen."""
    name = str(business())
    icon = {"src": static("ui/favicon.svg"), "type": "image/svg+xml", "sizes": "any", "purpose": "any"}
    return JsonResponse(
        {
            "name": name,
            "short_name": name[:24],
            "start_url": "/",
            "display": "browser",
            "background_color": "#f6f9fa",
            "theme_color": "#1a5266",
            "icons": [icon],
        },
        content_type="application/manifest+json",
    )


@require_safe
@needs("shop.settings")
def style(request: HttpRequest) -> HttpResponse:
    """Every component in every state, so that a change to one is seen before it is felt."""
    theme = request.GET.get("theme")
    shown = {
        "theme": theme if theme in ("light", "dark") else "",
        "pairs": measured_pairs(),
        "form": SpecimenForm(),
        "bad_form": SpecimenForm({"email": "not-an-address", "amount": "-1"}),
        **specimens(),
    }
    return render(request, "site/style.html", shown)
