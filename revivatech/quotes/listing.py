"""The follow-up list: what waits, what runs out, what was lost, by key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import FETCH_RAISE, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.repairs import statuses as s

from .models import Quote
from .queries import QuoteQuerySet

PAGE = 50


@dataclass(frozen=True, slots=True)
class Group:
    """`narrow` picks the group's quotes; those with `by_end` are shown by when they run out, others newest first."""

    key: str
    label: Promise
    narrow: Callable[[QuoteQuerySet], QuoteQuerySet]
    by_end: bool = False


def _expired(rows: QuoteQuerySet) -> QuoteQuerySet:
    """Out of time, and the repair still waits for somebody to ask anew."""
    over = Q(status="expired") | Q(status="sent", valid_until__lte=clock.now())
    return rows.filter(over, repair__status=s.AWAITING_APPROVAL).exclude(
        repair__quotes__status="sent", repair__quotes__valid_until__gt=clock.now()
    )


GROUPS: Mapping[str, Group] = {
    group.key: group
    for group in (
        Group("waiting", _("Waiting"), lambda rows: rows.waiting(), by_end=True),
        Group("expiring", _("Expiring soon"), lambda rows: rows.expiring(), by_end=True),
        Group("expired", _("Expired"), _expired),
        Group("declined", _("Declined"), lambda rows: rows.filter(status="declined", repair__status__in=s.OPEN)),
        Group("draft", _("Drafts"), lambda rows: rows.filter(status="draft")),
    )
}


def counts(actor: Actor) -> dict[str, int]:
    return {key: group.narrow(Quote.objects.visible_to(actor)).count() for key, group in GROUPS.items()}


def page(key: str, actor: Actor, *, after: str = "") -> tuple[list[Quote], str]:
    """Up to `PAGE` quotes of the group, and the key of the next page or ""."""
    group = GROUPS[key]
    rows = group.narrow(Quote.objects.visible_to(actor))
    found_key = _read_key(after)
    if group.by_end:
        if found_key:
            end, pk = found_key
            rows = rows.filter(Q(valid_until__gt=end) | Q(valid_until=end, pk__gt=pk))
        rows = rows.order_by("valid_until", "pk")
    else:
        rows = (rows.filter(pk__lt=found_key[1]) if found_key else rows).order_by("-pk")
    related = ("repair__customer", "repair__location", "repair__device__model__brand", "answer")
    found = list(rows.fetch_mode(FETCH_RAISE).select_related(*related)[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    if not more:
        return found, ""
    last = found[-1]
    return found, f"{last.valid_until.timestamp() if last.valid_until else 0}_{last.pk}"


def _read_key(text: str) -> tuple[datetime, int] | None:
    try:
        end, pk = text.split("_")
        if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
            return None
        return datetime.fromtimestamp(float(end), UTC), int(pk)
    except (ValueError, OverflowError, OSError):
        return None
