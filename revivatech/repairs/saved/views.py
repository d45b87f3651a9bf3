"""Saved filters: kept from the queue or the board, named and removed on a page of their own."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from revivatech.accounts.access import acting, needs
from revivatech.platform.problems import Invalid

from ..search import Filters
from . import actions, queries


@require_http_methods(["GET", "HEAD", "POST"])
@needs("repairs.view")
def filters(request: HttpRequest) -> HttpResponse:
    """The list; a POST keeps the filter whose values the form carries, and goes back to where it was used."""
    if request.method != "POST":
        return render(request, "repairs/saved/list.html", {"filters": queries.listed(acting(request))})
    sent = request.POST
    place = sent.get("share", "")
    page = "board" if sent.get("page") == "board" else "queue"
    back = reverse(f"repairs:{page}")
    found = Filters.read({name.removeprefix("f_"): sent[name] for name in sent if name.startswith("f_")})
    try:
        row = actions.save(
            sent.get("name", ""), found, location_id=int(place) if place.isdecimal() and len(place) < 10 else None,
            opens=[page] if "opens" in sent else [], by=acting(request),
        )  # fmt: skip
    except Invalid as problem:
        messages.error(request, str(problem.detail))
    else:
        messages.success(request, _("The filter “%(name)s” is kept.") % {"name": row.name})
    return redirect(f"{back}?{_encoded(found)}")


def _encoded(found: Filters) -> str:
    return urlencode(found.as_query() or {"all": "1"})


@require_POST
@needs("repairs.view")
def name(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.rename(pk, request.POST.get("name", ""), by=acting(request))
    except Invalid as problem:
        messages.error(request, str(problem.detail))
    else:
        messages.success(request, _("Saved."))
    return redirect("repairs:filters")


@require_POST
@needs("repairs.view")
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    actions.remove(pk, by=acting(request))
    messages.success(request, _("The filter is gone."))
    return redirect("repairs:filters")


@require_POST
@needs("repairs.view")
def opening(request: HttpRequest, page: str) -> HttpResponse:
    """What a page opens with: a filter, or everything."""
    chosen = request.POST.get("filter", "")
    actions.open_with(int(chosen) if chosen.isdecimal() and len(chosen) < 19 else None, page, by=acting(request))
    messages.success(request, _("Saved."))
    return redirect("repairs:filters")
