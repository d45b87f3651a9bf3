"""The customer's page of a quote: by private link, without an account. Signed in as its owner, the answer counts as the portal's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from revivatech.accounts.access import acting
from revivatech.platform.actors import Actor, by_link
from revivatech.platform.limits import address_block, client_address, hashed_key, hit
from revivatech.platform.problems import Conflict, Gone, Invalid
from revivatech.platform.web.privacy import private_page
from revivatech.platform.web.templates import render_block

from .. import actions, offer, pages, papers
from ..forms import AnswerForm
from ..models import Quote


@private_page
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    quote = pages.by_token(token)
    return _page(request, quote, chosen=offer.first_choice(quote))


@private_page
@require_safe
def now(request: HttpRequest, token: str) -> HttpResponse:
    """Whether it still waits: the live part of the page."""
    return render_block(request, "quotes/show.html", "now", pages.shown(pages.by_token(token)))


@private_page
@require_POST
def total(request: HttpRequest, token: str) -> HttpResponse:
    """What the marked choice comes to. Changes nothing; a POST keeps names out of addresses."""
    quote = pages.by_token(token)
    form = pages.answer_form(quote, request.POST)
    form.is_valid()
    chosen, ticked = form.cleaned_data.get("option"), form.cleaned_data.get("ticked", [])
    return render_block(request, "quotes/show.html", "sum", pages.shown(quote, chosen=chosen, ticked=ticked))


@private_page
@require_POST
def answer(request: HttpRequest, token: str) -> HttpResponse:
    quote = pages.by_token(token)
    hit("quote-answer", address_block(client_address(request)), limit=40, per=3600)
    form = pages.answer_form(quote, request.POST)
    try:
        given = _answered(request, quote, form)
    except Invalid as problem:
        return _refused(request, quote, form, problem)
    except (Gone, Conflict) as problem:
        messages.warning(request, str(problem.detail))
        return redirect("quotes:show", token)
    if given:
        messages.success(request, given)
    return redirect("quotes:show", token)


def _answered(request: HttpRequest, quote: Quote, form: AnswerForm) -> str:
    """Do what the form says; the words to say afterwards."""
    if not form.is_valid():
        raise Invalid({})
    data = form.cleaned_data
    by, how = _who(request, quote)
    proof = hashed_key("quote-answer", client_address(request))
    given = actions.Given(data["said_by"], how, proof, request.headers.get("User-Agent", "")[:300])
    if data["answer"] == "no":
        actions.decline(quote.pk, reason=data["reason"], given=given, by=by)
        return _("We have noted that you declined.")
    if data["answer"] == "total":
        raise Invalid({})
    choice = actions.Choice(data["option"], frozenset(data["ticked"]))
    seen = data["seen_pence"] if data["seen_pence"] is not None else -1
    actions.approve(quote.pk, choice, seen_pence=seen, given=given, by=by)
    return _("Thank you. We have your answer and go on at once.")


def _who(request: HttpRequest, quote: Quote) -> tuple[Actor, str]:
    actor = acting(request)
    if actor.kind == "customer" and Quote.objects.visible_to(actor).filter(pk=quote.pk).exists():
        return actor, "portal"
    if actor.is_staff:
        raise Conflict(_("You are signed in as staff. Record the customer’s answer at the workbench."))
    return by_link("quote", quote.pk, label=_("Private link of the quote")), "link"


def _refused(request: HttpRequest, quote: Quote, form: AnswerForm, problem: Invalid) -> HttpResponse:
    """The page again with what was marked and typed, and the total of exactly that."""
    if form.is_bound:
        form.is_valid()
    for name, errors in problem.errors.items():
        for error in errors:
            form.add_error(name if name in form.fields else None, error)
    data = getattr(form, "cleaned_data", {})
    return _page(request, quote, chosen=data.get("option"), ticked=data.get("ticked") or [], form=form, status=422)


@private_page
@require_POST
def renewal(request: HttpRequest, token: str) -> HttpResponse:
    """The customer asks for an expired quote again."""
    quote = pages.by_token(token)
    hit("quote-renewal", address_block(client_address(request)), limit=10, per=3600)
    by, _how = _who(request, quote)
    actions.ask_again(quote.pk, by=by)
    messages.success(request, _("Thank you. We look at it and send you a new quote."))
    return redirect("quotes:show", token)


@private_page
@require_safe
def repair_form(request: HttpRequest, token: str) -> HttpResponse:
    """The European Repair Information Form, for shops that give it."""
    return render(request, "quotes/repair_form.html", pages.repair_form(pages.by_token(token)))


@private_page
@require_safe
def pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The version on paper."""
    hit("quote-document", address_block(client_address(request)), limit=60, per=3600)
    quote = pages.by_token(token)
    return _pdf(papers.quote_pdf(quote), f"{quote.repair.code}-quote-{quote.version}")


@private_page
@require_safe
def repair_form_pdf(request: HttpRequest, token: str) -> HttpResponse:
    hit("quote-document", address_block(client_address(request)), limit=60, per=3600)
    quote = pages.by_token(token)
    return _pdf(papers.repair_form_pdf(quote), f"{quote.repair.code}-repair-form-{quote.version}")


def _pdf(content: bytes, name: str) -> HttpResponse:
    disposition = f'inline; filename="{name}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


def _page(
    request: HttpRequest, quote: Quote, *, chosen: int | None, ticked: list[int] | None = None,
    form: AnswerForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = pages.shown(quote, chosen=chosen, ticked=ticked or [], form=form)
    return render(request, "quotes/show.html", {**context, "staff_looking": acting(request).is_staff}, status=status)
