"""Every change to a repair: one form, one action, back to the page. Only the names differ."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from revivatech.accounts.access import acting, needs
from revivatech.platform.actors import Actor
from revivatech.platform.problems import Conflict, Invalid, Problem

from .. import actions
from .. import forms as f
from .workbench import find, shown

Change = Callable[[str, dict[str, Any], Actor], object]


def change_view(
    form_class: type[forms.Form], change: Change, chosen: str = ""
) -> Callable[[HttpRequest, str], HttpResponse]:
    """A view that checks the form, calls the action and returns to the repair. What cannot be done is said on its page,

    with the form named `chosen` (by default the status it leads to) open and what was typed in it.
    """

    @require_POST
    @needs("repairs.view")
    def view(request: HttpRequest, code: str) -> HttpResponse:
        repair = find(code, by=acting(request))
        with timezone.override(repair.location.zone):  # times typed here are the location's
            form = form_class(request.POST)
            valid = form.is_valid()
        try:
            if not valid:
                raise Invalid({name: [str(error) for error in errors] for name, errors in form.errors.items()})
            change(code, form.cleaned_data, acting(request))
        except (Invalid, Conflict) as problem:
            return _refused(request, code, problem, chosen)
        messages.success(request, _("Saved."))
        return redirect("repairs:show", code)

    return view


def _refused(request: HttpRequest, code: str, problem: Problem, chosen: str) -> HttpResponse:
    """The page as it is now, the reason on top, and what was typed kept in its form."""
    context = {
        **shown(acting(request), find(code, by=acting(request))),
        "problem": problem,
        "typed": request.POST,
        "chosen": chosen or request.POST.get("after", ""),
    }
    return render(request, "repairs/show.html", context, status=problem.status)


def _pence(amount: Decimal) -> int:
    return int(amount * 100)


move = change_view(f.MoveForm, lambda code, data, by: actions.move(code, data.pop("after"), by=by, **data))
check_in = change_view(
    f.CheckInForm, lambda code, data, by: actions.check_in(code, by=by, **data), "initial_assessment"
)
failed_check = change_view(f.ReasonForm, lambda code, data, by: actions.fail_check(code, by=by, **data), "repair_work")
cancellation = change_view(f.ReasonForm, lambda code, data, by: actions.cancel(code, by=by, **data), "cancelled")
price = change_view(
    f.PriceForm,
    lambda code, data, by: actions.propose_price(code, pence=_pence(data.pop("price")), by=by, **data),
    "awaiting_approval",
)
answer = change_view(
    f.RecordedAnswerForm,
    lambda code, data, by: actions.record_answer(code, approved=data.pop("answer") == "yes", by=by, **data),
    "answer",
)
readiness = change_view(f.ReadyForm, lambda code, data, by: actions.mark_ready(code, by=by, **data), "ready_for_pickup")
note = change_view(f.NoteForm, lambda code, data, by: actions.add_note(code, by=by, **data))
assignment = change_view(
    f.AssignForm, lambda code, data, by: actions.assign(code, data.pop("technician"), by=by, **data)
)
priority = change_view(
    f.PriorityForm, lambda code, data, by: actions.prioritise(code, data.pop("urgency"), by=by, **data)
)
promise = change_view(
    f.PromiseForm, lambda code, data, by: actions.promise(code, data.pop("ready_by"), by=by, **data), "promise"
)
details = change_view(
    f.DetailsForm,
    lambda code, data, by: actions.change_details(code, data, by=by, version=data.pop("version")),
    "correct",
)
