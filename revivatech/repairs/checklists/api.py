"""Lists to go through, differences to explain and verdicts of the second person, for other programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema
from pydantic import Field

from revivatech.accounts.access import acting, require
from revivatech.platform.api.once import once_by_key
from revivatech.platform.api.paging import whole
from revivatech.platform.api.schemas import Flag, In, Key, Page, one_of
from revivatech.platform.api.who import Who
from revivatech.platform.problems import Invalid

from ..api_schemas import CheckOut, CodePattern
from ..models import QualityCheck, Repair
from ..views.workbench import find
from . import actions, guard
from .actions import NOTE_LONGEST, Found
from .models import Kind, State

router = Router(tags=["Repairs"])
Code = Annotated[str, Path(pattern=CodePattern, description="`RT-` and seven characters.")]
KindName = Annotated[str, Path(pattern="^(?:intake|exit)$", description="At intake, or the final test.")]
FunctionKey = Annotated[str, Field(min_length=1, max_length=40, pattern="^[a-z0-9_]+$")]


class QuestionOut(Schema):
    """One function to look at. An empty `state` means that nobody said anything of it yet."""

    key: str
    label: str
    group: str
    state: Annotated[str, one_of("", *State.values)]
    note: str
    before: str = Field(description="What intake found, on the final list.")


class ChecklistOut(Schema):
    """`open`: it can be gone through now."""

    kind: Annotated[str, one_of(*Kind.values)]
    open: bool
    lines: list[QuestionOut]

    @classmethod
    def of(cls, repair: Repair, kind: str) -> ChecklistOut:
        lines = [
            QuestionOut(
                key=one.key, label=one.label, group=one.group, state=one.state, note=one.note, before=one.before
            )
            for one in actions.questions(repair, kind)
        ]
        return cls(kind=kind, open=actions.is_time_for(repair, kind), lines=lines)


class AnsweredIn(In):
    state: Annotated[str, one_of(*State.values)]
    note: Annotated[str, Field(max_length=NOTE_LONGEST)] = ""


class ChecklistIn(In):
    """`answers` by the key of the function; they replace what was kept. With `finish` each needs one, and the list counts."""

    answers: Annotated[dict[FunctionKey, AnsweredIn], Field(max_length=200)]
    finish: Flag = False
    version: Key | None = None


class ReasonsIn(In):
    """By the key of a function that worked at intake and does not now. The customer reads them."""

    reasons: Annotated[dict[FunctionKey, Annotated[str, Field(min_length=1, max_length=500)]], Field(max_length=200)]
    version: Key | None = None


class VerdictOut(Schema):
    id: int
    passed: bool
    score: int | None
    reason: str
    by: str
    at: datetime

    @classmethod
    def of(cls, row: QualityCheck) -> VerdictOut:
        return cls(id=row.pk, passed=row.passed, score=row.score, reason=row.reason, by=row.by_label, at=row.at)


@router.get(
    "/repairs/{code}/checklists/{kind}", response=ChecklistOut, auth=Who("repairs.view"), summary="A list to go through"
)
def get_checklist(request: HttpRequest, code: Code, kind: KindName) -> Any:
    """With what was kept of it. For the front desk at intake, for the bench always."""
    repair = find(code, by=acting(request))
    actions.check_may_run(acting(request), repair, kind)
    return ChecklistOut.of(repair, kind)


@router.post("/repairs/{code}/checklists/{kind}", response=ChecklistOut, auth=Who("repairs.view"), summary="Fill it in")
@once_by_key
def fill_checklist(request: HttpRequest, code: Code, kind: KindName, asked: ChecklistIn) -> Any:
    """A finished list is never replaced: a later one counts instead, and both stay."""
    repair = find(code, by=acting(request))
    actions.check_may_run(acting(request), repair, kind)
    _check_known(repair, kind, asked)
    found = {key: Found(one.state, one.note) for key, one in asked.answers.items()}
    actions.fill_in(code, kind, found, finish=asked.finish, version=asked.version, by=acting(request))
    return ChecklistOut.of(find(code, by=acting(request)), kind)


@router.post(
    "/repairs/{code}/explanations", response=Page[CheckOut], auth=Who("repairs.override"), summary="Explain differences"
)
@once_by_key
def explain_differences(request: HttpRequest, code: Code, asked: ReasonsIn) -> Any:
    """Answer for what worked at intake and does not now, so that the device may go."""
    actions.explain(code, asked.reasons, version=asked.version, by=acting(request))
    return whole([CheckOut.of(row) for row in guard.compared(*guard.both_runs(find(code, by=acting(request))))])


@router.get(
    "/repairs/{code}/quality-checks",
    response=Page[VerdictOut],
    auth=Who("repairs.view"),
    summary="What the checks said",
)
def list_quality_checks(request: HttpRequest, code: Code) -> Any:
    """For staff. A move out of `quality_check` writes one: `score`, and `verdict` or `reason`."""
    repair = find(code, by=acting(request))
    require(acting(request), "repairs.view", at=repair.location_id)
    return whole([VerdictOut.of(row) for row in QualityCheck.objects.filter(repair=repair).order_by("-pk")[:100]])


def _check_known(repair: Repair, kind: str, asked: ChecklistIn) -> None:
    """An answer to a question that was not asked is a mistake of the program; it must not be lost in silence."""
    strange = asked.answers.keys() - {one.key for one in actions.questions(repair, kind)}
    if strange:
        raise Invalid({f"item_{key}": [_("This is not on the list.")] for key in sorted(strange)})
