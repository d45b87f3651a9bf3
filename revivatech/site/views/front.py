"""The home page, and the living style page for staff."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from revivatech.accounts.access import needs
from revivatech.platform.ui.tokens import measured_pairs
from revivatech.repairs.statuses import STAGES
from revivatech.shop.queries import business

from .. import photos, structured
from ..head import Head
from ..models import Review
from ..overview import overview
from ..queries import places
from ..reviews.queries import newest
from ..specimens import SpecimenForm, mistaken, specimens
from .common import front_page, remembers_language, show

MOST_PRICES = 8
MOST_REVIEWS = 3


@remembers_language
@front_page
def home(request: HttpRequest) -> HttpResponse:
    """Can you fix mine, what does it cost, when, can I trust you; while the shop is not set up, only that."""
    shop, found, shared = business(), places(), overview()
    said = newest(Review.objects.all(), MOST_REVIEWS)
    pictured = photos.shown(shop, photos.WORKSHOP, photos.TEAM)
    organization = structured.pictured(structured.organization(shop), pictured)
    head = Head(
        title=_("Device repair: price first, then book"),
        description=_("Find your device, see the full price, choose a time and follow every stage of the repair."),
        path=reverse("site:home"),
        data=[
            structured.rated(organization, said),
            *(structured.local_business(shop, place.location) for place in found),
        ],
        image=photos.card_of(pictured),
    )
    context = {
        "stages": STAGES,
        "places": found,
        "kinds": shared.kinds,
        "services": shared.priced[:MOST_PRICES],
        "soonest": shared.soonest,
        "trust": shared.trust,
        "said": said,
        "pictured": pictured,
    }
    return show(request, "site/home.html", head, context)


@require_safe
@needs("shop.settings")
def style(request: HttpRequest) -> HttpResponse:
    """Every component in every state, so that a change to one is seen before it is felt."""
    theme = request.GET.get("theme")
    shown = {
        "theme": theme if theme in ("light", "dark") else "",
        "direction": "rtl" if request.GET.get("dir") == "rtl" else "",
        "pairs": measured_pairs(),
        "form": SpecimenForm(),
        "bad_form": mistaken(),
        "off_form": SpecimenForm(prefix="off"),
        **specimens(),
    }
    return render(request, "site/style.html", shown)
