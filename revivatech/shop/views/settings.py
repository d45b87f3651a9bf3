"""Settings of the running shop: the same forms as in set-up."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts import sign_in_keys
from revivatech.accounts.access import acting, needs
from revivatech.accounts.queries import zone_of
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Invalid, NotFound

from .. import actions, mail, policies, queries
from ..events import SHOP_ID
from ..forms import BUSINESS_FORMS, ClosureForm
from ..models import Closure, Location
from ..terms import versions
from . import pages, setup, titles
from .guard import for_settings, location_for
from .mail import tested

MOST_CHANGES = 15


@require_safe
@needs("shop.locations")
def index(request: HttpRequest) -> HttpResponse:
    actor = acting(request)
    owner = actor.may("shop.settings")
    changes = EventRecord.objects.filter(subject_kind="shop", subject_id=SHOP_ID).order_by("-id")[:MOST_CHANGES]
    return render(
        request,
        "shop/settings/index.html",
        {
            "parts": titles.BUSINESS if owner else {},
            "locations": policies.locations_of(actor),
            "may_add": owner or actor.locations_for("shop.locations") is None,
            "changes": [titles.describe(row) for row in changes] if owner else [],
            "mail_state": mail.state(),
            "sign_in_state": sign_in_keys.state(),
            "sign_in_name": sign_in_keys.name(),
            "opened": queries.is_open(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_settings
def part(request: HttpRequest, key: str) -> HttpResponse:
    if key == "mail":
        return _mail(request)
    if key not in BUSINESS_FORMS:
        raise NotFound
    form = pages.form_for(key, None, request.POST if request.method == "POST" else None)
    if request.method == "POST" and pages.save(key, form, None, by=acting(request)):
        messages.success(request, _("Saved."))
        return redirect("shop:settings_part", key)
    context = {"title": titles.BUSINESS[key].title, "why": titles.BUSINESS[key].why, "part": key, "form": form}
    if key == "terms":
        shop = queries.business()
        public = shop.terms_version if shop.has_terms else None  # none is in force once they are emptied
        context |= {"versions": versions(shop), "public": public, "zone": zone_of(None)}
    return render(request, "shop/settings/part.html", context, status=422 if form.errors else 200)


@require_safe
@for_settings
def terms_version(request: HttpRequest, number: int) -> HttpResponse:
    found = next((one for one in versions(queries.business()) if one.number == number), None)
    if found is None:
        raise NotFound
    return render(request, "shop/settings/terms_version.html", {"version": found, "zone": zone_of(None)})


def _mail(request: HttpRequest) -> HttpResponse:
    form = pages.form_for("mail", None, request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST" and pages.save("mail", form, None, by=acting(request)):
        refused = tested(request)
        if refused is None:
            return redirect("shop:settings_part", "mail")
    context = {"form": form, "refused": refused, "settings": queries.mail_settings(), "state": mail.state()}
    return render(request, "shop/settings/mail.html", context, status=422 if form.errors or refused else 200)


@require_POST
@for_settings
def mail_off(request: HttpRequest) -> HttpResponse:
    actions.turn_mail_off(by=acting(request))
    messages.success(request, _("E-mail settings were removed."))
    return redirect("shop:settings_part", "mail")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("shop.locations")
def location_new(request: HttpRequest) -> HttpResponse:
    policies.check_location(acting(request), None)
    form = pages.form_for("location", None, request.POST if request.method == "POST" else None)
    if request.method == "POST" and pages.save("location", form, None, by=acting(request)):
        messages.success(request, _("The location was added. Enter its opening hours next."))
        return redirect("shop:settings")
    context = {"title": _("New location"), "why": titles.LOCATION["location"].why, "part": "location", "form": form}
    return render(request, "shop/settings/part.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("shop.locations")
def location_part(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    if key not in pages.LOCATION_PARTS:
        raise NotFound
    location = location_for(request, pk)
    form = pages.form_for(key, location, request.POST if request.method == "POST" else None)
    if request.method == "POST" and pages.save(key, form, location, by=acting(request)):
        messages.success(request, _("Saved."))
        return redirect("shop:location_part", pk, key)
    if key == "closures":
        return _closures(request, location, form, ClosureForm())
    context = {"location": location, "part": key, "form": form, "parts": titles.LOCATION}
    return render(request, "shop/settings/location.html", context, status=422 if form.errors else 200)


def _closures(request: HttpRequest, location: Location, form: Form, closure_form: ClosureForm) -> HttpResponse:
    context = {
        "location": location,
        "part": "closures",
        "parts": titles.LOCATION,
        "form": form,
        "closure_form": closure_form,
        "frame": "settings",
        **pages.closures_context(location),
    }
    failed = bool(form.errors or closure_form.errors)
    return render(request, "shop/settings/closures.html", context, status=422 if failed else 200)


@require_POST
@needs("shop.locations")
def location_activity(request: HttpRequest, pk: int) -> HttpResponse:
    location = location_for(request, pk)
    actions.set_active(location.pk, request.POST.get("active") == "1", by=acting(request))
    messages.success(request, _("Saved."))
    return redirect("shop:location_part", pk, "location")


@require_POST
@needs("shop.locations")
def closure_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a closure; an answer with errors shows the closures page again with what was typed."""
    location = location_for(request, pk)
    form = ClosureForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            actions.add_closure(
                location_id=None if values["everywhere"] else location.pk,
                first=values["first"], last=values["last"], reason=values["reason"], by=acting(request),
            )  # fmt: skip
        except Invalid as problem:
            pages.attach(form, problem)
    if not form.errors:
        messages.success(request, _("The closure was added."))
        return _back_to_closures(request, pk)
    if request.POST.get("frame") == "setup":
        return setup.closures(request, location, form)
    return _closures(request, location, pages.form_for("closures", location), form)


@require_POST
@needs("shop.locations")
def closure_removal(request: HttpRequest, pk: int, closure_id: int) -> HttpResponse:
    location = location_for(request, pk)
    closure = Closure.objects.filter(pk=closure_id).first()
    if closure is None or closure.location_id not in (None, location.pk):
        raise NotFound
    actions.remove_closure(closure_id, by=acting(request))
    messages.success(request, _("The closure was removed."))
    return _back_to_closures(request, pk)


def _back_to_closures(request: HttpRequest, pk: int) -> HttpResponse:
    if request.POST.get("frame") == "setup":
        return redirect("shop:setup_step", "closures")
    return redirect("shop:location_part", pk, "closures")
