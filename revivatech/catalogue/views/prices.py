"""Price rules in the workbench: list, add, change, retire, explain, and the review of the starter prices."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts.access import acting
from revivatech.platform.problems import Invalid, NotFound
from revivatech.shop.queries import business

from .. import actions
from ..forms import RuleForm, StarterForm, TrialForm
from ..history import history_of
from ..listing import number, rule_page
from ..models import DeviceModel, PriceRule, Service
from ..policies import check_prices
from ..pricing import DeviceAsk, IssueAsk, compute, load_rulebook
from ..pricing.stored import scope_of
from ..services import name_of
from ..starter import STARTER_PRICES
from .common import asked_of, done, next_page


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    check_prices(acting(request))
    asked = asked_of(request, "service", "narrowness", "state", "after")
    page = rule_page(asked)
    context = {
        "rows": [(rule, scope_of(rule)) for rule in page.rows],
        "asked": asked,
        "older": next_page(request, page.after),
        "services": [("", _("Every service")), *((row.key, name_of(row)) for row in Service.objects.all())],
        "unreviewed": PriceRule.objects.filter(active=True, reviewed_at__isnull=True).count(),
        "currency": business().currency,
    }
    return render(request, "catalogue/prices/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    check_prices(acting(request))
    form = RuleForm(request.POST if request.method == "POST" else None, initial=_prefilled(request))
    save = lambda: actions.add_rule(form.values(), by=acting(request))  # noqa: E731
    if request.method == "POST" and form.is_valid() and done(form, save) is not None:
        messages.success(request, _("The price was added."))
        return redirect("catalogue:prices")
    context: dict[str, Any] = {"form": form, "rule": None, "history": []}
    return render(request, "catalogue/prices/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    check_prices(acting(request))
    rule = PriceRule.objects.select_related("service", "brand", "family__brand", "model__brand").filter(pk=pk).first()
    if rule is None:
        raise NotFound
    form = RuleForm(request.POST if request.method == "POST" else None, initial=RuleForm.initial_of(rule))
    save = lambda: actions.edit_rule(pk, form.values(), by=acting(request))  # noqa: E731
    if request.method == "POST" and form.is_valid() and done(form, save) is not None:
        messages.success(request, _("Saved. Prices already promised stay as they are."))
        return redirect("catalogue:rule", pk)
    history = history_of("price_rule", pk, currency=business().currency)
    context = {"form": form, "rule": rule, "scope": scope_of(rule), "history": history}
    return render(request, "catalogue/prices/form.html", context, status=422 if form.errors else 200)


@require_POST
def retirement(request: HttpRequest, pk: int) -> HttpResponse:
    actions.deactivate_rule(pk, by=acting(request))
    messages.success(request, _("The price is no longer used. Prices already promised stay as they are."))
    return redirect("catalogue:prices")


@require_safe
def trial(request: HttpRequest) -> HttpResponse:
    """What a repair would cost now, why, and which other rules would have covered it."""
    check_prices(acting(request))
    form = TrialForm(request.GET if request.GET else None)
    context: dict[str, Any] = {"form": form, "price": None}
    if request.GET and form.is_valid():
        try:
            context |= _explained(form)
        except Invalid as problem:
            form.add_error(None, str(problem.detail))
    return render(request, "catalogue/prices/trial.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def starter_review(request: HttpRequest) -> HttpResponse:
    check_prices(acting(request))
    form = _starter_form(request)
    if request.method == "POST" and form.is_valid():
        actions.review_starter_prices(form.prices(), by=acting(request))
        messages.success(request, _("The starter prices are reviewed."))
        return redirect(_after_review())
    context = {"form": form, "starters": STARTER_PRICES, "currency": business().currency}
    return render(request, "catalogue/prices/starter.html", context, status=422 if form.errors else 200)


def _after_review() -> str:
    """Back to the set-up while the shop is not open, else to the prices."""
    return reverse("catalogue:prices") if business().opened_at else reverse("shop:setup")


def _starter_form(request: HttpRequest) -> StarterForm:
    general = PriceRule.objects.filter(actions.prices.general_rule(), active=True)
    prices: dict[str, int | None] = {starter.service_key: starter.price_pence for starter in STARTER_PRICES}
    if PriceRule.objects.exists():
        prices = dict.fromkeys(prices) | dict(general.values_list("service__key", "price_pence"))
    names = {row.key: name_of(row) for row in Service.objects.all()}
    return StarterForm(request.POST if request.method == "POST" else None, names=names, prices=prices)


def _prefilled(request: HttpRequest) -> dict[str, Any]:
    """A price begun on the page of a device or of a service."""
    pk = number(request.GET.get("device"))
    model = DeviceModel.objects.listed().select_related("brand").filter(pk=pk).first()
    service = Service.objects.filter(key=asked_of(request, "service")["service"]).first()
    return {"model": model.full_name if model else "", "service": service}


def _explained(form: TrialForm) -> dict[str, Any]:
    model, service, quality = form.model, form.cleaned_data["service"], form.cleaned_data["quality"]
    ask = DeviceAsk(
        model.category, model.pk, model.brand_id, model.family_id, model.full_name, (IssueAsk(service.key, quality),)
    )
    book = load_rulebook([ask])
    price = compute(
        book,
        [ask],
        urgency=form.cleaned_data["urgency"] or "standard",
        handover=form.cleaned_data["handover"] or "drop_off",
    )
    considered = book.candidates(ask, service.key, price.lines[0].quality)
    return {"price": price, "model": model, "considered": considered}
