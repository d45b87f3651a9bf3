"""The one door to notes between shifts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from revivatech.accounts.models import Membership
from revivatech.platform.actors import Actor
from revivatech.platform.questions import Question
from revivatech.shop.models import Location
from revivatech.shop.queries import active_locations

from .. import statuses as s
from ..models import ShiftNote

PAGE = 20
MOST_WAITING = 5  # shown on the workbench; more are in the history


def visible(actor: Actor) -> Any:
    """Notes of the locations where the actor sees repairs, newest first."""
    return _at(_where(actor))


def _where(actor: Actor) -> tuple[int, ...] | None:
    where = actor.locations_for("repairs.view") if actor.is_staff else frozenset()
    return None if where is None else tuple(sorted(where))


def _at(places: tuple[int, ...] | None) -> QuerySet[ShiftNote]:
    rows = ShiftNote.objects.select_related("location", "acknowledgement").order_by("-pk")
    return rows if places is None else rows.filter(location_id__in=places)


_UNREAD = Question(lambda places: _at(places).filter(acknowledgement__isnull=True).order_by("pk")[:MOST_WAITING])


def unread(actor: Actor) -> list[ShiftNote]:
    """What the next shift has not acknowledged yet, oldest first: it is read in the order it was written."""
    return _UNREAD(places=_where(actor))


def page(actor: Actor, *, before: str = "") -> tuple[list[ShiftNote], str]:
    """Up to `PAGE` notes, newest first, and the key of the next page or ""."""
    rows = visible(actor)
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def may_write(actor: Actor, location_id: int) -> bool:
    """Whoever works at the bench or the counter there."""
    return any(actor.may(name, at=location_id) for name in ("repairs.work", "repairs.receive"))


def places(actor: Actor) -> list[Location]:
    """Where the actor may write a note."""
    return [place for place in active_locations() if may_write(actor, place.pk)]


def others_at(location_id: int, user_id: int | None) -> bool:
    """Whether somebody else could read the note there."""
    held = Membership.objects.filter(role__permissions__contains=["repairs.view"], user__is_active=True)
    here = held.filter(location_id=location_id) | held.filter(location_id__isnull=True)
    return here.exclude(user_id=user_id or 0).exists()


@dataclass(frozen=True, slots=True)
class Promise:
    code: str
    device: str
    status: s.Status
    ready_by: datetime | None
    who: str


@dataclass(frozen=True, slots=True)
class Bench:
    """`facts.bench` as pages show it."""

    standing: list[tuple[s.Status, int]]
    promised: list[Promise]
    more_promised: int
    clocks: list[tuple[str, str, datetime]]


def read(facts: dict[str, Any]) -> Bench:
    return Bench(
        standing=[(s.STATUSES[key], number) for key, number in facts.get("standing", {}).items()],
        promised=[
            Promise(
                one["code"], one["device"], s.STATUSES[one["status"]],
                datetime.fromisoformat(one["ready_by"]) if one["ready_by"] else None, one["who"],
            )
            for one in facts.get("promised", ())
        ],
        more_promised=facts.get("more_promised", 0),
        clocks=[(one["code"], one["who"], datetime.fromisoformat(one["since"])) for one in facts.get("clocks", ())],
    )  # fmt: skip
