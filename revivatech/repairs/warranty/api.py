"""Claims by customers, their answer, returns and what they turned out to be, for other programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from django.http import HttpRequest
from ninja import File, Path, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from revivatech.accounts.access import acting, require
from revivatech.platform.api.once import once_by_key
from revivatech.platform.api.paging import page_of
from revivatech.platform.api.schemas import Cursor, Flag, In, Key, Page, one_of
from revivatech.platform.api.who import Who
from revivatech.platform.limits import hit
from revivatech.platform.problems import NotFound
from revivatech.platform.spoken import spoken

from ..api_schemas import CodePattern, FileOut, RepairOut, is_bench
from ..models import WarrantyClaim
from ..views.workbench import find
from . import actions, queries
from .models import Cause

router = Router(tags=["Repairs"])
Code = Annotated[str, Path(pattern=CodePattern, description="`RT-` and seven characters.")]
Limit = Annotated[int, Query(ge=1, le=100)]
LineIds = Annotated[list[Key], Field(max_length=60, description="Ids of the warranty's lines.")]
Fault = Annotated[str, Field(min_length=10, max_length=1500)]


class ClaimOut(Schema):
    """`return_code`: the repair that was opened for it."""

    id: int
    repair: str
    lines: list[str]
    fault: str
    at: datetime
    status: Annotated[str, one_of("open", "accepted", "declined")]
    answer: str
    answered_at: datetime | None
    answered_by: str | None
    return_code: str | None

    @classmethod
    def of(cls, row: WarrantyClaim, *, bench: bool) -> ClaimOut:
        back = row.opened_return
        return cls(
            id=row.pk, repair=row.repair.code, lines=[spoken(line.label) for line in row.lines.all()], fault=row.fault,
            at=row.at, status=row.status, answer=row.answer, answered_at=row.answered_at,
            answered_by=row.answered_by if bench else None, return_code=back.repair.code if back else None,
        )  # fmt: skip


class ClaimIn(In):
    """What is wrong now, and with which of the work; no lines: the customer does not know."""

    fault: Fault
    lines: LineIds = []


class RefusalIn(In):
    """The customer reads it."""

    answer: Annotated[str, Field(min_length=1, max_length=1000)]


class ReturnIn(In):
    """`accepted_reason`: why it is taken free of charge although it is not covered; for whoever may override."""

    fault: Fault
    lines: LineIds = []
    accepted_reason: Annotated[str, Field(max_length=500)] = ""
    accessories: Annotated[str, Field(max_length=300)] = ""
    condition: Annotated[str, Field(max_length=300)] = ""
    claim: Key | None = Field(None, description="The open claim that this answers.")


class CauseIn(In):
    """`other` needs a note: the customer is asked to pay. `renews` starts the lines anew at hand-over."""

    cause: Annotated[str, one_of(*Cause.values)]
    note: Annotated[str, Field(max_length=1000)] = ""
    renews: Flag = False
    version: Key | None = None


@router.get("/claims", response=Page[ClaimOut], auth=Who("repairs.receive"), summary="Claims nobody answered yet")
def list_waiting_claims(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> Any:
    require(acting(request), "repairs.receive")
    rows = _with_rest(queries.claims_waiting(acting(request)))
    return page_of(rows, lambda row: ClaimOut.of(row, bench=True), cursor=cursor, limit=limit)


@router.get("/repairs/{code}/claims", response=Page[ClaimOut], auth=Who("repairs.view"), summary="Claims about it")
def list_claims(request: HttpRequest, code: Code, cursor: Cursor = "", limit: Limit = 50) -> Any:
    repair = find(code, by=acting(request))
    bench = is_bench(acting(request), repair)
    rows = _with_rest(repair.warranty_claims.all())
    return page_of(rows, lambda row: ClaimOut.of(row, bench=bench), cursor=cursor, limit=limit)


@router.post("/repairs/{code}/claims", response={201: ClaimOut}, auth=Who("repairs.view"), summary="Claim the warranty")
@once_by_key
def claim_warranty(request: HttpRequest, code: Code, asked: ClaimIn) -> Any:
    """For the customer, about their own finished repair. One waits at a time."""
    repair = find(code, by=acting(request))
    hit("warranty-claim", str(repair.pk), limit=10, per=3600)  # the same allowance as the page's
    made = actions.claim(code, lines=asked.lines, fault=asked.fault, how="portal", by=acting(request))
    return Status(201, ClaimOut.of(made, bench=False))


@router.post(
    "/repairs/{code}/claims/{claim}/photos",
    response={201: FileOut},
    auth=Who("repairs.view"),
    summary="Show what is wrong",
)
@once_by_key
def add_claim_photo(
    request: HttpRequest,
    code: Code,
    claim: Annotated[Key, Path()],
    file: Annotated[UploadedFile, File(description="JPEG, PNG, WebP, HEIC, AVIF or PDF, at most 15 MB.")],
) -> Any:
    """By the customer, until we have answered; at most five. They are among the files of the repair too."""
    repair = find(code, by=acting(request))
    if not repair.warranty_claims.filter(pk=claim).exists():
        raise NotFound
    hit("warranty-claim-photo", str(repair.pk), limit=50, per=3600)
    return Status(201, FileOut.of(actions.add_photo(claim, file, key=str(uuid4()), by=acting(request))))


@router.post(
    "/repairs/{code}/claims/{claim}/refusal", response=ClaimOut, auth=Who("repairs.receive"), summary="Decline a claim"
)
@once_by_key
def decline_claim(request: HttpRequest, code: Code, claim: Annotated[Key, Path()], asked: RefusalIn) -> Any:
    """Without taking the device in. To accept one, open a return and name the claim."""
    return ClaimOut.of(actions.decline_claim(code, claim, answer=asked.answer, by=acting(request)), bench=True)


@router.post(
    "/repairs/{code}/returns", response={201: RepairOut}, auth=Who("repairs.receive"), summary="Take it back in"
)
@once_by_key
def open_return(request: HttpRequest, code: Code, asked: ReturnIn) -> Any:
    """The same device is back: a new repair, free of charge. `not_covered` says why it is not, in `reasons`."""
    given = asked.model_dump(exclude={"claim"})
    opened = actions.open_return(code, **given, claim_id=asked.claim, by=acting(request))
    return Status(201, RepairOut.of(find(opened.code, by=acting(request)), acting(request)))


@router.post("/repairs/{code}/cause", response=RepairOut, auth=Who("repairs.work"), summary="Why it came back")
@once_by_key
def set_return_cause(request: HttpRequest, code: Code, asked: CauseIn) -> Any:
    """Neither our part nor our work: the waiver ends and a price has to be agreed."""
    actions.set_cause(code, **asked.model_dump(), by=acting(request))
    return RepairOut.of(find(code, by=acting(request)), acting(request))


def _with_rest(rows: Any) -> Any:
    return rows.select_related("repair", "opened_return__repair").prefetch_related("lines")
