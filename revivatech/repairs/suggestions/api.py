"""What to take up next and who should take it, with reasons, for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from revivatech.accounts.access import acting, require
from revivatech.platform.api.once import once_by_key
from revivatech.platform.api.paging import whole
from revivatech.platform.api.schemas import In, Key, Page
from revivatech.platform.api.who import Who

from .. import actions as repairs
from ..api_schemas import CodePattern, RepairBrief, RepairOut
from ..views.workbench import find
from . import queries

router = Router(tags=["Repairs"])
Code = Annotated[str, Path(pattern=CodePattern, description="`RT-` and seven characters.")]


class ScoreLineOut(Schema):
    """One part of a score: 28 of 40, and why."""

    label: str
    points: int
    most: int
    reasons: list[str]


class NextJobOut(Schema):
    """`presses`: what makes it urgent. `unfit`: stored as not doing this work."""

    repair: RepairBrief
    points: int
    unfit: bool
    presses: list[str]
    lines: list[ScoreLineOut]


class NextJobsOut(Schema):
    jobs: list[NextJobOut]
    waiting: int = Field(description="Yours that wait for parts or an answer, and are not suggested.")


class TechnicianOut(Schema):
    id: int
    name: str
    points: int
    unfit: bool
    lines: list[ScoreLineOut]


class AssignIn(In):
    """`technician` null: nobody's again."""

    technician: Key | None
    version: Key | None = None


@router.get("/next-jobs", response=NextJobsOut, auth=Who("repairs.work"), summary="What you should take up next")
def list_next_jobs(request: HttpRequest) -> Any:
    actor = acting(request)
    require(actor, "repairs.work")
    found = queries.next_for(actor)
    jobs = [
        NextJobOut(
            repair=RepairBrief.of(job.repair, actor), points=job.points, unfit=job.unfit, presses=list(job.presses),
            lines=_lines(job.lines),
        )
        for job in found.jobs
    ]  # fmt: skip
    return NextJobsOut(jobs=jobs, waiting=found.waiting)


@router.get(
    "/repairs/{code}/technicians", response=Page[TechnicianOut], auth=Who("repairs.assign"), summary="Who could take it"
)
def list_technicians(request: HttpRequest, code: Code) -> Any:
    """Everybody who works at its location, the best fit first. A suggestion: nothing is assigned by it."""
    repair = find(code, by=acting(request))
    require(acting(request), "repairs.assign", at=repair.location_id)
    return whole(
        [
            TechnicianOut(
                id=one.person.id, name=one.person.name, points=one.points, unfit=one.unfit, lines=_lines(one.lines)
            )
            for one in queries.technicians_for(repair)
        ]
    )


@router.post("/repairs/{code}/assignment", response=RepairOut, auth=Who("repairs.view"), summary="Say whose it is")
@once_by_key
def assign_repair(request: HttpRequest, code: Code, asked: AssignIn) -> Any:
    repairs.assign(code, asked.technician, version=asked.version, by=acting(request))
    return RepairOut.of(find(code, by=acting(request)), acting(request))


def _lines(lines: Sequence[queries.Line]) -> list[ScoreLineOut]:
    return [
        ScoreLineOut(label=str(one.label), points=one.points, most=one.most, reasons=list(one.reasons)) for one in lines
    ]
