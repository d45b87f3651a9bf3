"""Notes between shifts, for other programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from revivatech.accounts.access import acting, require
from revivatech.platform.api.once import once_by_key
from revivatech.platform.api.paging import page_of
from revivatech.platform.api.schemas import Cursor, Flag, In, Key, Page
from revivatech.platform.api.who import Who

from ..api_schemas import StatusName
from ..models import ShiftNote
from . import actions, queries

router = Router(tags=["Repairs"])


class StandingOut(Schema):
    status: StatusName
    repairs: int


class PromisedOut(Schema):
    code: str
    device: str
    status: StatusName
    ready_by: datetime | None
    who: str


class RunningOut(Schema):
    code: str
    who: str
    since: datetime


class ReadOut(Schema):
    by: str
    words: str
    at: datetime


class ShiftNoteOut(Schema):
    """What was written, and the bench as it was at that moment. `read` is null until the next shift acknowledged it."""

    id: int
    location: int
    body: str
    author: str
    at: datetime
    standing: list[StandingOut]
    promised: list[PromisedOut]
    more_promised: int
    clocks: list[RunningOut]
    read: ReadOut | None

    @classmethod
    def of(cls, note: ShiftNote) -> ShiftNoteOut:
        facts = note.facts
        answer = getattr(note, "acknowledgement", None)
        return cls(
            id=note.pk, location=note.location_id, body=note.body, author=note.author_label, at=note.at,
            standing=[StandingOut(status=key, repairs=count) for key, count in facts.get("standing", {}).items()],
            promised=[PromisedOut(**{**one, "ready_by": one["ready_by"] or None}) for one in facts.get("promised", ())],
            more_promised=facts.get("more_promised", 0), clocks=[RunningOut(**one) for one in facts.get("clocks", ())],
            read=ReadOut(by=answer.by_label, words=answer.words, at=answer.at) if answer else None,
        )  # fmt: skip


class ShiftNoteIn(In):
    """With `stop_clock` your own running clock stops first."""

    location: Key
    body: Annotated[str, Field(min_length=1, max_length=4000)]
    stop_clock: Flag = False


class ReadIn(In):
    words: Annotated[str, Field(max_length=500)] = ""


@router.get("/shift-notes", response=Page[ShiftNoteOut], auth=Who("repairs.view"), summary="Notes between shifts")
def list_shift_notes(
    request: HttpRequest, unread: bool = False, cursor: Cursor = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Any:  # fmt: skip
    """For staff, of their locations. With `unread` those that nobody of the next shift acknowledged yet."""
    require(acting(request), "repairs.view")
    rows = queries.visible(acting(request))
    found = rows.filter(acknowledgement__isnull=True) if unread else rows
    return page_of(found, ShiftNoteOut.of, cursor=cursor, limit=limit)


@router.post(
    "/shift-notes", response={201: ShiftNoteOut}, auth=Who("repairs.view"), summary="Leave one for the next shift"
)
@once_by_key
def write_shift_note(request: HttpRequest, asked: ShiftNoteIn) -> Any:
    """For whoever works at the bench or the counter there."""
    note = actions.write(asked.location, body=asked.body, stop_clock=asked.stop_clock, by=acting(request))
    return Status(201, ShiftNoteOut.of(note))


@router.post(
    "/shift-notes/{note}/acknowledgement",
    response=ShiftNoteOut,
    auth=Who("repairs.view"),
    summary="Say that you read it",
)
@once_by_key
def acknowledge_shift_note(request: HttpRequest, note: Annotated[Key, Path()], asked: ReadIn) -> Any:
    """Once, by somebody else than its author where there is one."""
    actions.acknowledge(note, words=asked.words, by=acting(request))
    return ShiftNoteOut.of(queries.visible(acting(request)).get(pk=note))
