"""What pages show of time on the job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from revivatech.platform.actors import Actor
from revivatech.platform.questions import Question

from .. import policies
from .. import statuses as s
from ..models import Repair, TimeEntry
from . import rules
from .models import Ended


@dataclass(frozen=True, slots=True)
class Row:
    """Minutes of one person in one stage."""

    status: s.Status
    technician: str
    minutes: int
    runs: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The time of one repair. `mine` is the reader's running clock here, `resumes` that they paused it in this stage;
    `forgotten` those nobody has corrected yet."""

    rows: Sequence[Row]
    running: Sequence[TimeEntry]
    total: int
    in_stage: int | None
    mine: TimeEntry | None
    resumes: bool
    may_start: bool
    forgotten: Sequence[TimeEntry]
    may_stop_others: bool


def sheet(repair: Repair, actor: Actor) -> Sheet:
    """One query, however long the repair took."""
    entries = list(TimeEntry.objects.filter(repair=repair).select_related("technician"))
    running = [entry for entry in entries if entry.is_running]
    mine = [entry for entry in entries if entry.technician_id == actor.user_id is not None]
    last = mine[-1] if mine else None
    here = [
        entry
        for entry in entries
        if entry.status == repair.status
        and (repair.stage_started_at is None or entry.started_at >= repair.stage_started_at)
    ]
    return Sheet(
        rows=_rows(entries),
        running=running,
        total=sum(_counts(entry) for entry in entries),
        in_stage=sum(_counts(entry) for entry in here) if here else None,
        mine=next((entry for entry in running if entry.technician_id == actor.user_id), None),
        resumes=last is not None and last in here and last.ended in (Ended.PAUSED, Ended.SWITCHED),
        may_start=may_start(actor, repair),
        forgotten=[
            entry for entry in entries if entry.ended == Ended.FORGOTTEN and entry.minutes == entry.on_the_clock
        ],
        may_stop_others=actor.may("repairs.time", at=repair.location_id),
    )


def may_start(actor: Actor, repair: Repair) -> bool:
    return (
        actor.user_id is not None
        and repair.status in rules.WORKED_IN
        and policies.may_move(actor, repair, s.REPAIR_WORK)  # who may move it along may work on it
    )


_RUNNING = Question(
    lambda technician: TimeEntry.objects.filter(technician_id=technician, ended_at__isnull=True).select_related(
        "repair__location", "repair__device__model__brand"
    )
)


def my_clock(actor: Actor) -> TimeEntry | None:
    """The clock that runs for the actor, on any repair."""
    if actor.user_id is None:
        return None
    return _RUNNING.first(technician=actor.user_id)


def entries_of(repair: Repair, actor: Actor) -> list[tuple[TimeEntry, bool]]:
    """Each entry, newest first, with its corrections, and whether the actor may correct it. Two queries."""
    rows = TimeEntry.objects.filter(repair=repair).select_related("technician").prefetch_related("corrections")
    return [
        (entry, not entry.is_running and rules.may_correct(actor, repair, entry.technician_id))
        for entry in rows.order_by("-pk")
    ]


def on_bench(repair: Repair, actor: Actor) -> dict[str, Any]:
    """For the repair page."""
    return {"time": sheet(repair, actor)}


def _counts(entry: TimeEntry) -> int:
    return entry.on_the_clock if entry.is_running else entry.minutes


def _rows(entries: Sequence[TimeEntry]) -> list[Row]:
    order = list(s.STATUSES)
    sums: dict[tuple[int, int], Row] = {}
    for entry in entries:
        key = (order.index(entry.status), entry.technician_id)
        row = sums.get(key) or Row(s.STATUSES[entry.status], str(entry.technician), 0, False)
        sums[key] = Row(
            row.status,
            row.technician,
            row.minutes + _counts(entry),
            row.runs or entry.is_running,
        )
    return [sums[key] for key in sorted(sums)]
