"""Corrections keep what was; minutes typed at the end of a stage."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Invalid
from revivatech.repairs import actions
from revivatech.repairs.models import Repair, StageRun, TimeCorrection, TimeEntry
from revivatech.repairs.timing import actions as timing
from revivatech.repairs.timing import queries
from revivatech.repairs.timing.models import Ended
from revivatech.repairs.timing.problems import (
    ClockStillRunning,
    CorrectedMeanwhile,
)

from .fixtures import MONDAY, job, later

__all__ = ["job"]

As = Callable[[User], Actor]


def test_corrections_keep_before_and_after(job: Repair, tess: User, mona: User, actor: As) -> None:
    with clock.frozen(MONDAY):
        timing.start(job.code, by=actor(tess))
        entry = TimeEntry.objects.get()
        with pytest.raises(ClockStillRunning):
            timing.correct(job.code, entry.pk, 5, before=0, reason="x", by=actor(tess))
    with clock.frozen(later(40)):
        timing.end(job.code, Ended.STOPPED, by=actor(tess))
    timing.correct(job.code, entry.pk, 30, before=40, reason="Took a call", by=actor(tess))
    with pytest.raises(CorrectedMeanwhile):
        timing.correct(job.code, entry.pk, 20, before=40, reason="Stale page", by=actor(mona))
    timing.correct(job.code, entry.pk, 0, before=30, reason="Wrong job", by=actor(mona))
    timing.add(job.code, 25, status="diagnosis", reason="Looked at it first", by=actor(tess))
    entry.refresh_from_db()
    assert (entry.minutes, entry.on_the_clock) == (0, 40)
    assert list(TimeCorrection.objects.values_list("before", "after", "reason", "by_label")) == [
        (40, 30, "Took a call", "Tess"), (30, 0, "Wrong job", "Mona"), (0, 25, "Looked at it first", "Tess"),
    ]  # fmt: skip
    assert queries.sheet(job, actor(mona)).total == 25
    payloads = [row.payload for row in EventRecord.objects.filter(name="repair.time_corrected").order_by("pk")]
    assert [(one["before"], one["after"]) for one in payloads] == [(40, 30), (30, 0), (0, 25)]


@pytest.mark.parametrize(
    ("minutes", "reason"), [(5, ""), (5, "   "), (5, "x" * 301), (-1, "Why"), (60_001, "Why"), (40, "Why")]
)
def test_a_correction_says_how_much_and_why(minutes: int, reason: str, job: Repair, tess: User, actor: As) -> None:
    entry = TimeEntry.objects.create(
        repair=job, technician=tess, status="diagnosis", started_at=MONDAY, ended_at=later(40), ended=Ended.STOPPED,
        minutes=40,
    )  # fmt: skip
    with pytest.raises(Invalid):
        timing.correct(job.code, entry.pk, minutes, before=40, reason=reason, by=actor(tess))
    assert not TimeCorrection.objects.exists()


def test_minutes_typed_at_the_end_of_a_stage_become_an_entry(job: Repair, tess: User, mona: User, actor: As) -> None:
    StageRun.objects.create(repair=job, stage=4, status="repair_work", started_at=clock.now())
    actions.move(job.code, "quality_check", by=actor(tess), worked_minutes=35)
    assert StageRun.objects.get(stage=4).worked_minutes == 35
    assert TimeEntry.objects.values_list("status", "technician_id", "minutes", "ended").get() == (
        "repair_work", tess.pk, 35, Ended.BY_HAND,
    )  # fmt: skip
    assert TimeCorrection.objects.get().reason == "Entered when the stage ended"


def test_the_clock_fills_in_the_minutes_of_the_stage_and_less_is_refused(job: Repair, tess: User, actor: As) -> None:
    with clock.frozen(MONDAY):
        StageRun.objects.create(repair=job, stage=4, status="repair_work", started_at=clock.now())
        timing.start(job.code, by=actor(tess))
    with clock.frozen(later(30)):
        with pytest.raises(Invalid) as refused:
            actions.move(job.code, "quality_check", by=actor(tess), worked_minutes=10)
        assert "30 minutes" in str(refused.value.detail)
        assert TimeEntry.objects.get().is_running
        actions.move(job.code, "quality_check", by=actor(tess))
    assert StageRun.objects.get(stage=4).worked_minutes == 30
