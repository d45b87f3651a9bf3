"""Step 1: which device, from the catalogue, from the customer's own, or in words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts.access import acting
from revivatech.catalogue.models import Brand, Category, DeviceModel
from revivatech.catalogue.queries import brands, listed_model, models
from revivatech.catalogue.search import search
from revivatech.customers.models import CustomerDevice

from ..checks import own_device
from ..forms import AboutForm, UnlistedForm
from ..wizard import Step, Wizard, drop_device, put_device
from .common import draft_of, go_on, profile_of, save, show, wizard_page

FOUND_AT_MOST = 12


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Where links to the booking lead: a search or a chosen model begins at the device, else it goes on where it was left."""
    asked = {name: request.GET[name] for name in ("q", "model") if request.GET.get(name)}
    if asked:
        return redirect(f"{reverse('booking:device', args=[1])}?{urlencode(asked)}")
    draft = draft_of(request)
    if draft is None or draft.booking_id is not None:
        return redirect("booking:device", 1)
    return go_on(draft)


@require_safe
def suggestions(request: HttpRequest, number: int) -> HttpResponse:
    """Models that fit what is being typed, as links into the wizard."""
    page = reverse("booking:device", args=[number])
    found = [
        (model.full_name, f"{page}?model={model.pk}", model.year) for model in search(request.GET.get("q", "")[:100])
    ]
    return render(request, "booking/suggestions.html", {"found": found, "asked": request.GET.get("q", "")})


@require_http_methods(["GET", "HEAD", "POST"])
@wizard_page(Step.DEVICE)
def device(request: HttpRequest, wizard: Wizard, number: int) -> HttpResponse:
    stored = wizard.stored_device(number)
    chosen = _chosen(request, stored)
    if chosen is None:
        return show(request, Step.DEVICE, wizard, _browsing(request, number), number=number)
    form = _form(request, chosen, stored)
    if request.method == "POST" and form.is_valid():
        about = {**chosen, **form.about()}
        draft = save(request, lambda answers: put_device(answers, number, about))
        return go_on(draft)
    context = {
        "form": form,
        "label": _label(chosen, request),
        "unlisted": chosen["model_id"] is chosen["own_device_id"] is None,
    }
    return show(request, Step.DEVICE, wizard, context, number=number, status=422 if form.errors else 200)


@require_POST
@wizard_page(Step.ISSUE)
def removal(request: HttpRequest, wizard: Wizard, number: int) -> HttpResponse:
    return go_on(save(request, lambda answers: drop_device(answers, number)))


def _chosen(request: HttpRequest, stored: dict[str, Any]) -> dict[str, Any] | None:
    """What the address or the draft says is being booked; None while the visitor still looks for it."""
    chosen: dict[str, Any] = {"category": "", "model_id": None, "own_device_id": None, "described": ""}
    if model := listed_model(_number(request, "model")):
        return {**chosen, "model_id": model.pk, "category": model.category}
    if mine := own_device(_number(request, "mine"), acting(request)):
        return {**chosen, "own_device_id": mine.pk, "category": mine.category}
    if "unlisted" in request.GET:
        return chosen
    if not stored or {"q", "category", "brand", "again"} & request.GET.keys():
        return None
    return {name: stored.get(name, chosen[name]) for name in chosen}


def _form(request: HttpRequest, chosen: dict[str, Any], stored: dict[str, Any]) -> AboutForm:
    data = request.POST if request.method == "POST" else None
    initial = {**stored, "identity": stored.get("imei") or stored.get("serial", "")}
    if chosen["model_id"] or chosen["own_device_id"]:
        return AboutForm(data, initial=initial, category=chosen["category"], own=bool(chosen["own_device_id"]))
    return UnlistedForm(data, initial={"described": request.GET.get("q", "")[:120], **initial}, category="")


def _label(chosen: dict[str, Any], request: HttpRequest) -> str:
    if model := listed_model(chosen["model_id"] or 0):
        return model.full_name
    return str(own_device(chosen["own_device_id"] or 0, acting(request)) or "")


def _browsing(request: HttpRequest, number: int) -> dict[str, Any]:
    """Search results, or one level of category → brand → model."""
    asked, category = request.GET.get("q", "")[:100].strip(), request.GET.get("category", "")
    category = category if category in Category.values else ""
    brand = Brand.objects.filter(pk=_number(request, "brand")).first() if category else None
    listed: list[DeviceModel] = models(category, brand) if brand else []
    profile = profile_of(request)
    mine = (
        CustomerDevice.objects.filter(customer=profile).select_related("model__brand").order_by("-pk")
        if profile
        else []
    )
    return {
        "form": None,
        "asked": asked,
        "found": search(asked, limit=FOUND_AT_MOST) if asked else [],
        "categories": Category.choices,
        "category": category,
        "category_label": Category(category).label if category else "",
        "brands": brands(category) if category and not brand else [],
        "brand": brand,
        "models": listed,
        "mine": list(mine)[:6],
        "here": reverse("booking:device", args=[number]),
    }


def _number(request: HttpRequest, name: str) -> int:
    """A row's id from the address; 0 for anything that is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
