"""Each repair through the one action of its step, in a transaction of its own: done, or refused with the reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.accounts.models import User
from revivatech.booking.models import Urgency
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.idempotency import KeyReused
from revivatech.platform.problems import Denied, Invalid, NotFound, Problem

from .. import actions
from .. import statuses as s
from ..actions.move import is_plain
from ..models import BulkChange, Outcome, Repair

MOST = 50
KEPT_FOR = timedelta(days=30)
STEPS = ("move", "assign", "priority")
# Statuses that a click reaches from somewhere; "ready" only as repaired, since other outcomes need words.
TARGETS = tuple(key for key in s.OPEN if key == s.READY_FOR_PICKUP or any(is_plain(before, key) for before in s.OPEN))
CAN_BE_UNDONE = frozenset({"assign", "priority"})  # a customer who was told of a stage cannot be untold


@dataclass(frozen=True, slots=True)
class Ticked:
    """One repair as the person saw it."""

    code: str
    version: int


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done: `move` to a status, `assign` to a user's id ("" is nobody), `priority` of an urgency."""

    kind: str
    target: str

    @classmethod
    def read(cls, text: str) -> Step:
        """`move:diagnosis`, `assign:12`, `assign:`, `priority:same_day`; Invalid for anything else."""
        kind, _colon, target = text.partition(":")
        known = {
            "move": target in TARGETS,
            "assign": target == "" or (target.isdecimal() and len(target) < 19),
            "priority": target in Urgency.values,
        }
        if not known.get(kind):
            raise Invalid({"step": [_("Choose what to do with the ticked repairs.")]})
        return cls(kind, target)

    @property
    def text(self) -> str:
        return f"{self.kind}:{self.target}"

    @property
    def label(self) -> str:
        if self.kind == "move":
            return _("Move to “%(status)s”") % {"status": s.STATUSES[self.target].label}
        if self.kind == "priority":
            return _("Priority: %(urgency)s") % {"urgency": Urgency(self.target).label}
        if not self.target:
            return _("Assign to nobody")
        return _("Assign to %(who)s") % {"who": User.objects.filter(pk=int(self.target)).first() or "–"}


@dataclass(frozen=True, slots=True)
class Forecast:
    """`why` is empty when the step would be done. `told` is what the customer would read, "" when nothing is sent."""

    repair: Repair | None
    ticked: Ticked
    why: str
    told: str = ""


class _Rehearsed(Exception):  # noqa: N818 - not an error: it takes back what was only tried
    pass


def forecast(step: Step, ticked: Sequence[Ticked], *, by: Actor) -> list[Forecast]:
    """What the step would do to each. It is really taken and rolled back, so no second set of rules can disagree with it."""
    rows = Repair.objects.visible_to(by).select_related("customer", "device__model__brand", "assigned_to")
    found = {row.code: row for row in rows.filter(code__in=[one.code for one in ticked])}
    return [_rehearse(step, one, found.get(one.code), by) for one in ticked]


def _rehearse(step: Step, one: Ticked, repair: Repair | None, by: Actor) -> Forecast:
    why = ""
    try:
        with transaction.atomic():
            _take(step, one, by)
            raise _Rehearsed
    except _Rehearsed:
        pass
    except Problem as problem:
        why = reason(problem)
    told = str(s.STATUSES[step.target].customer_text) if step.kind == "move" and not why else ""
    return Forecast(repair, one, why, told if repair is not None and repair.customer.email else "")


def apply(step: Step, ticked: Sequence[Ticked], *, key: str, by: Actor) -> BulkChange:
    """Take the step for each repair. The same form again (`key`) gives the first answer; nothing is done twice. Raises
    KeyReused when the key came with something else.

    What is written after each repair is what was done so far, so an interruption leaves a true list.
    """
    if by.user_id is None:
        raise Denied
    if not 0 < len(ticked) <= MOST:
        raise Invalid({"repair": [_("Tick between 1 and %(most)s repairs.") % {"most": MOST}]})
    each = list(dict.fromkeys(ticked))
    change, is_new = BulkChange.objects.get_or_create(
        user_id=by.user_id, key=key[:60], defaults={"step": step.kind, "target": step.target}
    )
    if not is_new:
        reached = [result["code"] for result in change.results]
        if (change.step, change.target) != (step.kind, step.target) or reached != _codes(each)[: len(reached)]:
            raise KeyReused
        return change
    for one in each:
        change.results.append(_done(step, one, by))
        change.save(update_fields=["results"])
    return change


def _codes(each: Sequence[Ticked]) -> list[str]:
    return [one.code for one in each]


def _done(step: Step, one: Ticked, by: Actor) -> dict[str, object]:
    before = _present(step.kind, one.code, by)
    try:
        _take(step, one, by)
    except Problem as problem:
        return {"code": one.code, "done": False, "why": reason(problem), "before": before, "undone": ""}
    return {"code": one.code, "done": True, "why": "", "before": before, "undone": ""}


def undo(change_id: int, *, by: Actor) -> BulkChange:
    """Take an assignment or a priority back where it still stands; a repair that somebody changed since is left as it is."""
    with transaction.atomic():
        change = BulkChange.objects.select_for_update().filter(pk=change_id, user_id=by.user_id or 0).first()
        if change is None:
            raise NotFound
        if change.step not in CAN_BE_UNDONE:
            raise Invalid(
                _("The customers were told of the move, so it is not undone here. Move each one on its page.")
            )
        if change.undone_at is None:
            for result in change.results:
                if result["done"]:
                    result["undone"] = _taken_back(change, result, by)
            change.undone_at = clock.now()
            change.save(update_fields=["results", "undone_at"])
        return change


def _taken_back(change: BulkChange, result: dict[str, str], by: Actor) -> str:
    repair = Repair.objects.visible_to(by).filter(code=result["code"]).first()
    if repair is None:
        return _("You cannot see this repair any more.")
    if _present(change.step, repair.code, by) != change.target:
        return _("Somebody changed it since; it was left as it is.")
    try:
        with transaction.atomic():
            _take(Step(change.step, result["before"]), Ticked(repair.code, repair.version), by)
    except Problem as problem:
        return reason(problem)
    return "yes"


def forget_old() -> int:
    """Delete what is older than anybody would take back; returns how many."""
    return BulkChange.objects.filter(at__lt=clock.now() - KEPT_FOR).delete()[0]


def _take(step: Step, one: Ticked, by: Actor) -> None:
    if step.kind == "assign":
        actions.assign(one.code, int(step.target) if step.target else None, by=by, version=one.version)
    elif step.kind == "priority":
        actions.prioritise(one.code, step.target, by=by, version=one.version)
    elif step.target == s.READY_FOR_PICKUP:
        actions.mark_ready(one.code, outcome=Outcome.REPAIRED, by=by, version=one.version)
    else:
        actions.move(one.code, step.target, by=by, version=one.version)


# What each step changes, as its target is written.
_READ: dict[str, Callable[[Repair], str]] = {
    "move": lambda repair: repair.status,
    "assign": lambda repair: str(repair.assigned_to_id or ""),
    "priority": lambda repair: repair.urgency,
}


def _present(kind: str, code: str, by: Actor) -> str:
    repair = Repair.objects.visible_to(by).filter(code=code).first()
    return _READ[kind](repair) if repair else ""


def reason(problem: Problem) -> str:
    """In a sentence; the title says what kind of refusal it is when the detail does not."""
    return str(problem.detail or problem.title)
