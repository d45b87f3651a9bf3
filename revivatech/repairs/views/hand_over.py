"""The hand-over: one screen with the person, the accessories, what is to pay and how the device leaves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from revivatech.accounts.access import acting, needs
from revivatech.platform.limits import hit
from revivatech.platform.problems import Conflict, Invalid

from .. import actions, policies
from .. import statuses as s
from ..actions.hand_over import accessory_list, to_pay
from ..checklists import guard
from ..checklists.queries import summary
from ..models import Repair
from ..warranty.clocks import work_of
from ..warranty.forms import HandOverForm
from .workbench import find


@require_http_methods(["GET", "HEAD", "POST"])
@needs("repairs.hand_over")
def hand_over(request: HttpRequest, code: str) -> HttpResponse:
    repair = find(code, by=acting(request))
    policies.check_may_move(acting(request), repair, s.COMPLETED)
    if repair.status != s.READY_FOR_PICKUP and request.method != "POST":
        return redirect("repairs:show", code)
    first = {"version": repair.version, "received_by": repair.customer.name, "method": "collected"}
    form = HandOverForm(
        request.POST if request.method == "POST" else None, accessories=accessory_list(repair), initial=first
    )
    problem = _hand_over(request, code, form) if request.method == "POST" else None
    if request.method == "POST" and problem is None and not form.errors:
        messages.success(request, _("Handed over. The repair is completed and the warranty runs."))
        return redirect("repairs:show", code)
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "repairs/warranty/hand_over.html", _shown(repair, form, problem), status=status)


def _hand_over(request: HttpRequest, code: str, form: HandOverForm) -> Conflict | None:
    """Hand it over; wrong input goes to its field, a conflict comes back to be shown."""
    if not form.is_valid():
        return None
    given = form.cleaned_data
    if given["identity"] == "code":
        hit("handover-code", code, limit=10, per=900)  # six digits must not be found by trying
    try:
        actions.hand_over(code, by=acting(request), **given)
    except Invalid as wrong:
        for name, errors in wrong.errors.items():
            for error in errors:
                form.add_error(name if name in form.fields else None, error)
    except Conflict as refused:
        return refused
    return None


def _shown(repair: Repair, form: HandOverForm, problem: Conflict | None) -> dict[str, Any]:
    return {
        "repair": repair,
        "form": form,
        "problem": problem,
        "to_pay": to_pay(repair),
        "accessories": accessory_list(repair),
        "exit_list": summary(guard.exit_run(repair)),
        "work": work_of(repair) if repair.outcome == "repaired" else [],
    }
