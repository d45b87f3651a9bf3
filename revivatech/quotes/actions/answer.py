"""The customer's answer: the choice, what was seen, and what follows by itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor, by_link, system
from revivatech.platform.events.record import record
from revivatech.platform.money import format_money
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.platform.spoken import known
from revivatech.repairs import actions as repairs
from revivatech.repairs import statuses as s
from revivatech.repairs.models import Outcome
from revivatech.repairs.topics import announce_change

from .. import policies, sums
from .. import problems as p
from ..events import QuoteApproved, QuoteDeclined
from ..models import Quote, QuoteAnswer, Status
from ..offer import as_chosen, as_shown
from .common import locked

# Which ways an answer can reach us by, for each kind of actor.
WAYS = {"link": {"link"}, "customer": {"portal"}, "staff": {"phone", "counter", "email"}}


@dataclass(frozen=True, slots=True)
class Given:
    """Who answered and how we know: kept with the answer."""

    said_by: str
    how: str
    address_hash: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """An option (None where there are none) and the optional lines ticked."""

    option: int | None = None
    ticked: Collection[int] = field(default_factory=frozenset)


def approve(pk: int, choice: Choice, *, seen_pence: int, given: Given, by: Actor) -> QuoteAnswer:
    """The customer agrees to `choice` at `seen_pence`, the total on their screen; the next stage starts by itself.

    The same answer again changes nothing. Raises AnsweredAlready for another one, QuoteReplaced, QuoteOver, and Invalid
    (with `total_pence`) when the choice does not come to what was seen.
    """
    with transaction.atomic():
        quote = _answerable(pk, given, by)
        option, ticked = _valid(quote, choice)
        if (earlier := _earlier(quote)) is not None:
            return _same(earlier, approved=True, option=option, ticked=ticked)
        _check_open(quote)
        lines = sums.chosen(quote.lines.all(), option, ticked)
        total = sums.add_up(lines)
        if total.total_pence != seen_pence:
            raise Invalid(
                {"total": [_("Your choice comes to %(total)s. Approve once more if you agree.")
                           % {"total": format_money(total.total_pence, quote.currency)}]},
                total_pence=total.total_pence,
            )  # fmt: skip
        answer = _keep(quote, Status.APPROVED, total.total_pence, given, by, option=option, ticked=ticked)
        record(
            QuoteApproved(
                repair_id=quote.repair_id, quote_id=quote.pk, quote_version=quote.version,
                total_pence=total.total_pence, option=str(answer.option or ""), lines=[line.label for line in lines],
                said_by=answer.said_by, how=given.how,
            ),
            by=by,
        )  # fmt: skip
        _go_on(quote, answer, total.minutes, by)
        return answer


def _go_on(quote: Quote, answer: QuoteAnswer, minutes: int, by: Actor) -> None:
    """Write the yes into the repair and start its next stage, with the system acting on the customer's word."""
    repair = quote.repair
    repair.bench_minutes = minutes or repair.bench_minutes
    repair.save(update_fields=["bench_minutes"])
    _tell_repair(quote, answer, by)
    after = s.PARTS_ORDERING if quote.needs_parts else s.REPAIR_WORK
    repairs.move(
        repair.code, after, by=system(), reason=_("Quote approved by %(who)s.") % {"who": answer.said_by},
        lead_days=quote.lead_days if quote.needs_parts else None,
    )  # fmt: skip


def decline(pk: int, *, reason: str, given: Given, by: Actor) -> QuoteAnswer:
    """The customer wants none of it. The device gets ready to go back; with a price agreed before, the bench decides."""
    with transaction.atomic():
        quote = _answerable(pk, given, by)
        if (earlier := _earlier(quote)) is not None:
            return _same(earlier, approved=False, option=None, ticked=())
        _check_open(quote)
        why = reason.strip()[:500]
        if not why:
            raise Invalid({"reason": [_("Tell us why in a few words, so that we can offer something better.")]})
        answer = _keep(quote, Status.DECLINED, quote.decline_pence, given, by, reason=why)
        record(
            QuoteDeclined(
                repair_id=quote.repair_id, quote_id=quote.pk, quote_version=quote.version,
                due_pence=quote.decline_pence, reason=why, said_by=answer.said_by, how=given.how,
            ),
            by=by,
        )  # fmt: skip
        agreed_before = quote.repair.agreed_pence is not None
        _tell_repair(quote, answer, by)
        if not agreed_before:
            repairs.mark_ready(quote.repair.code, outcome=Outcome.DECLINED, summary=decline_summary(quote), by=system())
        return answer


def decline_summary(quote: Quote) -> str:
    if not quote.decline_pence:
        return _("You declined our quote. Nothing is owed for the diagnosis.")
    return _("You declined our quote. %(fee)s is due for the diagnosis.") % {
        "fee": format_money(quote.decline_pence, quote.currency)
    }


def _answerable(pk: int, given: Given, by: Actor) -> Quote:
    quote = locked(pk, by=by)
    if quote.is_draft:
        raise NotFound
    if by.kind == "staff":
        policies.check_may_answer_for(by, quote.repair)
    elif by.kind not in ("link", "customer") or (by.link and not by.opened("quote", pk)):
        raise Denied
    if given.how not in WAYS[by.kind]:
        raise Invalid({"how": [_("Choose how the answer reached us.")]})
    if not given.said_by.strip():
        raise Invalid({"said_by": [_("Enter the name of the person who answers.")]})
    return quote


def _valid(quote: Quote, choice: Choice) -> tuple[int | None, list[int]]:
    """The choice tidied: ticks that belong to another option are dropped, as a form sends them all."""
    options = [option.pk for option in quote.options.all()]
    if (choice.option not in options) if options else (choice.option is not None):
        raise Invalid({"option": [_("Choose one of the options.")]})
    lines = list(quote.lines.all())
    if not set(choice.ticked) <= {line.pk for line in lines if line.optional}:
        raise Invalid({"ticked": [_("Tick only what is offered.")]})
    taken = sums.chosen(lines, choice.option, choice.ticked)
    return choice.option, sorted(line.pk for line in taken if line.optional)


def _earlier(quote: Quote) -> QuoteAnswer | None:
    return QuoteAnswer.objects.select_related("option").filter(quote=quote).first()


def _same(earlier: QuoteAnswer, *, approved: bool, option: int | None, ticked: Collection[int]) -> QuoteAnswer:
    if (earlier.approved, earlier.option_id, sorted(earlier.ticked)) == (approved, option, sorted(ticked)):
        return earlier
    words = _("It was approved by %(who)s.") if earlier.approved else _("It was declined by %(who)s.")
    raise p.AnsweredAlready(words % {"who": earlier.said_by})


def _check_open(quote: Quote) -> None:
    if quote.status == Status.SUPERSEDED:
        newer = Quote.objects.filter(repair_id=quote.repair_id).newest()
        raise p.QuoteReplaced(newer=newer.token if newer and newer.pk != quote.pk else None)
    if not quote.may_be_answered():
        raise p.QuoteOver


def _keep(
    quote: Quote, status: Status, total: int, given: Given, by: Actor, *, option: int | None = None,
    ticked: Collection[int] = (), reason: str = "",
) -> QuoteAnswer:  # fmt: skip
    approved = status == Status.APPROVED
    quote.status = status
    quote.save(update_fields=["status"])
    snapshot = _read(quote, given.how, option, ticked if approved else None)
    return QuoteAnswer.objects.create(
        quote=quote, approved=approved, option_id=option, ticked=list(ticked), total_pence=total, reason=reason,
        said_by=given.said_by.strip()[:120], how=given.how, recorded_by=by.label, address_hash=given.address_hash,
        user_agent=given.user_agent[:300], snapshot=snapshot,
    )  # fmt: skip


def _read(quote: Quote, how: str, option: int | None, ticked: Collection[int] | None) -> dict[str, Any]:
    """What was on the customer's screen, word for word. To whom staff spoke, it was written in their own language."""
    here = translation.get_language() or settings.LANGUAGE_CODE
    language = here if how in ("link", "portal") else known(quote.repair.customer.locale)
    with translation.override(language):
        chosen = None if ticked is None else as_chosen(quote, option, ticked)
        return {**as_shown(quote), "chosen": chosen, "language": language}


def _tell_repair(quote: Quote, answer: QuoteAnswer, by: Actor) -> None:
    """The repair's own record of the yes or no. Whoever holds the quote's link answers for this repair, and for no other."""
    as_whom = by_link("repair", quote.repair_id, label=by.label) if by.kind == "link" else by
    repairs.record_answer(
        quote.repair.code,
        approved=answer.approved,
        pence=answer.total_pence if answer.approved else quote.high_pence,
        said_by=answer.said_by,
        how=answer.how,
        words=answer.reason,
        by=as_whom,
        quote_id=quote.pk,
    )
    announce_change(quote.repair)
