"""The walk-in screen: one form. Its searches and its price are the same form sent with `look`, so it works without scripts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from revivatech.accounts.access import acting, needs
from revivatech.customers.actions import Details
from revivatech.customers.models import Customer
from revivatech.platform import ids
from revivatech.platform.problems import Conflict, Invalid
from revivatech.platform.spoken import known
from revivatech.platform.web.templates import render_block
from revivatech.shop.queries import business
from revivatech.shop.terms import all_terms

from .. import actions
from ..counter import Desk
from ..forms import WalkInForm
from ..intake.forms import signature_from, signed_version
from ..models import Repair
from ..problems import PossibleDuplicate, PriceMoved

PAGE = "repairs/walk_in.html"
LOOKS = frozenset({"customers", "devices", "found", "twins", "work", "price"})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("repairs.receive")
def walk_in(request: HttpRequest) -> HttpResponse:
    desk = _desk(request, request.POST if request.method == "POST" else request.GET)
    look = request.POST.get("look", "")
    if look in LOOKS and request.headers.get("HX-Request"):
        return render_block(request, PAGE, look, _context(desk, _unsent(desk)))
    if request.method != "POST" or look:
        return render(request, PAGE, _context(desk, _unsent(desk)))
    form = WalkInForm(request.POST, **desk.form_choices())
    try:
        repair = _send(desk, form, request)
    except (Invalid, Conflict) as problem:
        return _refused(request, desk, form, problem)
    messages.success(request, _("%(code)s is in. The first stage has begun.") % {"code": repair.code})
    return redirect("repairs:intake", repair.code)


def _send(desk: Desk, form: WalkInForm, request: HttpRequest) -> Repair:
    """Every mistake of form and action at once: whatever the form could read is checked all the same."""
    valid = form.is_valid()
    asked = _intake(desk, form, {name: form.cleaned_data.get(name) for name in form.fields})
    if valid:
        return actions.take_in(asked, idempotency_key=form.cleaned_data["key"], by=acting(request))
    found: dict[str, list[str]] = {}
    try:
        actions.check_intake(asked, by=acting(request))
    except Invalid as problem:
        found = problem.errors
    raise Invalid({**found, **{name: [str(error) for error in errors] for name, errors in form.errors.items()}})


def _intake(desk: Desk, form: WalkInForm, given: dict[str, Any]) -> actions.Intake:
    contact = Details(name=given["name"] or "", email=given["email"] or "", phone=given["phone"] or "")
    return actions.Intake(
        signature=signature_from(desk.typed, name=contact.name or (desk.customer.name if desk.customer else "")),
        location_id=given["location"] or 0,
        customer_id=desk.customer.pk if desk.customer else None,
        contact=contact if desk.is_new else None,
        known_others=tuple(int(pk) for pk in (given["seen"] or "").split() if pk.isdecimal() and len(pk) < 19),
        device_id=desk.own.pk if desk.own else None,
        model_id=desk.model.pk if desk.model and not desk.own else None,
        category=desk.category,
        described=desk.label,
        serial=getattr(form, "serial", ""),
        imei=getattr(form, "imei", ""),
        services=desk.chosen,
        quality=desk.quality,
        urgency=given["urgency"] or "",
        description=given["description"] or "",
        condition=given["condition"] or "",
        accessories=given["accessories"] or "",
        storage_place=given["storage_place"] or "",
        agreed=bool(given["agreed"]),
        shown_pence=given["shown_pence"],
        terms_accepted=bool(given["terms"]),
        terms_version=signed_version(desk.typed),
        terms_language=desk.word("terms_language", 10),
        marketing=tuple(given["marketing"] or ()),
    )


def _refused(request: HttpRequest, desk: Desk, form: WalkInForm, problem: Invalid | Conflict) -> HttpResponse:
    """The same screen with everything typed and the reason."""
    data = request.POST.copy()
    if isinstance(problem, Invalid):
        for name, errors in problem.errors.items():
            for error in errors if name not in form.errors else ():
                form.add_error(name if name in form.fields else None, error)
    elif isinstance(problem, PossibleDuplicate):
        alike = problem.extra["customer_ids"]
        data["seen"], data["customer"] = " ".join(map(str, alike)), "new"
        desk = _desk(request, data, list(Customer.objects.visible_to(acting(request)).filter(pk__in=alike)))
    elif isinstance(problem, PriceMoved):
        data.pop("agreed", None)
        desk = _desk(request, data)
    else:
        data["key"] = ids.new_token()  # this key's repair exists; sending again means another one
        desk = _desk(request, data)
    if not isinstance(problem, Invalid):
        form = WalkInForm(data, **desk.form_choices())
        form.is_valid()
    return render(request, PAGE, {**_context(desk, form), "problem": problem}, status=problem.status)


def _desk(request: HttpRequest, typed: QueryDict, duplicates: list[Customer] | None = None) -> Desk:
    return Desk(dict(typed.lists()), acting(request), duplicates or [])


def _unsent(desk: Desk) -> WalkInForm:
    """A form that shows what was typed and finds no fault with it yet."""
    lists = ("services", "marketing")
    given = {name: list(desk.typed[name]) if name in lists else desk.word(name, 2000) for name in desk.typed}
    start = {
        "key": ids.new_token(),
        "urgency": "standard",
        "location": desk.locations[0].pk if len(desk.locations) == 1 else None,
        **given,
    }
    return WalkInForm(initial=start, **desk.form_choices())


def _context(desk: Desk, form: WalkInForm) -> dict[str, Any]:
    shop = business()
    return {
        "desk": desk,
        "form": form,
        "seen": form["seen"].value() or "",
        "terms": all_terms(shop),
        "terms_language": known(desk.customer.locale) if desk.customer else get_language(),
        "vat_rate": f"{shop.vat_rate_bp / 100:g} %" if shop.vat_registered else "",
    }
