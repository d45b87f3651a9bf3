"""The workbench's device catalogue: list, show, add, edit, hide, merge."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.platform.problems import NotFound

from .. import actions
from ..choices import Category
from ..forms import DeviceForm
from ..history import history_of
from ..listing import device_page, number
from ..models import Brand, DeviceModel, PriceRule
from ..search import search
from ..store import identifiers_by_model
from .common import asked_of, done, next_page


@require_safe
@needs("catalogue.edit")
def index(request: HttpRequest) -> HttpResponse:
    asked = asked_of(request, "q", "category", "brand", "state", "after")
    page = device_page(asked, actor=acting(request))
    context = {
        "page": page,
        "asked": asked,
        "older": next_page(request, page.after),
        "categories": [("", _("Every kind")), *Category.choices],
        "brands": [("", _("Every brand")), *Brand.objects.values_list("slug", "name")],
    }
    return render(request, "catalogue/devices/index.html", context)


@require_safe
@needs("catalogue.edit")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    model = _model(request, pk)
    rules = PriceRule.objects.filter(active=True, model=model).select_related("service")
    context = {
        "model": model,
        "identifiers": identifiers_by_model([pk]).get(pk, []),
        "merged": model.merged.select_related("brand"),
        "rules": rules,
        "history": history_of("device_model", pk),
    }
    return render(request, "catalogue/devices/show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("catalogue.edit")
def new(request: HttpRequest) -> HttpResponse:
    form = DeviceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        model = done(form, lambda: actions.add_model(form.row, by=acting(request)))
        if model is not None:
            messages.success(request, _("%(name)s was added.") % {"name": model.full_name})
            return redirect("catalogue:show", model.pk)
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("catalogue.edit")
def details(request: HttpRequest, pk: int) -> HttpResponse:
    model = _model(request, pk)
    initial = DeviceForm.initial_of(model, identifiers_by_model([pk]).get(pk, []))
    form = DeviceForm(request.POST if request.method == "POST" else None, initial=initial)
    save = lambda: actions.edit_model(pk, form.row, by=acting(request))  # noqa: E731
    if request.method == "POST" and form.is_valid() and done(form, save) is not None:
        messages.success(request, _("Saved."))
        return redirect("catalogue:show", pk)
    return _form(request, form, model)


@require_POST
@needs("catalogue.edit")
def visibility(request: HttpRequest, pk: int) -> HttpResponse:
    if request.POST.get("hidden") == "1":
        actions.hide_model(pk, by=acting(request))
        messages.success(request, _("Customers no longer see this device."))
    else:
        actions.show_model(pk, by=acting(request))
        messages.success(request, _("Customers see this device again."))
    return redirect("catalogue:show", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("catalogue.edit")
def merger(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the device this one is the same as, then merge."""
    model = _model(request, pk)
    if request.method == "POST":
        actions.merge_model(pk, into=number(request.POST.get("into")), by=acting(request))
        messages.success(request, _("Merged. You can undo this on the page of the merged device."))
        return redirect("catalogue:show", pk)
    text = asked_of(request, "q")["q"]
    found = [other for other in search(text or model.full_name, limit=10) if other.pk != pk]
    return render(request, "catalogue/devices/merger.html", {"model": model, "found": found, "q": text})


@require_POST
@needs("catalogue.edit")
def separation(request: HttpRequest, pk: int) -> HttpResponse:
    actions.unmerge_model(pk, by=acting(request))
    messages.success(request, _("The merge was undone."))
    return redirect("catalogue:show", pk)


def _form(request: HttpRequest, form: DeviceForm, model: DeviceModel | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "model": model}
    return render(request, "catalogue/devices/form.html", context, status=422 if form.errors else 200)


def _model(request: HttpRequest, pk: int) -> DeviceModel:
    models = DeviceModel.objects.visible_to(acting(request)).select_related("brand", "family", "merged_into__brand")
    model = models.filter(pk=pk).first()
    if model is None:
        raise NotFound
    return model
