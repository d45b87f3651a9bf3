"""What pages show: the next jobs of one technician, and the technicians for one repair, with reasons in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.shop.hours import Calendar

from .. import statuses as s
from ..actions.work import technicians_at
from ..checklists.quality import second_people
from ..models import Repair, StageRun, TimeEntry
from ..timing.models import Ended
from . import facts, scoring, words

# Parts, answers and customers are waited for; what is booked is not here yet.
WORKABLE = (s.DIAGNOSIS, s.REPAIR_WORK, s.QUALITY_CHECK, s.FINAL_TESTING)
_ANYBODYS = (s.QUALITY_CHECK, s.FINAL_TESTING)
WAITING = (s.AWAITING_APPROVAL, s.PARTS_ORDERING)
MOST_CANDIDATES = 100  # the most pressing ones; more are not compared
SHOWN = 3
_LABELS: tuple[Promise, ...] = (_("Skill"), _("Load"), _("Record"), _("Available"))


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a score: 28 of 40, and why."""

    label: Promise
    points: int
    most: int
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Technician:
    person: scoring.Person
    points: int
    unfit: bool
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class NextJob:
    repair: Repair
    points: int
    unfit: bool
    presses: Sequence[str]
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Suggested:
    """`waiting`: how many of theirs wait for parts or an answer, and are therefore not suggested."""

    jobs: Sequence[NextJob]
    waiting: int


def technicians_for(repair: Repair) -> list[Technician]:
    """Everybody who may work at its location, best first. As many queries for ten people as for one."""
    people = facts.people(technicians_at(repair.location_id), repair.location)
    capacity = facts.capacity(Calendar.of(repair.location))
    names = facts.service_names()
    scored = scoring.best_for(facts.job_of(repair), people, capacity=capacity)
    return [Technician(person, score.points, score.unfit, _lines(score, names)) for person, score in scored]


def on_bench(repair: Repair, actor: Actor) -> dict[str, Any]:
    """For the repair page: somebody is suggested to whoever may assign, while the repair is nobody's."""
    open_and_free = repair.assigned_to_id is None and not s.STATUSES[repair.status].is_closed
    asked = open_and_free and actor.may("repairs.assign", at=repair.location_id)
    return {"suggested_technicians": technicians_for(repair) if asked else []}


def next_for(actor: Actor) -> Suggested:
    """What the actor should take up next. As many queries for a hundred repairs as for one."""
    candidates = _candidates(actor)
    waiting = Repair.objects.visible_to(actor).filter(assigned_to_id=actor.user_id, status__in=WAITING).count()
    if actor.user_id is None or not candidates:
        return Suggested([], waiting)
    locations = {repair.location_id: repair.location for repair in candidates}
    calendars = Calendar.of_each(locations.values())
    capacities = {pk: facts.capacity(calendar) for pk, calendar in calendars.items()}
    [person] = facts.people(list(User.objects.filter(pk=actor.user_id)), candidates[0].location)
    by_code = {repair.code: repair for repair in candidates}
    found = scoring.next_jobs(person, [_waiting(repair, actor, capacities) for repair in candidates], now=clock.now())
    names = facts.service_names()
    return Suggested(
        [
            NextJob(
                by_code[one.waiting.job.code],
                one.score.points,
                one.score.unfit,
                [words.press(press) for press in one.presses],
                _lines(one.score, names),
            )
            for one in found[:SHOWN]
        ],
        waiting,
    )


def _waiting(repair: Repair, actor: Actor, capacities: dict[int, int]) -> scoring.Waiting:
    return scoring.Waiting(
        facts.job_of(repair),
        capacity=capacities[repair.location_id],
        urgency=repair.urgency,
        due_at=repair.stage_due_at,
        ready_by=repair.ready_by,
        yours=repair.assigned_to_id == actor.user_id,
        paused=repair.paused_by_me,  # type: ignore[attr-defined]
    )


def _candidates(actor: Actor) -> list[Repair]:
    """What the actor could work on now: theirs, nobody's, or anybody's checks; not what a clock runs on, their own or a colleague's."""
    here = actor.locations_for("repairs.work")
    entries = TimeEntry.objects.filter(repair=OuterRef("pk"))
    runs = entries.filter(ended_at__isnull=True)
    paused = entries.filter(
        technician_id=actor.user_id, status=OuterRef("status"), ended__in=(Ended.PAUSED, Ended.SWITCHED)
    )
    bench = StageRun.objects.filter(repair=OuterRef("pk"), status=s.REPAIR_WORK).order_by("-pk")
    rank = Case(
        When(urgency="same_day", then=Value(0)), When(urgency="priority", then=Value(1)),
        default=Value(2), output_field=IntegerField(),
    )  # fmt: skip
    rows = Repair.objects.visible_to(actor).filter(status__in=WORKABLE)
    if here is not None:
        rows = rows.filter(location_id__in=here)
    rows = (
        rows.filter(Q(assigned_to=None) | Q(assigned_to_id=actor.user_id) | Q(status__in=_ANYBODYS))
        .filter(~Exists(runs))
        .annotate(paused_by_me=Exists(paused), repairer=Subquery(bench.values("technician_id")[:1]), rank=rank)
        .select_related("location", "device__model__brand", "customer")
        .order_by("rank", F("stage_due_at").asc(nulls_last=True), "pk")
    )
    return _without_own_checks(list(rows[:MOST_CANDIDATES]), actor)


def _without_own_checks(rows: list[Repair], actor: Actor) -> list[Repair]:
    """Nobody is sent to check their own work while a colleague could."""
    alone: dict[int, bool] = {}
    kept = []
    for row in rows:
        if row.status == s.QUALITY_CHECK and row.repairer == actor.user_id:  # type: ignore[attr-defined]
            if row.location_id not in alone:
                alone[row.location_id] = all(pk == actor.user_id for pk in second_people(row))
            if not alone[row.location_id]:
                continue
        kept.append(row)
    return kept


def _lines(score: scoring.Score, names: dict[str, str]) -> list[Line]:
    return [
        Line(label, part.points, part.most, [words.reason(one, names) for one in part.reasons])
        for label, part in zip(_LABELS, score.parts, strict=True)
    ]
