"""What worked when it came in must work when it leaves, or somebody answers for it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from revivatech.platform.spoken import spoken

from .. import statuses as s
from ..models import ChecklistResult, ChecklistRun, Explanation, Repair
from ..problems import FinalListMissing, WorkedBefore
from .models import Kind, State


@dataclass(frozen=True, slots=True)
class Row:
    """One function in both lists. `blocks` says that it holds the device back; `explanation` that somebody answered for it."""

    key: str
    label: str
    group: str
    before: ChecklistResult | None
    now: ChecklistResult | None
    blocks: bool
    explanation: Explanation | None


def both_runs(repair: Repair) -> tuple[ChecklistRun | None, ChecklistRun | None]:
    """The latest finished list from intake, and the latest final one that tells of the device as it is now."""
    finished = ChecklistRun.objects.filter(repair=repair, finished_at__isnull=False)
    rows = finished.prefetch_related("results", "explanations").order_by("finished_at", "id")
    latest = {run.kind: run for run in rows}
    return latest.get(Kind.INTAKE), _after_the_bench(repair, latest.get(Kind.EXIT))


def intake_run(repair: Repair) -> ChecklistRun | None:
    return both_runs(repair)[0]


def exit_run(repair: Repair) -> ChecklistRun | None:
    return both_runs(repair)[1]


def _after_the_bench(repair: Repair, run: ChecklistRun | None) -> ChecklistRun | None:
    """None when the device was on the bench again since: the list tells of another state."""
    if run is None or run.finished_at is None:
        return None
    visits = [visit.started_at for visit in repair.runs.all() if visit.status == s.REPAIR_WORK]
    return run if all(run.finished_at >= started for started in visits) else None


def differs(before: str | None, now: str | None, note: str) -> bool:
    """The rule: worked at intake, and now fails, or could not be tested without a word on why, or was left out."""
    if before != State.WORKS or now == State.WORKS:
        return False
    return not (now == State.COULD_NOT_TEST and note.strip())


def compared(before: ChecklistRun | None, now: ChecklistRun | None) -> list[Row]:
    """Both lists side by side, in the order of the one from intake; what only the final list knows comes last."""
    left = {result.key: result for result in before.results.all()} if before else {}
    right = {result.key: result for result in now.results.all()} if now else {}
    answered = {row.key: row for row in now.explanations.all()} if now else {}
    rows = []
    for key in [*left, *(key for key in right if key not in left)]:
        one, two = left.get(key), right.get(key)
        words = one or two
        assert words is not None
        open_difference = now is not None and differs(
            one.state if one else None, two.state if two else None, two.note if two else ""
        )
        rows.append(Row(key, words.label, words.group, one, two, open_difference, answered.get(key)))
    return rows


def check_nothing_was_lost(repair: Repair) -> None:
    """Raise FinalListMissing or WorkedBefore when the device may not be called repaired. Without a list from intake nothing is known."""
    before, now = both_runs(repair)
    if before is None:
        return
    if now is None:
        raise FinalListMissing(_("A list was made at intake. Go through the final list, then make it ready."))
    open_rows = [row for row in compared(before, now) if row.blocks and row.explanation is None]
    if not open_rows:
        return
    items = [{"key": row.key, "label": row.label, "state": row.now.state if row.now else ""} for row in open_rows]
    raise WorkedBefore(
        _("Worked at intake, not now: %(items)s. Repair it and test again, or ask a manager to explain it.")
        % {"items": ", ".join(spoken(row.label) for row in open_rows)},
        items=items,
    )
