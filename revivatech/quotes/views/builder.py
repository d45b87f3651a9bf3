"""The draft's page. Every button saves the whole page first, then does its own thing, so nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.catalogue.queries import services_for
from revivatech.platform.actors import Actor
from revivatech.platform.problems import Conflict, Invalid, Problem
from revivatech.platform.web.templates import render_block
from revivatech.shop.queries import business

from .. import actions, pages, policies, pricing
from ..builder import Builder
from ..models import Quote, QuoteTemplate
from ..problems import DraftChanged, NotADraft
from .workbench import sent_page

# The act named by a button → what it does; each returns the part of the page to go back to.
type Act = Callable[[Quote, str, QueryDict, Builder, Actor], str]


@require_http_methods(["GET", "HEAD", "POST"])
@needs("repairs.view")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    quote = pages.for_staff(pk, acting(request))
    if not quote.is_draft and request.method == "POST":
        raise NotADraft  # a colleague sent it while this page was open
    if not quote.is_draft:
        return render(request, "quotes/sent.html", sent_page(request, quote))
    policies.check_may_quote(acting(request), quote.repair)
    if request.method == "POST":
        return _change(request, quote)
    return _draft(request, quote, Builder(quote, costs=_costs(request, quote)))


@require_safe
@needs("repairs.view")
def now(request: HttpRequest, pk: int) -> HttpResponse:
    """The live part of a version that was sent."""
    return render_block(request, "quotes/sent.html", "now", sent_page(request, pages.for_staff(pk, acting(request))))


@require_POST
@needs("repairs.work")
def sums(request: HttpRequest, pk: int) -> HttpResponse:
    """The totals of what is typed, saved or not."""
    quote = pages.for_staff(pk, acting(request))
    builder = Builder(quote, request.POST, costs=_costs(request, quote))
    return render_block(request, "quotes/draft.html", "sums", _context(request, quote, builder))


@require_safe
@needs("repairs.work")
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Exactly what the customer would see."""
    return render(request, "quotes/show.html", pages.preview(pages.for_staff(pk, acting(request))))


def _change(request: HttpRequest, quote: Quote) -> HttpResponse:
    act, _colon, target = request.POST.get("act", "save").partition(":")
    if act == "discard":
        repair = actions.discard(quote.pk, by=acting(request))
        messages.success(request, _("The draft is gone."))
        return redirect("repairs:show", repair.code)
    builder = Builder(quote, request.POST, costs=_costs(request, quote))
    if not builder.is_valid():
        return _draft(request, quote, builder, status=422)
    try:
        actions.save(quote.pk, **builder.values(), by=acting(request))
        place = ACTS[act](quote, target, request.POST, builder, acting(request)) if act in ACTS else ""
    except (Invalid, Conflict) as problem:
        return _refused(request, quote, problem)
    return _done(request, quote, act, place)


def _done(request: HttpRequest, quote: Quote, act: str, place: str) -> HttpResponse:
    if act == "send":
        messages.success(request, _("The quote is on its way to the customer."))
        return redirect("repairs:show", quote.repair.code)
    if act == "preview":
        return redirect("quotes:preview", quote.pk)
    if act in ("save", "save-template"):
        messages.success(request, _("Saved."))
    return redirect(reverse("quotes:quote", args=[quote.pk]) + (f"?at={place}#{place}" if place else ""))


def _refused(request: HttpRequest, quote: Quote, problem: Problem) -> HttpResponse:
    """The page with what was typed. After a colleague's change it carries the new revision: saving again is a decision."""
    fresh = pages.for_staff(quote.pk, acting(request))
    if not fresh.is_draft:
        raise problem
    data = request.POST.copy()
    data["revision"] = str(fresh.revision)
    builder = Builder(fresh, data, costs=_costs(request, fresh))
    builder.is_valid()
    if isinstance(problem, Invalid):
        builder.say(problem.errors)
        return _draft(request, fresh, builder, status=422)
    detail = str(problem.detail)
    if isinstance(problem, DraftChanged):
        detail = _("What you typed is still here. Reload to see theirs, or save again to keep yours.")
    return _draft(request, fresh, builder, status=409, problem=problem, detail=detail)


def _draft(
    request: HttpRequest, quote: Quote, builder: Builder, *, status: int = 200, problem: Problem | None = None,
    detail: str = "",
) -> HttpResponse:  # fmt: skip
    context = {**_context(request, quote, builder), "problem": problem, "detail": detail}
    return render(request, "quotes/draft.html", context, status=status)


def _context(request: HttpRequest, quote: Quote, builder: Builder) -> dict[str, Any]:
    category = quote.repair.device.category
    there = {row.service_key for row in builder.line_rows}
    usable = [row for row in QuoteTemplate.objects.all() if row.category in ("", category)]
    shop_fee = pricing.diagnosis(quote.repair, business())[1]
    return {
        "quote": quote,
        "repair": quote.repair,
        "builder": builder,
        "form": builder.draft,
        "ways": builder.ways(),
        "currency": quote.currency,
        "services": [(service.key, service.label) for service in services_for(category) if service.key not in there],
        "templates": usable,
        "template_choices": [(row.pk, row.name) for row in usable],
        "fee": shop_fee,
        "actor": acting(request),
        "costs": builder.costs,
        "at": request.GET.get("at", ""),
        "before": [row for row in pages.versions(quote) if row.pk != quote.pk],
    }


def _costs(request: HttpRequest, quote: Quote) -> bool:
    return policies.sees_margin(acting(request), quote.repair)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _add_line(quote: Quote, target: str, data: QueryDict, builder: Builder, by: Actor) -> str:
    kind, _colon, option = target.partition(":")
    return f"line-{actions.add_line(quote.pk, kind, option_id=_number(option) or None, by=by).pk}"


def _add_service(quote: Quote, target: str, data: QueryDict, builder: Builder, by: Actor) -> str:
    actions.add_service(quote.pk, data.get("service", ""), by=by)
    return "lines"


def _add_option(quote: Quote, target: str, data: QueryDict, builder: Builder, by: Actor) -> str:
    return f"option-{actions.add_option(quote.pk, by=by).pk}"


def _remove_line(quote: Quote, target: str, data: QueryDict, builder: Builder, by: Actor) -> str:
    actions.remove_line(quote.pk, _number(target), by=by)
    return "lines"


def _remove_option(quote: Quote, target: str, data: QueryDict, builder: Builder, by: Actor) -> str:
    actions.remove_option(quote.pk, _number(target), by=by)
    return "lines"


def _split(quote: Quote, target: str, data: QueryDict, builder: Builder, by: Actor) -> str:
    line = _number(target)
    actions.split(quote.pk, line, builder.labour(line), by=by)
    return f"line-{line}"


def _use_template(quote: Quote, target: str, data: QueryDict, builder: Builder, by: Actor) -> str:
    actions.use_template(quote.pk, _number(data.get("template", "")), by=by)
    return "lines"


def _save_template(quote: Quote, target: str, data: QueryDict, builder: Builder, by: Actor) -> str:
    actions.save_template(quote.pk, data.get("template_name", ""), by=by)
    return ""


def _send(quote: Quote, target: str, data: QueryDict, builder: Builder, by: Actor) -> str:
    fresh = Quote.objects.get(pk=quote.pk)
    actions.send(quote.pk, revision=fresh.revision, repair_version=_number(data.get("version", "")), by=by)
    return ""


ACTS: dict[str, Act] = {
    "add-line": _add_line,
    "add-service": _add_service,
    "add-option": _add_option,
    "remove-line": _remove_line,
    "remove-option": _remove_option,
    "split": _split,
    "use-template": _use_template,
    "save-template": _save_template,
    "send": _send,
}
