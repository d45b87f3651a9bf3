"""The signed-in customer's overview, and tracking without a private link."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from revivatech.accounts.access import acting, needs_sign_in
from revivatech.customers.companies import own_contact
from revivatech.customers.topics import customer as customer_topic
from revivatech.platform.actors import visitor
from revivatech.platform.web.privacy import private_page
from revivatech.platform.web.templates import render_block

from .. import statuses as s
from ..models import Repair
from ..portal import overview as read_overview
from ..portal import own_repair
from ..warranty.queries import life_of
from .public import answer_form, take_answer, tracked


@private_page
@require_safe
@needs_sign_in
def overview(request: HttpRequest) -> HttpResponse:
    if acting(request).is_staff:
        return redirect("repairs:queue")
    return render(request, "repairs/portal.html", _overview(request))


@private_page
@require_safe
@needs_sign_in
def overview_now(request: HttpRequest) -> HttpResponse:
    return render_block(request, "repairs/portal.html", "now", _overview(request))


@private_page
@require_safe
@needs_sign_in
def track(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "repairs/track.html", _tracked(own_repair(code, acting(request))))


@private_page
@require_safe
@needs_sign_in
def track_now(request: HttpRequest, code: str) -> HttpResponse:
    return render_block(request, "repairs/track.html", "now", _tracked(own_repair(code, acting(request))))


@private_page
@require_POST
@needs_sign_in
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Approve or decline the price waiting for an answer."""
    repair = own_repair(code, acting(request))
    return take_answer(
        request, repair, by=acting(request), how="portal", back=("repairs:portal_track", code), more=addresses(repair)
    )


def _overview(request: HttpRequest) -> dict[str, Any]:
    found = read_overview(acting(request), before=request.GET.get("before", ""))
    return {
        "found": found,
        "statuses": s.STATUSES,
        "speaks_for": own_contact(acting(request)),
        "topics": [customer_topic(found.customer.pk)] if found.customer else [],
        "src": f"{reverse('repairs:portal_now')}?{request.GET.urlencode()}",
        "first_page": "before" not in request.GET,
    }


def _tracked(repair: Repair) -> dict[str, Any]:
    return {**tracked(repair, form=answer_form(repair)), **addresses(repair)}


def addresses(repair: Repair) -> dict[str, Any]:
    """What the tracking page needs beside, when it is the portal's."""
    return {
        "life": life_of(repair, visitor()),  # their own repairs, whoever they are otherwise
        "portal_src": reverse("repairs:portal_track_now", args=[repair.code]),
        "portal_answer": reverse("repairs:portal_answer", args=[repair.code]),
    }
