"""Customers for staff: find, look at, enter, change."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.platform.problems import Invalid, NotFound
from revivatech.platform.web.templates import render_block

from .. import actions, companies, queries
from ..forms import CustomerForm
from ..models import Customer
from ..names import tidy
from ..phone import readable
from ..problems import CustomerChangedMeanwhile

PAGE = 30


@require_safe
@needs("customers.view")
def index(request: HttpRequest) -> HttpResponse:
    """Newest first; `before` is the id that the next page begins under."""
    text = tidy(request.GET.get("q", "")[:200])[:100]
    rows = queries.search(Customer.objects.visible_to(acting(request)), text).order_by("-id")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    older = urlencode({"q": text, "before": found[PAGE - 1].pk}) if len(found) > PAGE else ""
    context = {"customers": found[:PAGE], "q": text, "older": older, "first_page": not before, "readable": readable}
    return render(request, "customers/list.html", context)


@require_safe
@needs("customers.view")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    kept = queries.became(acting(request), pk)
    if kept is not None and kept != pk:  # an address from before a merge
        return redirect("customers:show", kept)
    return render(request, "customers/show.html", shown(request, pk))


@require_safe
@needs("customers.view")
def show_now(request: HttpRequest, pk: int) -> HttpResponse:
    """The live part of the page."""
    return render_block(request, "customers/show.html", "now", shown(request, pk))


def shown(request: HttpRequest, pk: int) -> dict[str, Any]:
    customer = find(request, pk)
    actor = acting(request)
    return {
        "customer": customer,
        "devices": customer.devices.select_related("model__brand").order_by("-id"),
        "consents": queries.consents(customer).values(),
        "proofs": customer.consents.order_by("-id"),
        "notes": customer.notes.all(),
        "merges": queries.merges_of(customer),
        "sharing": queries.sharing(email=customer.email, phone=customer.phone).exclude(pk=pk)[:5],
        "twins": queries.twin_devices(customer),
        "speaks_for": companies.names_beside(customer),
        "may_edit": actor.may("customers.edit"),
        "readable": readable,
        "actor": actor,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Enter a customer. People who share the address or number are shown once before a second profile is made."""
    form = CustomerForm(
        request.POST or None, initial={"preferred_contact": "email", "name": request.GET.get("name", "")}
    )
    context: dict[str, Any] = {"form": form, "sharing": [], "readable": readable}
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        context["sharing"] = list(queries.sharing(email=values["email"], phone=values["phone"])[:5])
        if not context["sharing"] or "despite" in request.POST:
            try:
                return redirect(
                    "customers:show", actions.create(form.details(), locale=values["language"], by=acting(request)).pk
                )
            except Invalid as problem:
                attach(form, problem)
    status = 422 if form.errors else 409 if context["sharing"] else 200
    return render(request, "customers/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    customer = find(request, pk)
    form = CustomerForm.about(
        actions.Details.of(customer), request.POST if request.method == "POST" else None, language=customer.locale
    )
    if request.method == "POST" and form.is_valid():
        try:
            values = form.cleaned_data
            actions.edit(pk, form.details(), language=values["language"], seen=values["seen"], by=acting(request))
        except Invalid as problem:
            attach(form, problem)
        except CustomerChangedMeanwhile:
            form = _again(form, Customer.objects.get(pk=pk))
        else:
            messages.success(request, _("Saved."))
            return redirect("customers:show", pk)
    sharing = queries.sharing(email=customer.email, phone=customer.phone).exclude(pk=pk)[:5]
    context = {"form": form, "customer": customer, "sharing": sharing, "readable": readable}
    return render(request, "customers/edit.html", context, status=422 if form.errors else 200)


def _again(form: CustomerForm, stored: Customer) -> CustomerForm:
    """What was typed, with what is stored now beside it; saving once more replaces it knowingly."""
    details = actions.Details.of(stored)
    fresh = CustomerForm({**{name: form.data.get(name) for name in form.fields}, "seen": details.fingerprint})
    now = ", ".join(filter(None, [details.name, details.email, readable(details.phone), details.company]))
    fresh.add_error(
        None,
        _("Somebody changed this customer meanwhile. Stored now: %(now)s. Save again to replace it.") % {"now": now},
    )
    return fresh


def attach(form: CustomerForm, problem: Invalid) -> None:
    """An action's refusal, shown at the fields it names."""
    for name, texts in problem.errors.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)


def find(request: HttpRequest, pk: int) -> Customer:
    customer = Customer.objects.visible_to(acting(request)).filter(pk=pk).first()
    if customer is None:
        raise NotFound
    return customer
