"""What is repaired for a company, for the people who speak for it."""

from __future__ import annotations

from typing import Any

from django.db.models import FETCH_RAISE
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from revivatech.accounts.access import acting, needs_sign_in
from revivatech.customers.companies import own_contact
from revivatech.customers.models import Contact
from revivatech.platform.problems import NotFound
from revivatech.platform.web.privacy import private_page

from .. import statuses as s
from ..models import Repair
from ..queries import RepairQuerySet
from .public import answer_form, take_answer

PAGE = 30


@private_page
@require_safe
@needs_sign_in
def repairs(request: HttpRequest) -> HttpResponse:
    """Newest first; `before` is the id that the next page begins under."""
    contact, before = _contact(request), request.GET.get("before", "")
    rows = _rows(request).order_by("-pk")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    older = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
    page = {
        "contact": contact,
        "repairs": found[:PAGE],
        "older": older,
        "first_page": not before,
        "statuses": s.STATUSES,
    }
    return render(request, "repairs/company/list.html", page)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
@needs_sign_in
def repair(request: HttpRequest, code: str) -> HttpResponse:
    """One of them: where it is, and the price to answer for whoever may approve."""
    found = _rows(request).filter(code=code).first()
    if found is None:
        raise NotFound
    contact = _contact(request)
    if request.method == "POST":
        back = ("repairs:company_repair", code)
        return take_answer(
            request, found, by=acting(request), how="portal", back=back, more=_page(found, contact), template=TEMPLATE
        )
    form = answer_form(found)
    form.initial["said_by"] = contact.customer.name
    return render(request, TEMPLATE, {**_page(found, contact), "form": form})


TEMPLATE = "repairs/company/repair.html"


def _page(found: Repair, contact: Contact) -> dict[str, Any]:
    waits = found.status == s.AWAITING_APPROVAL and found.proposed_pence is not None
    return {"repair": found, "status": s.STATUSES[found.status], "contact": contact, "waits": waits}


def _contact(request: HttpRequest) -> Contact:
    contact = own_contact(acting(request))
    if contact is None:
        raise NotFound
    return contact


def _rows(request: HttpRequest) -> RepairQuerySet:
    related = ("customer", "location", "device__model__brand")
    return Repair.objects.of_company(acting(request)).fetch_mode(FETCH_RAISE).select_related(*related)
