"""Notes about a customer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from revivatech.accounts.access import acting, needs
from revivatech.platform.problems import Invalid

from .. import actions
from .workbench import shown


@require_POST
@needs("customers.edit")
def add(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.add_note(pk, body=request.POST.get("body", ""), flagged="flagged" in request.POST, by=acting(request))
    except Invalid as problem:
        context = {**shown(request, pk), "problem": problem, "typed": request.POST}
        return render(request, "customers/show.html", context, status=problem.status)
    messages.success(request, _("Saved."))
    return redirect("customers:show", pk)


@require_POST
@needs("customers.edit")
def removal(request: HttpRequest, pk: int, note: int) -> HttpResponse:
    actions.remove_note(pk, note, by=acting(request))
    messages.success(request, _("The note is gone."))
    return redirect("customers:show", pk)
