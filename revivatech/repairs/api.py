"""Repairs for other programs. Every handler asks the same actions and policies as the pages."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from django.http import HttpRequest
from ninja import File, Form, Path, Query, Router, Status
from ninja.files import UploadedFile

from revivatech.accounts.access import acting, require
from revivatech.platform.api.once import once_by_key
from revivatech.platform.api.paging import cursor_of, not_ours, page_of, read_cursor, whole
from revivatech.platform.api.schemas import Cursor, Key, Page, one_of
from revivatech.platform.api.who import Who
from revivatech.platform.files import views as file_views
from revivatech.platform.files.models import StoredFile
from revivatech.platform.limits import hit
from revivatech.platform.problems import NotFound
from revivatech.platform.spoken import spoken

from . import actions, photos, search
from .api_moves import make_move
from .api_schemas import (
    CheckOut,
    ClockIn,
    CodePattern,
    FileOut,
    HandoverIn,
    MoveIn,
    NoteIn,
    NoteOut,
    RepairBrief,
    RepairOut,
    StatusName,
    TimeOut,
    TrackedOut,
    WarrantyOut,
    is_bench,
)  # fmt: skip
from .api_tracking import tracked
from .checklists import guard
from .models import Repair, TimeEntry
from .saved import queries as saved
from .timing import actions as timing
from .timing.models import Ended
from .warranty.queries import lines_of

router = Router(tags=["Repairs"])
Code = Annotated[str, Path(pattern=CodePattern, description="`RT-` and seven characters.")]
Token = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{20,40}$", description="The secret part of the private link.")]


@router.get("/repairs", response=Page[RepairBrief], auth=Who("repairs.view"), summary="Repairs you may see")
def list_repairs(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=100, description="Code, name, phone, serial or model.")] = "",
    status: StatusName | None = None,
    closed: bool = False,
    mine: bool = False,
    unassigned: bool = False,
    late: bool = False,
    urgency: Annotated[str, one_of("", "priority", "same_day")] = "",
    location: Key | None = None,
    filter: Annotated[Key | None, Query(description="A saved filter; what else you send comes on top.")] = None,
    cursor: Cursor = "",
) -> Any:
    """Staff: the queue of their locations, most pressing first. Customers: their own repairs, the newest first; of the
    filters `status` alone counts for them."""
    actor = acting(request)
    if not actor.may("repairs.view"):
        rows = Repair.objects.visible_to(actor).select_related("customer", "device__model__brand", "assigned_to")
        found = rows.filter(status=status) if status else rows
        return page_of(found, lambda repair: RepairBrief.of(repair, actor), cursor=cursor)
    kept = saved.filters_of(filter, by=actor) if filter else search.Filters()
    filters = search.Filters(
        text=q.strip() or kept.text, status=status or kept.status, closed=closed or kept.closed,
        whose="mine" if mine else "nobody" if unassigned else kept.whose, late=late or kept.late,
        urgency=urgency or kept.urgency, location=location or kept.location,
    )  # fmt: skip
    after = read_cursor(cursor) if cursor else ""
    if after and not search.is_key(after):
        raise not_ours()
    repairs, following = search.page(filters, by=actor, after=after)
    items = [RepairBrief.of(repair, actor) for repair in repairs]
    return {"items": items, "next": cursor_of(following) if following else None}


@router.get("/repairs/{code}", response=RepairOut, auth=Who("repairs.view"), summary="One repair")
def get_repair(request: HttpRequest, code: Code) -> Any:
    return RepairOut.of(_find(request, code), acting(request))


@router.post("/repairs/{code}/moves", response=RepairOut, auth=Who("repairs.view"), summary="Move it on")
@once_by_key
def move_repair(request: HttpRequest, code: Code, asked: MoveIn) -> Any:
    """Along the state machine: `moves` of the repair lists what is open to you now."""
    make_move(_find(request, code), asked, by=acting(request))
    return RepairOut.of(_find(request, code), acting(request))


@router.get("/repairs/{code}/notes", response=Page[NoteOut], auth=Who("repairs.view"), summary="Its notes")
def list_notes(
    request: HttpRequest, code: Code, cursor: Cursor = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Any:  # fmt: skip
    """Customers read those written for them."""
    repair = _find(request, code)
    bench = is_bench(acting(request), repair)
    rows = repair.notes.all() if bench else repair.notes.filter(for_customer=True)
    return page_of(rows, lambda note: NoteOut.of(note, bench=bench), cursor=cursor, limit=limit)


@router.post("/repairs/{code}/notes", response={201: NoteOut}, auth=Who("repairs.view"), summary="Add a note")
@once_by_key
def create_note(request: HttpRequest, code: Code, asked: NoteIn) -> Any:
    note = actions.add_note(code, body=asked.body, for_customer=asked.for_customer, by=acting(request))
    return Status(201, NoteOut.of(note, bench=True))


@router.post(
    "/repairs/{code}/handover", response=RepairOut, auth=Who("repairs.hand_over"), summary="Hand the device back"
)
@once_by_key
def hand_over_repair(request: HttpRequest, code: Code, asked: HandoverIn) -> Any:
    """Completes the repair: the clocks of its warranty begin and its certificate is issued."""
    if asked.identity == "code":
        hit(
            "handover-code", code, limit=10, per=900
        )  # the same allowance as the page's: six digits must not be found by trying
    actions.hand_over(code, **asked.model_dump(), by=acting(request))
    return RepairOut.of(_find(request, code), acting(request))


@router.get("/repairs/{code}/checklists", response=Page[CheckOut], auth=Who("repairs.view"), summary="What was checked")
def list_checks(request: HttpRequest, code: Code) -> Any:
    """Each function as it was at intake and as it is at the final test."""
    return whole([CheckOut.of(row) for row in guard.compared(*guard.both_runs(_find(request, code)))])


@router.get("/repairs/{code}/files", response=Page[FileOut], auth=Who("repairs.view"), summary="Photos and documents")
def list_files(
    request: HttpRequest, code: Code, cursor: Cursor = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Any:  # fmt: skip
    """Customers see those chosen for them."""
    repair = _find(request, code)
    rows = StoredFile.objects.about(photos.KIND, repair.pk).present()
    if not is_bench(acting(request), repair):
        rows = rows.filter(for_customer=True)
    return page_of(rows, FileOut.of, cursor=cursor, limit=limit)


@router.post("/repairs/{code}/files", response={201: FileOut}, auth=Who("repairs.view"), summary="Add a photo or a PDF")
@once_by_key
def create_file(
    request: HttpRequest,
    code: Code,
    file: Annotated[UploadedFile, File(description="JPEG, PNG, WebP, HEIC, AVIF or PDF, at most 15 MB.")],
    label: Annotated[str, Form(pattern="^(before|during|after)$")],
    for_customer: Annotated[bool, Form()] = False,
    caption: Annotated[str, Form(max_length=200)] = "",
    key: Annotated[str, Form(max_length=60, description="The same key and file again keep one file.")] = "",
) -> Any:
    kept = photos.add(
        code, file, label=label, for_customer=for_customer, key=key or str(uuid4()), caption=caption,
        by=acting(request),
    )  # fmt: skip
    return Status(201, FileOut.of(kept))


@router.get(
    "/files/{uuid}", response={200: Any}, auth=Who("repairs.view"), summary="The picture or PDF itself",
    openapi_extra={"responses": {200: {"content": {}}}},
)  # fmt: skip
def get_file(request: HttpRequest, uuid: UUID, size: Literal["small", "medium", "large", "full"] = "full") -> Any:
    """AVIF when you accept it, else WebP. The thing it belongs to decides who may see it."""
    return file_views.show(request, uuid, size)


@router.get("/repairs/{code}/warranty", response=Page[WarrantyOut], auth=Who("repairs.view"), summary="Its warranty")
def list_warranty(request: HttpRequest, code: Code) -> Any:
    """One clock for each line of the work, from hand-over."""
    return whole([_warranty(running) for running in lines_of(_find(request, code))])


@router.get("/repairs/{code}/time", response=Page[TimeOut], auth=Who("repairs.view"), summary="Time on the job")
def list_time(
    request: HttpRequest, code: Code, cursor: Cursor = "", limit: Annotated[int, Query(ge=1, le=100)] = 50
) -> Any:
    """For staff. Each stretch a person worked; one without an end is running."""
    repair = _find(request, code)
    require(acting(request), "repairs.view", at=repair.location_id)
    rows = TimeEntry.objects.filter(repair=repair).select_related("technician")
    return page_of(rows, TimeOut.of, cursor=cursor, limit=limit)


@router.post(
    "/repairs/{code}/clock", response=Page[TimeOut], auth=Who("repairs.work"), summary="Start or stop your clock"
)
@once_by_key
def turn_clock(request: HttpRequest, code: Code, asked: ClockIn) -> Any:
    """Your own: starting it here pauses the one of another job."""
    if asked.turn == "start":
        timing.start(code, by=acting(request))
    else:
        timing.end(code, Ended.PAUSED if asked.turn == "pause" else Ended.STOPPED, by=acting(request))
    return list_time(request, code)


@router.get("/tracking/{token}", response=TrackedOut, auth=Who(public=True), summary="Where it is, by its private link")
def get_tracking(request: HttpRequest, token: Token) -> Any:
    return tracked(request, token)


def _find(request: HttpRequest, code: str) -> Repair:
    rows = Repair.objects.visible_to(acting(request)).filter(code=code)
    found = rows.select_related("customer", "location", "device__model__brand", "assigned_to").prefetch_related("runs")
    repair = found.first()
    if repair is None:
        raise NotFound
    return repair


def _warranty(found: Any) -> WarrantyOut:
    line = found.line
    return WarrantyOut(
        id=line.pk,
        label=spoken(line.label),
        days=line.days,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        running=found.running,
    )
