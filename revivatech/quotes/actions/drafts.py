"""A draft: begun from the diagnosis or from the version before, filled in, thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Conflict, Invalid, NotFound
from revivatech.platform.spoken import spoken
from revivatech.repairs import statuses as s
from revivatech.repairs.models import Repair
from revivatech.repairs.topics import announce_change
from revivatech.shop.queries import business

from .. import policies, pricing
from ..events import QuoteDiscarded, QuoteStarted
from ..models import Kind, Quote, QuoteLine, QuoteOption
from .common import drafting, locked_repair
from .lines import add_priced, add_ways

FIELDS = frozenset({"finding", "needs_parts", "lead_days", "work_days", "replacement", "fee_waived"})
OPTION_FIELDS = frozenset({"title", "text"})
LINE_FIELDS = frozenset(
    {"kind", "label", "quantity", "unit_pence", "optional", "option_id", "cost_pence", "warranty_days", "minutes"}
)


@transaction.atomic
def start(code: str, *, by: Actor) -> Quote:
    """A draft for the repair: the one there is, else a copy of the newest version, else what was asked for, priced."""
    repair_id = Repair.objects.visible_to(by).filter(code=code).values_list("pk", flat=True).first()
    if repair_id is None:
        raise NotFound
    repair = locked_repair(repair_id)
    policies.check_may_quote(by, repair)
    versions = list(Quote.objects.filter(repair=repair).order_by("version"))
    if versions and versions[-1].is_draft:
        return versions[-1]
    if s.STATUSES[repair.status].stage is None or repair.status == s.READY_FOR_PICKUP:
        raise Conflict(_("A quote is for a device that is with us and not finished."))
    before = versions[-1] if versions else None
    draft = Quote.objects.create(
        repair=repair,
        version=before.version + 1 if before else 1,
        currency=repair.currency,
        finding=before.finding if before else repair.finding,
        created_by_id=by.user_id,
    )
    if before:
        _copy(before, draft)
    else:
        _begin(draft)
    record(QuoteStarted(repair_id=repair.pk, quote_id=draft.pk, quote_version=draft.version), by=by)
    announce_change(repair)
    return draft


def _begin(draft: Quote) -> None:
    repair = draft.repair
    add_ways(draft, pricing.ways(repair, repair.services))
    line, _fee = pricing.diagnosis(repair, business())
    if line is not None:
        add_priced(draft, line, None)
    draft.lead_days = repair.lead_days
    draft.save(update_fields=["lead_days"])


def _copy(before: Quote, draft: Quote) -> None:
    """Options and lines of the version before. Prices it promised stay for as long as it promised them."""
    for name in FIELDS:
        setattr(draft, name, getattr(before, name))
    draft.save()
    twins: dict[int | None, int | None] = {None: None}
    for option in before.options.all():
        old = option.pk
        option.pk, option.quote = None, draft
        option._state.adding = True
        option.save()
        twins[old] = option.pk
    lines = list(before.lines.all())
    for line in lines:
        line.pk, line.quote, line.option_id = None, draft, twins[line.option_id]
        line._state.adding = True
    pricing.repriced(lines, draft.repair)
    for line in lines:
        line.save()


def save(
    pk: int,
    *,
    values: Mapping[str, Any],
    options: Mapping[int, Mapping[str, Any]],
    lines: Mapping[int, Mapping[str, Any]],
    recommended: int | None,
    revision: int,
    by: Actor,
) -> Quote:
    """Write down the whole draft as it stands on the page; rows by id. Costs are kept from those who may not see them."""
    with drafting(pk, by=by, revision=revision) as quote:
        for name in FIELDS & set(values):
            setattr(quote, name, values[name])
        _save_options(quote, options, recommended)
        _save_lines(quote, lines, costs=policies.sees_margin(by, quote.repair))
        return quote


def _save_options(quote: Quote, options: Mapping[int, Mapping[str, Any]], recommended: int | None) -> None:
    rows = {option.pk: option for option in quote.options.all()}
    quote.options.update(recommended=False)
    for pk, values in options.items():
        row = rows.get(pk)
        if row is None:
            continue  # removed; its lines went with it
        for name in OPTION_FIELDS & set(values):
            _write(row, name, values[name])
        row.recommended = pk == recommended
        row.save()


def _write(row: QuoteOption | QuoteLine, name: str, value: Any) -> None:
    """Words of ours that were left as the writer read them stay ours, and every reader has them in their language."""
    if name not in ("label", "title") or value != spoken(getattr(row, name)):
        setattr(row, name, value)


def _save_lines(quote: Quote, lines: Mapping[int, Mapping[str, Any]], *, costs: bool) -> None:
    own_options = {option.pk for option in quote.options.all()}
    allowed = LINE_FIELDS if costs else LINE_FIELDS - {"cost_pence"}
    for row in quote.lines.all():
        values = lines.get(row.pk, {})
        if values.get("option_id") not in {None, *own_options}:
            raise Invalid({f"line-{row.pk}-option_id": [_("Choose an option of this quote.")]})
        priced = row.unit_pence
        for name in allowed & set(values):
            _write(row, name, values[name])
        if (row.kind == Kind.DISCOUNT) != (row.unit_pence < 0) and row.unit_pence:
            raise Invalid({f"line-{row.pk}-unit_pence": [_("Only a discount takes something away.")]})
        if row.unit_pence != priced and row.service_key:
            row.rule_id, row.why = None, ""  # set by hand: the engine does not answer for it
        row.save()


def discard(pk: int, *, by: Actor) -> Repair:
    """Throw a draft away."""
    with transaction.atomic():
        with drafting(pk, by=by) as quote:
            event = QuoteDiscarded(repair_id=quote.repair_id, quote_id=quote.pk, quote_version=quote.version)
            record(event, by=by)
        repair = quote.repair
        QuoteLine.objects.filter(quote=quote).delete()
        QuoteOption.objects.filter(quote=quote).delete()
        quote.delete()
        return repair
