"""The services of the shop in the workbench: list, add, change, hide, show, reorder."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts.access import acting
from revivatech.platform.problems import NotFound
from revivatech.shop.queries import business

from .. import actions
from ..forms import SERVICE_ICONS, ServiceForm
from ..history import history_of
from ..listing import number
from ..models import PriceRule, Service
from ..policies import check_prices
from ..pricing.stored import scope_of
from .common import done


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every service in the shop's order. A shop has some twenty of them: one page."""
    check_prices(acting(request))
    services = Service.objects.annotate(prices=Count("rules", filter=Q(rules__active=True)))
    services = services.order_by("position", "name", "pk")  # grouping drops the model's own order
    return render(request, "catalogue/services/index.html", {"services": services})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    check_prices(acting(request))
    form = ServiceForm(request.POST if request.method == "POST" else None)
    save = lambda: actions.add_service(form.values(), by=acting(request))  # noqa: E731
    if request.method == "POST" and form.is_valid() and (added := done(form, save)) is not None:
        messages.success(request, _("The service was added. Set a price for it, or every such repair is quoted."))
        return redirect("catalogue:service", added.pk)
    return _page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def service(request: HttpRequest, pk: int) -> HttpResponse:
    check_prices(acting(request))
    service = Service.objects.filter(pk=pk).first()
    if service is None:
        raise NotFound
    form = ServiceForm(request.POST if request.method == "POST" else None, initial=ServiceForm.initial_of(service))
    save = lambda: actions.edit_service(pk, form.values(), by=acting(request))  # noqa: E731
    if request.method == "POST" and form.is_valid() and done(form, save) is not None:
        messages.success(request, _("Saved. Bookings and repairs that name this service keep it."))
        return redirect("catalogue:service", pk)
    return _page(request, form, service)


@require_POST
def visibility(request: HttpRequest, pk: int) -> HttpResponse:
    if request.POST.get("hidden") == "1":
        actions.hide_service(pk, by=acting(request))
        messages.success(
            request, _("Nobody can book this service any more. Its prices are kept; you can show it again.")
        )
    else:
        actions.show_service(pk, by=acting(request))
        messages.success(request, _("Customers can book this service."))
    return redirect("catalogue:service", pk)


@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    actions.move_service(pk, place=number(request.POST.get("place")), by=acting(request))
    return redirect("catalogue:services")


def _page(request: HttpRequest, form: ServiceForm, service: Service | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "service": service, "currency": business().currency}
    context["icons"] = {name: {"icon": name} for name in SERVICE_ICONS}
    if service is not None:
        rules = PriceRule.objects.filter(service=service, active=True).order_by("pk")
        rules = rules.select_related("brand", "family__brand", "model__brand")
        context["rules"] = [(rule, scope_of(rule)) for rule in rules[:MOST_PRICES]]
        context["history"] = history_of("service", service.pk)
    return render(request, "catalogue/services/form.html", context, status=422 if form.errors else 200)


MOST_PRICES = 10  # shown beside the form; the list of prices has them all
