"""What pages and documents show of the lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from revivatech.platform.actors import Actor
from revivatech.platform.spoken import spoken

from .. import statuses as s
from ..models import ChecklistRun, QualityCheck, Repair
from . import guard, quality
from .actions import is_time_for, may_run
from .models import Kind, State


def summary(run: ChecklistRun | None) -> str:
    """`18 of 20 work, 1 could not be tested`, or nothing."""
    if run is None:
        return ""
    states = [row.state for row in run.results.all()]
    untested = states.count(State.COULD_NOT_TEST)
    words = _("%(works)s of %(all)s work") % {"works": states.count(State.WORKS), "all": len(states)}
    if untested:
        words += ", " + ngettext(
            "%(n)s could not be tested", "%(n)s could not be tested", untested
        ) % {"n": untested}  # fmt: skip
    return words


def on_bench(repair: Repair, actor: Actor) -> dict[str, Any]:
    """For the repair page: what is known, what may be done, what is in the way."""
    before, now = guard.both_runs(repair)
    rows = guard.compared(before, now)
    return {
        "checks": {
            "intake": before,
            "exit": now,
            "intake_text": summary(before),
            "exit_text": summary(now),
            "fails": [spoken(row.label) for row in before.results.all() if row.state == State.FAILS] if before else [],
            "may_intake": is_time_for(repair, Kind.INTAKE) and may_run(actor, repair, Kind.INTAKE),
            "may_exit": is_time_for(repair, Kind.EXIT) and may_run(actor, repair, Kind.EXIT),
            "open": [spoken(row.label) for row in rows if row.blocks and row.explanation is None] if before else [],
            "explained": [row for row in rows if row.explanation],
            "testing": repair.status == s.FINAL_TESTING,
            "own_work": repair.status == s.QUALITY_CHECK and quality.repairer(repair) == actor.user_id,
            "quality": QualityCheck.objects.filter(repair=repair).last(),
        }
    }


def evidence(repair: Repair) -> dict[str, Any]:
    """For documents: both lists side by side, the explanations, and the verdicts of quality checks in order."""
    before, now = guard.both_runs(repair)
    return {
        "intake": before,
        "exit": now,
        "rows": guard.compared(before, now),
        "quality_checks": list(QualityCheck.objects.filter(repair=repair)),
    }


def in_words(name: str, payload: dict[str, Any], *, for_staff: bool) -> str:
    """An event of this folder for the timeline; empty when it is not for this reader."""
    if name == "repair.checklist_finished":
        total = payload["works"] + payload["fails"] + payload["could_not_test"]
        words = _("Checked when it came in") if payload["kind"] == Kind.INTAKE else _("Checked at the final test")
        return f"{words}: " + _("%(works)s of %(all)s functions work") % {"works": payload["works"], "all": total}
    if name == "repair.difference_explained":
        told = _("%(what)s worked when it came in and does not now") % {"what": spoken(payload["label"])}
        return f"{told}: {payload['reason']}"
    if name == "repair.quality_checked" and for_staff:
        words = _("Quality check passed") if payload["passed"] else _("Quality check failed")
        score = _("%(score)s of 5") % {"score": payload["score"]} if payload["score"] else ""
        return ": ".join(part for part in (words, " · ".join(p for p in (score, payload["reason"]) if p)) if part)
    return ""
