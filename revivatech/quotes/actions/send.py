"""To the customer: complete, dated, and the repair waits for the answer."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid
from revivatech.repairs import actions as repairs
from revivatech.repairs.actions.approval import MOST_PENCE
from revivatech.repairs.topics import announce_change
from revivatech.shop.models import Business
from revivatech.shop.queries import business

from .. import policies, pricing, sums
from ..events import QuoteReplaced, QuoteSent, QuoteWithdrawn
from ..models import Kind, Quote, QuoteLine, Status
from ..problems import NotWaiting
from .common import drafting, locked

REPAIR_FORM_DAYS = 30  # terms on the European form hold at least this long
Errors = dict[str, list[str]]


def send(pk: int, *, revision: int, repair_version: int, by: Actor) -> Quote:
    """Send the draft: the version waiting before it is replaced, the repair asks for at most the dearest choice.

    `repair_version` is that of the page the sender looked at: an answer that came in meanwhile stops the sending.
    Raises Invalid with everything that is missing, by field.
    """
    with drafting(pk, by=by, revision=revision) as quote:
        shop, now = business(), clock.now()
        if errors := what_is_missing(quote):
            raise Invalid(errors)
        replace_waiting(quote.repair_id, reason=_("A newer version was sent."), by=by)
        quote.low_pence, quote.high_pence = _spread(quote)
        quote.decline_pence = fee_if_declined(quote, shop)
        quote.status, quote.sent_at, quote.sent_by = Status.SENT, now, by.label
        quote.repair_form = shop.gives_repair_form
        quote.valid_until = now + timedelta(days=holds_days(shop))
        quote.save()
        record(
            QuoteSent(
                repair_id=quote.repair_id, quote_id=quote.pk, quote_version=quote.version, low_pence=quote.low_pence,
                high_pence=quote.high_pence, valid_until=quote.valid_until.isoformat(),
            ),
            by=by,
        )  # fmt: skip
        repairs.propose_price(
            quote.repair.code, pence=quote.high_pence, finding=quote.finding, by=by, version=repair_version,
            quote_id=quote.pk,
        )  # fmt: skip
        return quote


def holds_days(shop: Business) -> int:
    return max(shop.quote_holds_days, REPAIR_FORM_DAYS) if shop.gives_repair_form else shop.quote_holds_days


def fee_if_declined(quote: Quote, shop: Business) -> int:
    """What finding the fault costs when none of the work is wanted."""
    return 0 if quote.fee_waived else pricing.diagnosis(quote.repair, shop)[1]


def replace_waiting(repair_id: int, *, reason: str, by: Actor) -> None:
    """The version waiting, if there is one, no longer counts. The repair's row is locked by the caller."""
    for old in Quote.objects.filter(repair_id=repair_id, status=Status.SENT):
        old.status = Status.SUPERSEDED
        old.save(update_fields=["status"])
        record(QuoteReplaced(repair_id=repair_id, quote_id=old.pk, quote_version=old.version, reason=reason), by=by)


def withdraw(pk: int, *, reason: str, by: Actor) -> Quote:
    """Take a quote back that waits for its answer. The repair stays where it is and asks for nothing; the customer is told
    why. Raises NotFound, Denied, Invalid without a reason, NotWaiting."""
    why = reason.strip()[:500]
    if not why:
        raise Invalid({"reason": [_("Say why; the customer reads it.")]})
    with transaction.atomic():
        quote = locked(pk, by=by)
        policies.check_may_quote(by, quote.repair)
        if quote.status not in (Status.SENT, Status.EXPIRED):
            raise NotWaiting
        quote.status = Status.SUPERSEDED
        quote.save(update_fields=["status"])
        repair = quote.repair
        repair.proposed_pence, repair.version = None, repair.version + 1
        repair.save(update_fields=["proposed_pence", "version"])
        gone = QuoteWithdrawn(repair_id=repair.pk, quote_id=quote.pk, quote_version=quote.version, reason=why)
        record(gone, by=by)
        announce_change(repair)
        return quote


def _spread(quote: Quote) -> tuple[int, int]:
    return sums.spread(list(quote.lines.all()), [option.pk for option in quote.options.all()])


def what_is_missing(quote: Quote) -> Errors:
    """Everything to put right before the customer may see it, by the names of the draft's fields."""
    errors: Errors = {}
    if not quote.finding.strip():
        errors["finding"] = [_("Say what was found; the customer reads it with the quote.")]
    lines, options = list(quote.lines.all()), list(quote.options.all())
    if not lines:
        errors[""] = [_("Add at least one line.")]
        return errors
    for line in lines:
        _check_line(line, errors)
    for option in options:
        if not option.title.strip():
            errors[f"option-{option.pk}-title"] = [_("Name the option, such as Original part.")]
        if not any(line.option_id == option.pk and not line.optional for line in lines):
            errors[f"option-{option.pk}-title"] = [_("Give the option a line of its own, or remove it.")]
    ways: list[int | None] = [option.pk for option in options]
    for way in ways or [None]:
        total = sums.add_up(sums.chosen(lines, way, ())).total_pence
        if total < 0:
            errors[""] = [_("The discount is more than the price.")]
    if not errors and not 0 < _spread(quote)[1] <= MOST_PENCE:
        errors[""] = [_("The quote must come to something, and to at most £100,000.")]
    return errors


def _check_line(line: QuoteLine, errors: Errors) -> None:
    if not line.label.strip():
        errors[f"line-{line.pk}-label"] = [_("Say what it is, or remove the line.")]
    unpriced = (
        line.service_key and line.rule_id is None and not line.unit_pence and line.kind in (Kind.PART, Kind.LABOUR)
    )
    if unpriced:
        errors[f"line-{line.pk}-unit_pence"] = [_("There is no set price for this. Enter one.")]
