"""Going through a list, and answering for a difference between the two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Denied, Invalid

from .. import policies
from .. import statuses as s
from ..actions.change import changing, needs_text
from ..events import ChecklistFinished, DifferenceExplained
from ..models import ChecklistItem, ChecklistResult, ChecklistRun, Explanation, Repair
from ..problems import TooLateForIntake, WrongStatus
from . import guard
from .models import Kind, State

NOTE_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody chose for one function; an empty state means nothing yet."""

    state: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the form: a function with its words, and what was found of it so far."""

    key: str
    label: str
    group: str
    state: str = ""
    note: str = ""
    before: str = ""  # what intake found, when this is the final test


def may_run(actor: Actor, repair: Repair, kind: str) -> bool:
    try:
        check_may_run(actor, repair, kind)
    except Denied:
        return False
    return True


def check_may_run(actor: Actor, repair: Repair, kind: str) -> None:
    """At intake the front desk and the bench; the final test is the bench's."""
    if actor.link is not None:
        raise Denied
    if kind == Kind.INTAKE and actor.may("repairs.receive", at=repair.location_id):
        return
    policies.check_may_work(actor, repair)


def is_time_for(repair: Repair, kind: str) -> bool:
    """Intake until the device is first on the bench; the final list while the work is checked and tested."""
    if kind == Kind.EXIT:
        return repair.status in (s.QUALITY_CHECK, s.FINAL_TESTING)
    if s.STATUSES[repair.status].is_closed or repair.status == s.READY_FOR_PICKUP:
        return False
    bench = s.STATUSES[s.REPAIR_WORK].stage or 0
    been_there = any(visit.status == s.REPAIR_WORK for visit in repair.runs.all())
    return not been_there and (s.STATUSES[repair.status].stage or 0) < bench


def questions(repair: Repair, kind: str) -> list[Question]:
    """The lines to fill in: the category's items, those of the list from intake even when hidden since, and what was kept."""
    before = guard.intake_run(repair) if kind == Kind.EXIT else None
    kept = ChecklistRun.objects.filter(repair=repair, kind=kind, finished_at__isnull=True).first()
    if kept is None and kind == Kind.INTAKE:
        kept = guard.intake_run(repair)  # correcting it begins with what was found
    found = {row.key: Found(row.state, row.note) for row in kept.results.all()} if kept else {}
    states = {row.key: row.state for row in before.results.all()} if before else {}
    words = {row.key: (row.label, row.group) for row in before.results.all()} if before else {}
    items = ChecklistItem.objects.filter(template__category=repair.device.category, active=True)
    words |= {item.key: (item.label, item.group) for item in items if item.key not in words}
    return [
        Question(
            key, label, group, found.get(key, Found()).state, found.get(key, Found()).note, states.get(key, "")
        )
        for key, (label, group) in words.items()
    ]  # fmt: skip


def fill_in(
    code: str, kind: str, answers: Mapping[str, Found], *, by: Actor, finish: bool = True, version: int | None = None
) -> ChecklistRun:
    """Keep what was found; with `finish` every line must be answered and the list counts from now on.

    A second finished list replaces nothing: the newest counts and the older ones stay. Raises TooLateForIntake or
    WrongStatus outside its time, Invalid with `item_<key>` for each line without an answer.
    """
    if kind not in Kind.values:
        raise Invalid({"kind": [_("Choose the list from intake or the final list.")]})
    with changing(code, by=by, version=version) as repair:
        return fill_in_locked(repair, kind, answers, by=by, finish=finish)


def fill_in_locked(repair: Repair, kind: str, answers: Mapping[str, Found], *, by: Actor, finish: bool) -> ChecklistRun:
    """The same for a repair that the caller has locked."""
    check_may_run(by, repair, kind)
    _check_time(repair, kind)
    lines = questions(repair, kind)
    _check_answers(lines, answers, finish=finish)
    run = ChecklistRun.objects.filter(repair=repair, kind=kind, finished_at__isnull=True).first()
    run = run or ChecklistRun(repair=repair, kind=kind)
    run.by_id, run.by_label = by.user_id, by.label
    if finish:
        run.finished_at = clock.now()
    run.save()
    run.results.all().delete()
    rows = _results(run, lines, answers)
    ChecklistResult.objects.bulk_create(rows)
    if finish:
        counts = {state: sum(row.state == state for row in rows) for state in State.values}
        record(ChecklistFinished(repair_id=repair.pk, run_id=run.pk, kind=kind, **counts), by=by)
    return run


def _check_time(repair: Repair, kind: str) -> None:
    if is_time_for(repair, kind):
        return
    if kind == Kind.INTAKE:
        raise TooLateForIntake(_("How it came in can be recorded until work begins, not afterwards."))
    raise WrongStatus(_("The final list is gone through during the quality check and the final test."))


def _check_answers(lines: Sequence[Question], answers: Mapping[str, Found], *, finish: bool) -> None:
    errors: dict[str, list[str]] = {}
    for line in lines:
        found = answers.get(line.key, Found())
        if found.state not in State.values and (finish or found.state):
            errors[f"item_{line.key}"] = [_("Choose works, fails or could not test.")]
        elif len(found.note) > NOTE_LONGEST:
            errors[f"item_{line.key}"] = [_("Keep it under %(most)s characters.") % {"most": NOTE_LONGEST}]
    if not lines:
        errors[""] = [_("There is nothing on the list for this kind of device. The owner adds it under Settings.")]
    if errors:
        raise Invalid(errors)


def _results(run: ChecklistRun, lines: Sequence[Question], answers: Mapping[str, Found]) -> list[ChecklistResult]:
    return [
        ChecklistResult(
            run=run, key=line.key, label=line.label, group=line.group, position=position,
            state=answers[line.key].state, note=answers[line.key].note.strip(),
        )
        for position, line in enumerate(lines, start=1)
        if line.key in answers and answers[line.key].state
    ]  # fmt: skip


def explain(code: str, reasons: Mapping[str, str], *, by: Actor, version: int | None = None) -> list[Explanation]:
    """Answer for functions that worked at intake and do not now, so that the device may go. The customer reads the reasons."""
    with changing(code, by=by, version=version) as repair:
        require(by, "repairs.override", at=repair.location_id)
        run = guard.exit_run(repair)
        if run is None or repair.status != s.FINAL_TESTING or by.user_id is None:
            raise WrongStatus(_("There is no finished final list to explain."))
        rows = {row.key: row for row in guard.compared(guard.intake_run(repair), run)}
        given = {key: reason for key, reason in reasons.items() if reason.strip()}
        waiting = {key for key, row in rows.items() if row.blocks and row.explanation is None}
        if not given or not given.keys() <= waiting:
            raise Invalid({"": [_("Give a reason for something that worked at intake and does not now.")]})
        done = []
        for key, reason in given.items():
            why = needs_text(f"reason_{key}", reason, _("Say why; the customer reads it."))
            label = rows[key].label
            done.append(
                Explanation.objects.create(
                    run=run, key=key, label=label, reason=why, by_id=by.user_id, by_label=by.label
                )
            )
            record(DifferenceExplained(repair_id=repair.pk, run_id=run.pk, key=key, label=label, reason=why), by=by)
        return done
