"""Quotes at the workbench: the follow-up list, a version that was sent, the customer's answer by telephone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.platform.problems import Conflict, Gone, Invalid, Problem
from revivatech.platform.web.templates import render_block
from revivatech.repairs.topics import queue_topic
from revivatech.shop.queries import active_locations

from .. import actions, listing, pages
from ..models import Quote, QuoteTemplate


@require_safe
@needs("repairs.view")
def quote_list(request: HttpRequest) -> HttpResponse:
    return render(request, "quotes/list.html", _list(request))


@require_safe
@needs("repairs.view")
def list_now(request: HttpRequest) -> HttpResponse:
    return render_block(request, "quotes/list.html", "now", _list(request))


def _list(request: HttpRequest) -> dict[str, Any]:
    actor = acting(request)
    shown = request.GET.get("show", "")
    key = shown if shown in listing.GROUPS else "waiting"
    rows, after = listing.page(key, actor, after=request.GET.get("after", ""))
    seen_at = actor.locations_for("repairs.view")
    places = [place.pk for place in active_locations() if seen_at is None or place.pk in seen_at]
    return {
        "groups": [
            (group, count) for group, count in zip(listing.GROUPS.values(), listing.counts(actor).values(), strict=True)
        ],
        "key": key,
        "rows": rows,
        "next": f"?show={key}&after={after}" if after else "",
        "topics": [queue_topic(pk) for pk in places],
        "src": f"{reverse('quotes:list_now')}?{request.GET.urlencode()}",
    }


@require_POST
@needs("repairs.work")
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a quote for a repair, or a new version of it; an unfinished draft is taken up again."""
    return redirect("quotes:quote", actions.start(code, by=acting(request)).pk)


@require_POST
@needs("repairs.view")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the customer said on the telephone or at the counter."""
    quote = pages.for_staff(pk, acting(request))
    form = pages.answer_form(quote, request.POST, recorded=True)
    try:
        if not form.is_valid():
            raise Invalid({})
        _record(request, quote, form.cleaned_data)
    except (Invalid, Conflict, Gone) as problem:
        return _refused(request, quote, form, problem)
    messages.success(request, _("Saved."))
    return redirect("repairs:show", quote.repair.code)


def _record(request: HttpRequest, quote: Quote, data: dict[str, Any]) -> None:
    by, given = acting(request), actions.Given(data["said_by"], data["how"])
    if data["answer"] == "no":
        actions.decline(quote.pk, reason=data["reason"], given=given, by=by)
        return
    choice = actions.Choice(data["option"], frozenset(data["ticked"]))
    # Staff read the total out from this page; the form carries what it showed.
    seen = data["seen_pence"] if data["seen_pence"] is not None else -1
    actions.approve(quote.pk, choice, seen_pence=seen, given=given, by=by)


def _refused(request: HttpRequest, quote: Quote, form: Any, problem: Problem) -> HttpResponse:
    if isinstance(problem, Invalid):
        for name, errors in problem.errors.items():
            for error in errors:
                form.add_error(name if name in form.fields else None, error)
    data = getattr(form, "cleaned_data", {})
    chosen, ticked = data.get("option"), data.get("ticked") or []
    context = {
        **pages.for_workbench(pages.for_staff(quote.pk, acting(request)), acting(request)),
        "recorded": form,
        "problem": None if isinstance(problem, Invalid) else problem,
        "chosen": chosen,
        "ticked": set(ticked),
        "sum": pages.sum_of(quote, chosen, ticked),
        "open_answer": True,
    }
    return render(request, "quotes/sent.html", context, status=problem.status)


@require_POST
@needs("repairs.view")
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the quote back; the customer is told why."""
    try:
        quote = actions.withdraw(pk, reason=request.POST.get("reason", ""), by=acting(request))
    except Invalid as problem:
        messages.error(request, problem.errors["reason"][0])
        return redirect("quotes:quote", pk)
    messages.success(request, _("The quote is taken back and the customer is told."))
    return redirect("repairs:show", quote.repair.code)


@require_POST
@needs("repairs.view")
def total(request: HttpRequest, pk: int) -> HttpResponse:
    """What the choice marked by staff comes to."""
    quote = pages.for_staff(pk, acting(request))
    form = pages.answer_form(quote, request.POST, recorded=True)
    form.is_valid()
    chosen, ticked = form.cleaned_data.get("option"), form.cleaned_data.get("ticked", [])
    return render_block(request, "quotes/sent.html", "sum", sent_page(request, quote, chosen=chosen, ticked=ticked))


def sent_page(
    request: HttpRequest, quote: Quote, *, chosen: int | None = None, ticked: list[int] | None = None
) -> dict[str, Any]:
    context = pages.for_workbench(quote, acting(request))
    form = pages.answer_form(quote, recorded=True)
    context |= {"recorded": form, "problem": None, "open_answer": False}
    if chosen is not None or ticked is not None:
        context |= {
            "chosen": chosen, "ticked": set(ticked or []), "sum": pages.sum_of(quote, chosen, ticked or [])
        }  # fmt: skip
    return context


@require_safe
@needs("repairs.work")
def templates(request: HttpRequest) -> HttpResponse:
    return render(
        request, "quotes/templates.html", {"templates": QuoteTemplate.objects.all(), "actor": acting(request)}
    )


@require_POST
@needs("prices.edit")
def template_removal(request: HttpRequest, pk: int) -> HttpResponse:
    actions.remove_template(pk, by=acting(request))
    messages.success(request, _("The template is removed."))
    return redirect("quotes:templates")
