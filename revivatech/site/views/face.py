"""Colours, logo and banner: the settings page, and what browsers fetch of them."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.platform.problems import Invalid, NotFound
from revivatech.platform.ui.tokens import Pair, colours, measured_pairs
from revivatech.shop import logos as kept_logos
from revivatech.shop.actions import change_business
from revivatech.shop.models import Business
from revivatech.shop.queries import active_locations, business

from .. import brand, logos
from ..forms import FaceForm
from .common import FOR_OTHERS

FOR_EVER = 31_536_000


@require_safe
@cache_control(max_age=FOR_EVER, public=True, immutable=True)
def style_sheet(request: HttpRequest, version: str) -> HttpResponse:
    """The shop's colours. The address changes with them; an old one is not there any more."""
    chosen = brand.colours_of(business())
    if version != brand.version(chosen):
        raise NotFound
    return HttpResponse(brand.style_sheet(chosen), content_type="text/css; charset=utf-8")


@require_safe
@cache_control(max_age=FOR_EVER, public=True, immutable=True)
def logo(request: HttpRequest, name: str) -> HttpResponse:
    data = kept_logos.read(name)
    if data is None:
        raise NotFound
    return HttpResponse(data, content_type="image/png", headers=FOR_OTHERS)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("shop.settings")
def settings(request: HttpRequest) -> HttpResponse:
    """Refuses colours that somebody could not read, and says which and by how much."""
    shop = business()
    form = FaceForm(request.POST or None, request.FILES or None, initial=_initial(shop))
    chosen, failing = brand.colours_of(shop), list[Pair]()
    if request.method == "POST" and form.is_valid():
        chosen = brand.colours_of(Business(**{name: form.cleaned_data[name] for name in FaceForm.COLOURS}))
        failing = brand.failing(chosen)
        if failing:
            form.add_error(
                None, _("These colours cannot be read everywhere. Nothing was changed; the table says what fails.")
            )
        elif _saved(request, form, shop):
            messages.success(request, _("Saved."))
            return redirect("site:face")
    context = {"form": form, "chosen": chosen, "ours": brand.OURS, "failing": failing, "pairs": _pairs(chosen)}
    return render(request, "site/face.html", context, status=422 if form.errors else 200)


def _initial(shop: Business) -> dict[str, Any]:
    first, until = shop.banner_from, shop.banner_until
    return {
        **{name: getattr(shop, name) for name in (*FaceForm.COLOURS, "banner", "banner_link")},
        "banner_from": first.astimezone(_zone()).date() if first else None,
        "banner_until": until.astimezone(_zone()).date() if until else None,
    }


def _zone() -> Any:
    from zoneinfo import ZoneInfo

    first = active_locations().first()
    return first.zone if first else ZoneInfo("UTC")


def _saved(request: HttpRequest, form: FaceForm, shop: Business) -> bool:
    data = form.cleaned_data
    first, last = data["banner_from"], data["banner_until"]
    changes = {name: data[name] for name in (*FaceForm.COLOURS, "banner", "banner_link")}
    changes["banner_from"] = datetime.combine(first, time(), _zone()) if first else None
    changes["banner_until"] = datetime.combine(last, time(23, 59, 59), _zone()) if last else None
    try:
        changes["logo"] = "" if data["no_logo"] else logos.keep(data["logo"]) if data["logo"] else shop.logo
        change_business(changes, part="face", by=acting(request))
    except Invalid as problem:
        for name, texts in problem.errors.items():
            for text in texts:
                form.add_error(name if name in form.fields else None, str(text))
        return False
    return True


def _pairs(chosen: brand.Colours) -> list[Pair]:
    """The pairs in which the brand takes part, as they are with the chosen colours."""
    carried = brand.tokens(chosen)
    known = {**colours(), **carried}
    return [pair for pair in measured_pairs(known) if pair.foreground in carried or pair.background in carried]
