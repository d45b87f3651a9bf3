"""Merge two customers or two devices after looking at both, and take it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from revivatech.accounts.access import acting, needs
from revivatech.platform.problems import Conflict, NotFound

from .. import actions, queries
from ..models import Customer, CustomerDevice
from ..names import tidy
from ..phone import readable
from ..preview import Preview, preview_of, preview_of_devices
from .workbench import find

FOUND_AT_MOST = 8


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.edit")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of the other profile comes to this one, once somebody has seen what that is."""
    keep, other_id = find(request, pk), _number(request.POST.get("other") or request.GET.get("other", ""))
    if request.method == "POST":
        if other_id is None:
            raise Conflict(_("Choose the customer to merge."))
        actions.merge(pk, other_id, seen=request.POST.get("seen", ""), by=acting(request))
        messages.success(request, _("The two profiles are one now. You can undo this on this page."))
        return redirect("customers:show", pk)
    text = tidy(request.GET.get("q", "")[:200])[:100]
    context = {"keep": keep, "other": None, "q": text, "found": _candidates(request, keep, text), "readable": readable}
    if other_id is not None:
        context |= _previewed(preview_of(keep, find(request, other_id)))
    return render(request, "customers/merge.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.edit")
def merge_devices(request: HttpRequest, pk: int) -> HttpResponse:
    customer, sent = find(request, pk), request.POST if request.method == "POST" else request.GET
    keep_id, other_id = _number(sent.get("keep", "")), _number(sent.get("other", ""))
    mine = {row.pk: row for row in CustomerDevice.objects.filter(customer=customer, pk__in=[keep_id, other_id])}
    if keep_id not in mine or other_id not in mine or keep_id == other_id:
        raise NotFound
    if request.method == "POST":
        actions.merge_devices(pk, mine[keep_id].pk, mine[other_id].pk, by=acting(request))
        messages.success(request, _("The two devices are one now. You can undo this on this page."))
        return redirect("customers:show", pk)
    context = {"customer": customer, **_previewed(preview_of_devices(mine[keep_id], mine[other_id]))}
    return render(request, "customers/merge_devices.html", context)


@require_POST
@needs("customers.edit")
def reversal(request: HttpRequest, pk: int, merge: int) -> HttpResponse:
    try:
        actions.unmerge(pk, merge, by=acting(request))
    except Conflict as problem:
        messages.error(request, f"{problem.title}. {problem.detail}")
    else:
        messages.success(request, _("The merge was undone."))
    return redirect("customers:show", pk)


def _previewed(preview: Preview) -> dict[str, Any]:
    return {"preview": preview, "keep": preview.keep, "other": preview.other}


def _candidates(request: HttpRequest, keep: Customer, text: str) -> list[Customer]:
    rows = Customer.objects.visible_to(acting(request)).exclude(pk=keep.pk)
    if text:
        return list(queries.search(rows, text).order_by("-id")[:FOUND_AT_MOST])
    return list(queries.sharing(email=keep.email, phone=keep.phone).exclude(pk=keep.pk)[:FOUND_AT_MOST])


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
