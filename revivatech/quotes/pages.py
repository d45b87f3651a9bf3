"""What the pages of a quote show. The customer's page gets plain values that know no costs (offer.py)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor
from revivatech.platform.problems import NotFound
from revivatech.platform.spoken import spoken
from revivatech.repairs.topics import repair_topic
from revivatech.shop.queries import business

from . import offer, policies, sums
from .actions.send import fee_if_declined
from .forms import AnswerForm, RecordedAnswerForm
from .models import Kind, Quote, QuoteAnswer, Status

RELATED = ("repair__customer", "repair__location", "repair__device__model__brand", "repair__assigned_to")


def by_token(token: str) -> Quote:
    """What a private link opens. Drafts have a token too, but nobody was given it."""
    return _found(Quote.objects.sent_ever().filter(token=token))


def for_staff(pk: int, actor: Actor) -> Quote:
    return _found(Quote.objects.visible_to(actor).filter(pk=pk))


def _found(rows: Any) -> Quote:
    found: Quote | None = rows.select_related(*RELATED).prefetch_related("options", "lines").first()
    if found is None:
        raise NotFound
    return found


def answer_of(quote: Quote) -> QuoteAnswer | None:
    return QuoteAnswer.objects.select_related("option").filter(quote=quote).first()


def state_of(quote: Quote) -> str:
    """What the customer can do with it: open | approved | declined | over | replaced | draft."""
    if quote.may_be_answered():
        return "open"
    if quote.is_over():
        return "over"
    return {Status.SUPERSEDED: "replaced", Status.APPROVED: "approved", Status.DECLINED: "declined"}.get(
        Status(quote.status), "draft"
    )


def shown(
    quote: Quote, *, chosen: int | None = None, ticked: Collection[int] = (), form: AnswerForm | None = None
) -> dict[str, Any]:
    """The customer's page. `chosen` and `ticked` are what is marked now; what was answered is shown as it was answered."""
    answer = answer_of(quote)
    newer = Quote.objects.filter(repair_id=quote.repair_id).newest() if quote.status == Status.SUPERSEDED else None
    repair = quote.repair
    return {
        "quote": offer.as_shown(quote, answer),
        "state": state_of(quote),
        "token": quote.token,
        "valid_until": quote.valid_until,
        "asked_again": quote.asked_again_at is not None,
        "repair_form": quote.repair_form,
        "answer": answer,
        "answered": offer.as_answered(answer) if answer and answer.approved else None,
        "newer": newer.token if newer and newer.pk != quote.pk else "",
        "code": repair.code,
        "device": str(repair.device),
        "customer_name": repair.customer.name,
        "location": repair.location,
        "zone": repair.location.zone_name,
        "topic": repair_topic(repair.pk),
        "form": form or answer_form(quote),
        "chosen": chosen,
        "ticked": set(ticked),
        "sum": sum_of(quote, chosen, ticked, answer),
        "preview": False,
        "staff_looking": False,
    }


def sum_of(
    quote: Quote, chosen: int | None, ticked: Collection[int], answer: QuoteAnswer | None = None
) -> dict[str, Any] | None:
    """What the choice comes to; None while an option has still to be chosen."""
    options = [option.pk for option in quote.options.all()]
    if (chosen not in options) if options else (chosen is not None):
        return None
    return offer.as_chosen(quote, chosen, ticked, answer)


def answer_form(quote: Quote, data: Any = None, *, recorded: bool = False) -> AnswerForm:
    kind = RecordedAnswerForm if recorded else AnswerForm
    optional = [line.pk for line in quote.lines.all() if line.optional]
    return kind(data, optional=optional, initial={"said_by": quote.repair.customer.name})


def preview(quote: Quote) -> dict[str, Any]:
    """The customer's page of a draft, as it would be sent now."""
    lines = list(quote.lines.all())
    quote.low_pence, quote.high_pence = sums.spread(lines, [option.pk for option in quote.options.all()])
    quote.decline_pence = fee_if_declined(quote, business())
    return {**shown(quote, chosen=offer.first_choice(quote)), "preview": True, "state": "open"}


def versions(quote: Quote) -> list[Quote]:
    return list(Quote.objects.filter(repair_id=quote.repair_id).order_by("-version"))


def for_workbench(quote: Quote, actor: Actor) -> dict[str, Any]:
    """A version that was sent, for staff: what it offers, what it leaves us, what was answered."""
    costs = policies.sees_margin(actor, quote.repair)
    lines = list(quote.lines.all())
    ways: list[int | None] = [option.pk for option in quote.options.all()]
    answer = answer_of(quote)
    answered = sums.chosen(lines, answer.option_id, answer.ticked) if answer and answer.approved else None
    return {
        **shown(quote, chosen=offer.first_choice(quote)),
        "row": quote,
        "repair": quote.repair,
        "versions": versions(quote),
        "kinds": dict(Kind.choices),
        "may_quote": policies.may_quote(actor, quote.repair),
        "margins": [(way, sums.margin(sums.chosen(lines, way, ()))) for way in ways or [None]] if costs else [],
        "answer_margin": sums.margin(answered) if costs and answered is not None else None,
        "titles": {option.pk: spoken(option.title) for option in quote.options.all()},
        "actor": actor,
    }


def repair_form(quote: Quote) -> dict[str, Any]:
    """The European Repair Information Form, from the same values as the quote. NotFound where the shop does not give it."""
    if not quote.repair_form:
        raise NotFound
    assert quote.sent_at is not None
    shop = business()
    values = offer.as_shown(quote, answer_of(quote))
    named = [(_("In every option") if values["options"] else _("Work and parts"), values["lines"])]
    named += [(option["title"], option["lines"]) for option in values["options"]]
    extras = [line for _title, lines in named for line in lines if line["kind"] == Kind.FEE or line["optional"]]
    return {
        "quote": values,
        "business": shop,
        "location": quote.repair.location,
        "code": quote.repair.code,
        "device": quote.repair.device,
        "zone": quote.repair.location.zone_name,
        "issued": quote.sent_at,
        "valid_until": quote.valid_until,
        "extras": extras,
        "groups": [(title, own) for title, lines in named if (own := [line for line in lines if line not in extras])],
        "token": quote.token,
    }
