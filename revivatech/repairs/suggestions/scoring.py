"""A score out of 100 for a person and a repair: skill 40, load 30, record 20, availability 10. Pure: facts in, points out.

Each part says its reason. Where nothing is known a part gets its neutral value and says that nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from .models import Level

SKILL, LOAD, RECORD, AVAILABILITY = 40, 30, 20, 10
ENOUGH = 5  # finished repairs before a record says anything
POINTS_OF_LEVEL = {Level.NONE: 0, Level.LEARNING: 12, Level.ABLE: 28, Level.EXPERT: 36}
POINTS_A_REPAIR = 2  # finished ones of that kind
MOST_FOR_LEVEL = 4  # beyond the stored level
MOST_WITHOUT_LEVEL = 16  # beyond neutral

Kind = tuple[str, str]  # service key, category; "" is every one


class Why(StrEnum):
    """Reasons; `words.py` says them."""

    SKILL_STORED = "skill_stored"
    SKILL_UNKNOWN = "skill_unknown"
    FINISHED = "finished"
    LOAD = "load"
    LOAD_UNKNOWN = "load_unknown"
    RECORD = "record"
    RECORD_UNKNOWN = "record_unknown"
    FREE = "free"
    ON_THIS = "on_this"
    ON_ANOTHER = "on_another"
    NOT_SEEN = "not_seen"


@dataclass(frozen=True, slots=True)
class Reason:
    why: Why
    number: int = 0
    of: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    points: int
    most: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Score:
    skill: Part
    load: Part
    record: Part
    availability: Part
    unfit: bool = False  # a manager says that they do not do this

    @property
    def parts(self) -> tuple[Part, ...]:
        return (self.skill, self.load, self.record, self.availability)

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)


@dataclass(frozen=True, slots=True)
class Person:
    """What the rows say of one technician. `finished` counts repaired devices by service and category; `right` of `done`
    passed their check at once and did not come back; `busy_on` is the code of the repair their clock runs on."""

    id: int
    name: str
    skills: Mapping[Kind, Level] = field(default_factory=dict)
    finished: Mapping[Kind, int] = field(default_factory=dict)
    right: int = 0
    done: int = 0
    assigned_minutes: int = 0
    seen_today: bool = False
    busy_on: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One repair. `services` may be empty: then only the kind of device counts."""

    code: str
    category: str
    services: Sequence[str]


def score(person: Person, job: Job, *, capacity: int) -> Score:
    """`capacity`: minutes the location is open on the days that count (see `facts.capacity`)."""
    skill, unfit = _skill(person, job)
    return Score(skill, _load(person, capacity), _record(person), _availability(person, job), unfit)


def _skill(person: Person, job: Job) -> tuple[Part, bool]:
    """Of several services the one they are weakest at counts: one person does them all."""
    parts = [_skill_at(person, service, job.category) for service in job.services or ("",)]
    return min(parts, key=lambda found: (not found[1], found[0].points))


def _skill_at(person: Person, service: str, category: str) -> tuple[Part, bool]:
    kinds = ((service, category), (service, ""), ("", category), ("", ""))
    stored = next(((kind, person.skills[kind]) for kind in kinds if kind in person.skills), None)
    finished = person.finished.get((service, category), 0)
    done = (Reason(Why.FINISHED, finished, text=service),) if finished else ()
    if stored is None:
        points = SKILL // 2 + min(finished * POINTS_A_REPAIR, MOST_WITHOUT_LEVEL)
        return Part(points, SKILL, done or (Reason(Why.SKILL_UNKNOWN, text=service),)), False
    _kind, level = stored
    points = POINTS_OF_LEVEL[level]
    if level != Level.NONE:
        points += min(finished * POINTS_A_REPAIR, MOST_FOR_LEVEL)
    return Part(points, SKILL, (Reason(Why.SKILL_STORED, int(level), text=service), *done)), level == Level.NONE


def _load(person: Person, capacity: int) -> Part:
    if not capacity:
        return Part(LOAD // 2, LOAD, (Reason(Why.LOAD_UNKNOWN),))
    free = max(0, capacity - person.assigned_minutes)
    return Part(round(LOAD * free / capacity), LOAD, (Reason(Why.LOAD, person.assigned_minutes, capacity),))


def _record(person: Person) -> Part:
    if person.done < ENOUGH:
        return Part(RECORD // 2, RECORD, (Reason(Why.RECORD_UNKNOWN, person.done, ENOUGH),))
    return Part(round(RECORD * person.right / person.done), RECORD, (Reason(Why.RECORD, person.right, person.done),))


def _availability(person: Person, job: Job) -> Part:
    if person.busy_on == job.code:
        return Part(AVAILABILITY, AVAILABILITY, (Reason(Why.ON_THIS),))
    if person.busy_on:
        return Part(3, AVAILABILITY, (Reason(Why.ON_ANOTHER, text=person.busy_on),))
    if person.seen_today:
        return Part(AVAILABILITY, AVAILABILITY, (Reason(Why.FREE),))
    return Part(AVAILABILITY // 2, AVAILABILITY, (Reason(Why.NOT_SEEN),))


def best_for(job: Job, people: Sequence[Person], *, capacity: int) -> list[tuple[Person, Score]]:
    """Everybody with their score, best first; who does not do this comes last, whatever else speaks for them."""
    scored = [(person, score(person, job, capacity=capacity)) for person in people]
    return sorted(scored, key=lambda found: (found[1].unfit, -found[1].points, found[0].name, found[0].id))


class Press(StrEnum):
    """Why a job should not wait; `words.py` says them."""

    LATE = "late"
    DUE_SOON = "due_soon"
    DUE_TODAY = "due_today"
    PROMISE_LATE = "promise_late"
    SAME_DAY = "same_day"
    PRIORITY = "priority"
    PAUSED = "paused"
    YOURS = "yours"


POINTS_OF_PRESS = {
    Press.PROMISE_LATE: 50, Press.LATE: 40, Press.DUE_SOON: 30, Press.DUE_TODAY: 15,
    Press.SAME_DAY: 30, Press.PRIORITY: 15, Press.PAUSED: 20, Press.YOURS: 10,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """A repair that could be worked on now. `capacity` is of its location; `paused`: this person began and paused it."""

    job: Job
    capacity: int = 0
    urgency: str = "standard"
    due_at: datetime | None = None
    ready_by: datetime | None = None
    yours: bool = False
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Next:
    waiting: Waiting
    score: Score
    presses: tuple[Press, ...]

    @property
    def pressing(self) -> int:
        return sum(POINTS_OF_PRESS[press] for press in self.presses)


def presses(waiting: Waiting, now: datetime) -> tuple[Press, ...]:
    """Why it should not wait, most pressing first. Of being late and being due only the worst counts."""
    found = []
    if waiting.ready_by is not None and waiting.ready_by < now:
        found.append(Press.PROMISE_LATE)
    elif waiting.due_at is not None:
        left = waiting.due_at - now
        if left < timedelta():
            found.append(Press.LATE)
        elif left <= timedelta(hours=1):
            found.append(Press.DUE_SOON)
        elif left <= timedelta(hours=8):
            found.append(Press.DUE_TODAY)
    urgencies = {"same_day": Press.SAME_DAY, "priority": Press.PRIORITY}
    if waiting.urgency in urgencies:
        found.append(urgencies[waiting.urgency])
    if waiting.paused:
        found.append(Press.PAUSED)
    elif waiting.yours:
        found.append(Press.YOURS)
    return tuple(sorted(found, key=lambda press: -POINTS_OF_PRESS[press]))


def next_jobs(person: Person, waiting: Sequence[Waiting], *, now: datetime) -> list[Next]:
    """What this person should take up, best first: what presses and what they are good at, added up. What they do not do
    comes last. Equal ones: what is due first, then by code."""
    found = [Next(one, score(person, one.job, capacity=one.capacity), presses(one, now)) for one in waiting]

    def order(one: Next) -> tuple[bool, int, float, str]:
        due = one.waiting.due_at.timestamp() if one.waiting.due_at else float("inf")
        return (one.score.unfit, -(one.pressing + one.score.points), due, one.waiting.job.code)

    return sorted(found, key=order)
