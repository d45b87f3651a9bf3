"""The queue: filters, search and pages by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import FETCH_RAISE, Count

from revivatech.platform import clock, keyset
from revivatech.platform.actors import Actor

from . import statuses as s
from .finding import matching
from .models import Repair
from .queries import CLOSED, RepairQuerySet

PAGE = 50
MOST_COUNTED = 200
ORDER = ("queue_rank", "queue_due", "id")  # of the index repair_pressing
DUE_SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue shows. Unknown words in an address are ignored, so an old link still opens."""

    text: str = ""
    status: str = ""
    whose: str = ""  # mine | nobody
    late: bool = False
    urgency: str = ""
    location: int | None = None
    closed: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        location = query.get("location", "")
        status = query.get("status", "")
        return cls(
            text=query.get("q", "").replace("\x00", "").strip()[:100],
            status=status if status in s.STATUSES else "",
            whose=query.get("whose", "") if query.get("whose") in {"mine", "nobody"} else "",
            late=query.get("late") == "1",
            urgency=query.get("urgency", "") if query.get("urgency") in {"priority", "same_day"} else "",
            location=int(location) if location.isdecimal() and len(location) < 10 else None,
            closed=query.get("closed") == "1",
        )

    def only(self, status: str) -> Filters:
        """The same, of one status."""
        return replace(self, status=status)

    def as_query(self, **changes: Any) -> dict[str, str]:
        """For links: the set filters with `changes` on top (an empty value takes one away)."""
        values: dict[str, Any] = {
            "q": self.text, "status": self.status, "whose": self.whose, "late": "1" if self.late else "",
            "urgency": self.urgency, "location": self.location or "", "closed": "1" if self.closed else "", **changes,
        }  # fmt: skip
        return {name: str(value) for name, value in values.items() if value not in ("", None)}


def narrowed(filters: Filters, *, by: Actor, ignoring_status: bool = False) -> RepairQuerySet:
    """Repairs this actor may see, under the filters. A search looks into closed repairs too."""
    rows = Repair.objects.visible_to(by)
    if filters.text:
        rows = rows.filter(matching(filters.text))
    elif not filters.closed and filters.status not in ("completed", "cancelled"):
        rows = rows.open()
    if filters.status and not ignoring_status:
        rows = rows.filter(status=filters.status)
    if filters.whose == "mine":
        rows = rows.filter(assigned_to_id=by.user_id)
    elif filters.whose == "nobody":
        rows = rows.filter(assigned_to_id=None)
    if filters.urgency:
        rows = rows.filter(urgency=filters.urgency)
    if filters.location is not None:
        rows = rows.filter(location_id=filters.location)
    if filters.late:
        rows = rows.filter(stage_due_at__lt=clock.now())
    return rows


def counts(filters: Filters, *, by: Actor) -> dict[str, int]:
    """How many repairs are in each status under the other filters.

    Open ones are counted. Closed ones and the finds of a search have no end in a large shop: of those the most pressing
    `MOST_COUNTED` are looked at, and a status with so many says `MOST_COUNTED`.
    """
    rows = narrowed(filters, by=by, ignoring_status=True).order_by()
    if filters.text:
        found = Counter(rows.order_by(*ORDER).values_list("status", flat=True)[:MOST_COUNTED])
        return {status: found[status] for status in s.STATUSES}
    found = Counter(dict(rows.open().values_list("status").annotate(number=Count("pk"))))
    if filters.closed:
        for status in CLOSED:
            found[status] = rows.filter(status=status).values("pk")[:MOST_COUNTED].count()
    return {status: found[status] for status in s.STATUSES}


def page(filters: Filters, *, by: Actor, after: str = "") -> tuple[list[Repair], str]:
    """Up to `PAGE` repairs, most pressing first (urgency, then what is due soonest), and the key of the next page or ""."""
    rows = narrowed(filters, by=by)
    if key := _read_key(after):
        rows = rows.filter(keyset.after(Repair, dict(zip(ORDER, key, strict=True))))
    # The keys of the page first: a sort of many candidates must not carry five joined tables along.
    keys = rows.order_by(*ORDER).values("pk")[: PAGE + 1]
    found = list(
        Repair.objects.filter(pk__in=keys)
        .fetch_mode(FETCH_RAISE)
        .select_related("customer", "device__model__brand", "location", "assigned_to")
        .order_by(*ORDER)
    )
    more = len(found) > PAGE
    last = found[PAGE - 1] if more else None
    return found[:PAGE], f"{last.queue_rank}_{last.queue_due.timestamp()}_{last.pk}" if last else ""


def lateness(repair: Repair, now: datetime | None = None) -> str:
    """`late`, `due` (within the hour) or "": of the stage, whose due time was counted in opening hours."""
    if repair.stage_due_at is None or s.STATUSES[repair.status].is_closed:
        return ""
    left = repair.stage_due_at - (now or clock.now())
    return "late" if left < timedelta() else "due" if left <= DUE_SOON else ""


def _read_key(text: str) -> tuple[int, datetime, int] | None:
    try:
        rank, due, pk = text.split("_")
        return int(rank), datetime.fromtimestamp(float(due), UTC), int(pk)
    except (ValueError, OverflowError, OSError):
        return None
