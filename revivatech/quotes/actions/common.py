"""What every verb of a quote does first: find it, and lock the repair before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from revivatech.platform.actors import Actor
from revivatech.platform.problems import NotFound
from revivatech.repairs.models import Repair
from revivatech.repairs.topics import announce_change

from .. import policies
from ..models import Quote, QuoteOption
from ..problems import DraftChanged, NotADraft


def locked_repair(pk: int) -> Repair:
    """The repair's row, held to the end of the transaction. Every verb takes it before the quote's: the order of locks."""
    related = ("location", "customer", "device__model__brand")
    return Repair.objects.select_for_update(of=("self",), no_key=True).select_related(*related).get(pk=pk)


def locked(pk: int, *, by: Actor) -> Quote:
    """The quote, locked after its repair. NotFound to whoever may not see it."""
    repair_id = Quote.objects.visible_to(by).filter(pk=pk).values_list("repair_id", flat=True).first()
    if repair_id is None:
        raise NotFound
    repair = locked_repair(repair_id)
    quote = Quote.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if quote is None:  # a draft thrown away while we waited
        raise NotFound
    quote.repair = repair
    return quote


@contextmanager
def drafting(pk: int, *, by: Actor, revision: int | None = None) -> Iterator[Quote]:
    """A draft to change: locked, and saved with its new revision at the end. DraftChanged when `revision` is an old one."""
    with transaction.atomic():
        quote = locked(pk, by=by)
        policies.check_may_quote(by, quote.repair)
        if not quote.is_draft:
            raise NotADraft
        if revision is not None and revision != quote.revision:
            raise DraftChanged
        yield quote
        quote.revision += 1
        quote.save()
        announce_change(quote.repair)


def option_ids(quote: Quote) -> list[int]:
    return list(QuoteOption.objects.filter(quote=quote).values_list("pk", flat=True))
