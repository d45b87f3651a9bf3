"""The queue: filters, search and pages by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import FETCH_RAISE, Count, Exists, OuterRef, Q, QuerySet

from revivatech.catalogue.models import full_name
from revivatech.platform import clock, keyset
from revivatech.platform.actors import Actor
from revivatech.platform.questions import Question

from . import statuses as s
from .finding import matching
from .models import Repair, SelfCheckIn
from .queries import CLOSED, RepairQuerySet

PAGE = 50
MOST_COUNTED = 200
ORDER = ("queue_rank", "queue_due", "id")  # of the index repair_pressing
SHOWN = (
    "code", "status", "outcome", "urgency", "version", "created_at", "ready_by", "stage_due_at", "queue_rank", "queue_due",
    "agreed_pence", "proposed_pence", "bench_minutes", "services", "storage_place", "promised", "customer_id", "assigned_to_id", "location_id",
    "customer__name", "customer__user_id", "device__described", "device__category", "device__model__name", "device__model__brand__name",
    "location__name", "location__zone_name", "assigned_to__full_name", "assigned_to__email",
)  # fmt: skip
URGENT = {"same_day": 0, "priority": 1}  # their places in the order
DUE_SOON = timedelta(hours=1)


class Line(NamedTuple):
    """A repair as a row of the queue shows it: words, equal when the row looks the same."""

    pk: int
    code: str
    version: int
    status: str
    urgency: str
    stage_due_at: datetime | None
    queue_rank: int
    queue_due: datetime
    customer: str
    described: str
    model: str | None
    brand: str | None
    technician_name: str | None
    technician_email: str | None
    zone_name: str
    was_checked_in: bool  # by the customer, at the door

    @property
    def device(self) -> str:
        return full_name(self.brand or "", self.model) if self.model else self.described

    @property
    def technician(self) -> str:
        return self.technician_name or self.technician_email or ""

    @property
    def is_at_the_door(self) -> bool:
        """The customer checked it in, and nobody has taken it yet."""
        return self.was_checked_in and self.status == s.BOOKED


LINE = (
    "pk", "code", "version", "status", "urgency", "stage_due_at", "queue_rank", "queue_due", "customer__name",
    "device__described", "device__model__name", "device__model__brand__name", "assigned_to__full_name", "assigned_to__email",
    "location__zone_name",
)  # fmt: skip


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


def narrowed(filters: Filters, *, by: Actor, ignoring_status: bool = False, found: Q | None = None) -> RepairQuerySet:
    """Repairs this actor may see, under the filters. A search looks into closed repairs too.

    `found` is `matching(filters.text)` when the caller has it already.
    """
    rows = Repair.objects.visible_to(by)
    if filters.text:
        rows = rows.filter(matching(filters.text) if found is None else found)
    return _under(rows, **_plain(filters, by=by, ignoring_status=ignoring_status))


def _plain(filters: Filters, *, by: Actor, ignoring_status: bool = False) -> dict[str, Any]:
    """The filters as `_under` takes them: values for the database, and yes or no."""
    open_only = not (filters.text or filters.closed or filters.status in CLOSED)
    return {
        "open_only": open_only,
        "status": None if ignoring_status else filters.status or None,
        "theirs": by.user_id if filters.whose == "mine" else None,
        "nobodys": filters.whose == "nobody",
        "urgency": filters.urgency or None,
        # Of what is open it says the same, and the index of the order begins with it.
        "rank": URGENT.get(filters.urgency) if open_only else None,
        "location": filters.location,
        "late_at": clock.now() if filters.late else None,
    }


def _under(
    rows: RepairQuerySet,
    *,
    open_only: bool,
    status: str | None,
    theirs: int | None,
    nobodys: bool,
    urgency: str | None,
    rank: int | None,
    location: int | None,
    late_at: datetime | None,
) -> RepairQuerySet:
    rows = rows.open() if open_only else rows
    equal = {
        "queue_rank": rank,
        "status": status,
        "assigned_to_id": theirs,
        "urgency": urgency,
        "location_id": location,
    }
    rows = rows.filter(**{name: value for name, value in equal.items() if value is not None})
    if nobodys:
        rows = rows.filter(assigned_to_id=None)
    return rows.filter(stage_due_at__lt=late_at) if late_at is not None else rows


def counts(filters: Filters, *, by: Actor, found: Q | None = None) -> dict[str, int]:
    """How many repairs are in each status under the other filters.

    Open ones are counted. Closed ones and the finds of a search have no end in a large shop: of those the most pressing
    `MOST_COUNTED` are looked at, and a status with so many says `MOST_COUNTED`.
    """
    rows = narrowed(filters, by=by, ignoring_status=True, found=found).order_by()
    if filters.text:
        number = Counter(rows.order_by(*ORDER).values_list("status", flat=True)[:MOST_COUNTED])
        return {status: number[status] for status in s.STATUSES}
    if by.is_staff:
        number = Counter(dict(_OPEN_COUNTS(places=_places(by), **_plain(filters, by=by, ignoring_status=True))))
    else:
        number = Counter(dict(_open_counts(rows)))
    if filters.closed:
        for status in CLOSED:
            number[status] = rows.filter(status=status).values("pk")[:MOST_COUNTED].count()
    return {status: number[status] for status in s.STATUSES}


def page(filters: Filters, *, by: Actor, after: str = "", found: Q | None = None) -> tuple[list[Repair], str]:
    """Up to `PAGE` repairs, most pressing first (urgency, then what is due soonest), and the key of the next page or ""."""
    return _cut(_pressing(_rows, _FIRST_ROWS, filters, by=by, after=after, found=found))


def page_and_counts(
    filters: Filters, *, by: Actor, after: str = "", found: Q | None = None
) -> tuple[list[Line], str, dict[str, int]]:
    """Both, as the queue shows them. The finds that a search counts begin with those of its first page: they are looked for once."""
    if not filters.text or filters.status or _read_key(after):
        lines = _pressing(_lines, _FIRST_LINES, filters, by=by, after=after, found=found)
        return *_cut([Line(*one) for one in lines]), counts(filters, by=by, found=found)
    pressing = list(narrowed(filters, by=by, found=found).order_by(*ORDER).values_list("pk", "status")[:MOST_COUNTED])
    number = Counter(status for _pk, status in pressing)
    lines = list(_lines([pk for pk, _status in pressing[: PAGE + 1]]))
    return *_cut([Line(*one) for one in lines]), {status: number[status] for status in s.STATUSES}


def _pressing[R](
    columns: Callable[[Any], QuerySet[Repair, R]],
    first: Question[R],
    filters: Filters,
    *,
    by: Actor,
    after: str,
    found: Q | None,
) -> list[R]:
    """One more than a page shows, with these columns. `first` asks for the same where there is neither a search nor a page before."""
    key = _read_key(after)
    if by.is_staff and not filters.text and not key:
        return first(places=_places(by), **_plain(filters, by=by))
    rows = narrowed(filters, by=by, found=found)
    if key:
        rows = rows.filter(keyset.after(Repair, dict(zip(ORDER, key, strict=True))))
    return list(columns(_keys(rows)))


def _cut[R: (Repair, Line)](shown: list[R]) -> tuple[list[R], str]:
    last = shown[PAGE - 1] if len(shown) > PAGE else None
    return shown[:PAGE], f"{last.queue_rank}_{last.queue_due.timestamp()}_{last.pk}" if last else ""


def _keys(rows: RepairQuerySet) -> Any:
    """By themselves: a sort of many candidates must not carry five joined tables along."""
    return rows.order_by(*ORDER).values("pk")[: PAGE + 1]


def _rows(keys: Any) -> RepairQuerySet:
    """With the columns of lists and nothing else: another one read later raises."""
    shown = Repair.objects.filter(pk__in=keys).fetch_mode(FETCH_RAISE)
    return (
        shown.select_related("customer", "device__model__brand", "location", "assigned_to")
        .only(*SHOWN)
        .order_by(*ORDER)
    )


def _lines(keys: Any) -> QuerySet[Repair, tuple[Any, ...]]:
    checked_in = Exists(SelfCheckIn.objects.filter(repair=OuterRef("pk")))
    return Repair.objects.filter(pk__in=keys).order_by(*ORDER).values_list(*LINE, checked_in)


def _open_counts(rows: RepairQuerySet) -> QuerySet[Repair, tuple[str, int]]:
    return rows.open().order_by().values_list("status").annotate(number=Count("pk"))


def _places(by: Actor) -> tuple[int, ...] | None:
    """Where staff see repairs, as `visible_to` has it."""
    places = by.locations_for("repairs.view")
    return None if places is None else tuple(sorted(places))


# What the bench looks at all day: the queue without a search, from its beginning.
_FIRST_ROWS = Question(lambda places, **plain: _rows(_keys(_under(Repair.objects.at_places(places), **plain))))
_FIRST_LINES = Question(lambda places, **plain: _lines(_keys(_under(Repair.objects.at_places(places), **plain))))
_OPEN_COUNTS = Question(lambda places, **plain: _open_counts(_under(Repair.objects.at_places(places), **plain)))


def lateness(repair: Repair | Line, now: datetime | None = None) -> str:
    """`late`, `due` (within the hour) or "": of the stage, whose due time was counted in opening hours."""
    if repair.stage_due_at is None or s.STATUSES[repair.status].is_closed:
        return ""
    left = repair.stage_due_at - (now or clock.now())
    return "late" if left < timedelta() else "due" if left <= DUE_SOON else ""


def is_key(text: str) -> bool:
    """Whether a page can begin after it."""
    return _read_key(text) is not None


def _read_key(text: str) -> tuple[int, datetime, int] | None:
    try:
        rank, due, pk = text.split("_")
        return int(rank), datetime.fromtimestamp(float(due), UTC), int(pk)
    except (ValueError, OverflowError, OSError):
        return None
