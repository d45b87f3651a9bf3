"""The queue: filters, search and pages by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import FETCH_RAISE, Case, Count, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

from revivatech.customers.phone import PhoneError, normalise
from revivatech.platform import clock, ids
from revivatech.platform.actors import Actor

from . import statuses as s
from .models import Repair
from .queries import RepairQuerySet

PAGE = 50
DUE_SOON = timedelta(hours=1)
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


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
    """How many repairs are in each status under the other filters."""
    rows = narrowed(filters, by=by, ignoring_status=True).order_by().values_list("status")
    found = dict(rows.annotate(number=Count("pk")).values_list("status", "number"))
    return {status: found.get(status, 0) for status in s.STATUSES}


def page(filters: Filters, *, by: Actor, after: str = "") -> tuple[list[Repair], str]:
    """Up to `PAGE` repairs, most pressing first (urgency, then what is due soonest), and the key of the next page or ""."""
    rank = Case(
        When(urgency="same_day", then=Value(0)), When(urgency="priority", then=Value(1)),
        default=Value(2), output_field=IntegerField(),
    )  # fmt: skip
    rows = narrowed(filters, by=by).annotate(rank=rank, due=Coalesce(F("stage_due_at"), Value(_NEVER)))
    if key := _read_key(after):
        rank_, due, pk = key
        rows = rows.filter(Q(rank__gt=rank_) | Q(rank=rank_, due__gt=due) | Q(rank=rank_, due=due, pk__gt=pk))
    found = list(
        rows.fetch_mode(FETCH_RAISE)
        .select_related("customer", "device__model__brand", "location", "assigned_to")
        .order_by("rank", "due", "pk")[: PAGE + 1]
    )
    more = len(found) > PAGE
    found = found[:PAGE]
    last: Any = found[-1] if found else None
    return found, f"{last.rank}_{last.due.timestamp()}_{last.pk}" if more else ""


def lateness(repair: Repair, now: datetime | None = None) -> str:
    """`late`, `due` (within the hour) or "": of the stage, whose due time was counted in opening hours."""
    if repair.stage_due_at is None or s.STATUSES[repair.status].is_closed:
        return ""
    left = repair.stage_due_at - (now or clock.now())
    return "late" if left < timedelta() else "due" if left <= DUE_SOON else ""


def matching(text: str) -> Q:
    """Code (as read aloud), name, e-mail, phone in any format, serial, IMEI or model."""
    if code := ids.read_code("RT", text):
        return Q(code=code)
    found = Q(pk__isnull=False)
    for word in text.split()[:6]:
        found &= (
            Q(customer__name__icontains=word)
            | Q(customer__email__icontains=word)
            | Q(device__serial__iexact=word)
            | Q(device__imei=word)
            | Q(device__described__icontains=word)
            | Q(device__model__name__icontains=word)
            | Q(device__model__brand__name__icontains=word)
            | Q(code__icontains=word)
        )
    try:
        return found | Q(customer__phone=normalise(text))
    except PhoneError:
        return found


def _read_key(text: str) -> tuple[int, datetime, int] | None:
    try:
        rank, due, pk = text.split("_")
        return int(rank), datetime.fromtimestamp(float(due), UTC), int(pk)
    except (ValueError, OverflowError, OSError):
        return None
