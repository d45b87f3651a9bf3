"""Several repairs at once: look at what would happen, do it, read what happened, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.accounts.models import Membership, User
from revivatech.booking.models import Urgency
from revivatech.platform import ids
from revivatech.platform.actors import Actor
from revivatech.platform.problems import Invalid, NotFound
from revivatech.platform.questions import Question
from revivatech.platform.web.languages import plain
from revivatech.shop.models import Location

from .. import statuses as s
from ..models import BulkChange, Repair
from . import actions as bulk


@require_POST
@needs("repairs.view")
def several(request: HttpRequest) -> HttpResponse:
    """The ticked ones and the step: first what it would do, and once that was confirmed, the deed."""
    back = _back(request)
    try:
        ticked = _ticked(request.POST.getlist("repair"))
        step = bulk.Step.read(request.POST.get("step", ""))
        if "sure" in request.POST:
            change = bulk.apply(step, ticked, key=request.POST.get("key", ""), by=acting(request))
            return redirect(_answer(change.pk, back))
    except Invalid as problem:
        messages.error(request, str(problem.detail))
        return redirect(back)
    rows = bulk.forecast(step, ticked, by=acting(request))
    context = {"step": step, "rows": rows, "key": ids.new_token(), "back": back, "statuses": s.STATUSES}
    context |= {"able": sum(not row.why for row in rows), "told": sum(bool(row.told) for row in rows)}
    return render(request, "repairs/bulk/review.html", context)


@require_safe
@needs("repairs.view")
def done(request: HttpRequest, pk: int) -> HttpResponse:
    change = BulkChange.objects.filter(pk=pk, user_id=acting(request).user_id or 0).first()
    if change is None:
        raise NotFound
    codes = [result["code"] for result in change.results]
    rows = Repair.objects.visible_to(acting(request)).filter(code__in=codes).select_related("device__model__brand")
    context = {
        "change": change,
        "step": bulk.Step(change.step, change.target),
        "repairs": {row.code: row for row in rows},
        "done": sum(result["done"] for result in change.results),
        "may_undo": change.step in bulk.CAN_BE_UNDONE and change.undone_at is None,
        "back": _back(request),
    }
    return render(request, "repairs/bulk/done.html", context)


@require_POST
@needs("repairs.view")
def reversal(request: HttpRequest, pk: int) -> HttpResponse:
    bulk.undo(pk, by=acting(request))
    messages.success(request, _("Taken back where it still stood."))
    return redirect(_answer(pk, _back(request)))


def choices(actor: Actor, locations: Sequence[Location]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What this person may choose for the ticked ones, in groups: each repair's own policy still decides."""
    groups = []
    if actor.may("repairs.work"):
        moves = [(f"move:{key}", str(s.STATUSES[key].label)) for key in bulk.TARGETS]
        groups.append((_("Move to"), moves))
    if actor.may("repairs.assign"):
        names = [(f"assign:{pk}", name) for name, pk in _technicians(locations)]
        groups.append((_("Assign to"), [*names, ("assign:", _("Nobody"))]))
    elif actor.may("repairs.work"):
        groups.append((_("Assign to"), [(f"assign:{actor.user_id}", _("Me"))]))
    if actor.may("repairs.assign") or actor.may("repairs.receive"):
        groups.append((_("Priority"), [(f"priority:{key}", str(label)) for key, label in Urgency.choices]))
    return groups


def _technicians(locations: Sequence[Location]) -> list[tuple[str, int]]:
    """Names and keys."""
    found = _WORKING_AT(places=tuple(sorted(place.pk for place in locations)))
    return sorted((full_name or email, pk) for pk, full_name, email in found)


def _working_at(places: tuple[int, ...]) -> QuerySet[User, tuple[int, str, str]]:
    held = Membership.objects.filter(role__permissions__contains=["repairs.work"], user__is_active=True)
    here = held.filter(Q(location_id__in=places) | Q(location=None))
    return User.objects.filter(pk__in=here.values("user_id")).values_list("pk", "full_name", "email")


_WORKING_AT = Question(_working_at)


def for_page(actor: Actor, locations: Sequence[Location]) -> dict[str, Any]:
    return {"bulk_choices": choices(actor, locations)}


def _ticked(values: Sequence[str]) -> list[bulk.Ticked]:
    """`RT-…:version` as the boxes carry it."""
    found = []
    for value in values:
        code, _colon, version = value.partition(":")
        if not version.isdecimal() or len(version) > 9 or len(code) > 16:
            raise Invalid({"repair": [_("Tick the repairs again; the page was not read in full.")]})
        found.append(bulk.Ticked(code, int(version)))
    if not found:
        raise Invalid({"repair": [_("Tick at least one repair first.")]})
    if len(found) > bulk.MOST:
        raise Invalid({"repair": [_("Tick at most %(most)s repairs at once.") % {"most": bulk.MOST}]})
    return list(dict.fromkeys(found))


def _answer(pk: int, back: str) -> str:
    return f"{reverse('repairs:bulk_done', args=[pk])}?{urlencode({'back': back})}"


def _back(request: HttpRequest) -> str:
    """Only to a page of our own: the address comes with the form."""
    asked = request.POST.get("back") or request.GET.get("back", "")
    safe = plain(asked).startswith("/workbench/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if safe else reverse("repairs:queue")
