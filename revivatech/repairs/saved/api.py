"""Saved filters, for other programs. `GET /repairs?filter=…` uses one."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from revivatech.accounts.access import acting, require
from revivatech.platform.actors import Actor
from revivatech.platform.api.once import once_by_key
from revivatech.platform.api.paging import page_of
from revivatech.platform.api.schemas import Cursor, Flag, In, Key, Page, one_of
from revivatech.platform.api.who import Who

from ..api_schemas import StatusName
from ..models import SavedFilter
from ..search import Filters
from . import actions, queries

router = Router(tags=["Repairs"])
Id = Annotated[Key, Path()]
Name = Annotated[str, Field(min_length=1, max_length=40)]
VIEW = "repairs.view"


class FilterIn(In):
    """The same name again, at the same place, replaces what it held. With `location` it is shared with everybody there."""

    name: Name
    location: Key | None = None
    q: Annotated[str, Field(max_length=100)] = ""
    status: StatusName | None = None
    whose: Annotated[str, one_of("", "mine", "nobody")] = ""
    late: Flag = False
    urgency: Annotated[str, one_of("", "priority", "same_day")] = ""
    at: Key | None = Field(default=None, description="Only the repairs of this location.")
    closed: Flag = False

    def filters(self) -> Filters:
        return Filters(
            text=self.q.strip(), status=self.status or "", whose=self.whose, late=self.late, urgency=self.urgency,
            location=self.at, closed=self.closed,
        )  # fmt: skip


class FilterOut(Schema):
    """`location` is where it is shared, null for your own. `words` says for people what it narrows down to."""

    id: int
    name: str
    location: int | None
    may_change: bool
    words: str
    q: str
    status: str
    whose: str
    late: bool
    urgency: str
    at: int | None
    closed: bool

    @classmethod
    def of(cls, row: SavedFilter, actor: Actor) -> FilterOut:
        kept = Filters.read(row.query)
        return cls(
            id=row.pk, name=row.name, location=row.location_id, may_change=actions.may_change(actor, row),
            words=queries.in_words(row), q=kept.text, status=kept.status, whose=kept.whose, late=kept.late,
            urgency=kept.urgency, at=kept.location, closed=kept.closed,
        )  # fmt: skip


class FilterNameIn(In):
    name: Name


@router.get("/filters", response=Page[FilterOut], auth=Who(VIEW), summary="Saved filters")
def list_filters(request: HttpRequest, cursor: Cursor = "", limit: Annotated[int, Query(ge=1, le=100)] = 50) -> Any:
    """Your own, and those shared where you see repairs."""
    require(acting(request), VIEW)
    rows = actions.visible_to(acting(request))
    return page_of(rows, lambda row: FilterOut.of(row, acting(request)), cursor=cursor, limit=limit)


@router.post("/filters", response={201: FilterOut}, auth=Who(VIEW), summary="Keep a filter")
@once_by_key
def save_filter(request: HttpRequest, asked: FilterIn) -> Any:
    row = actions.save(asked.name, asked.filters(), location_id=asked.location, by=acting(request))
    return Status(201, FilterOut.of(row, acting(request)))


@router.post("/filters/{filter}/name", response=FilterOut, auth=Who(VIEW), summary="Rename a filter")
@once_by_key
def rename_filter(request: HttpRequest, filter: Id, asked: FilterNameIn) -> Any:
    return FilterOut.of(actions.rename(filter, asked.name, by=acting(request)), acting(request))


@router.post("/filters/{filter}/removal", response=Page[FilterOut], auth=Who(VIEW), summary="Remove a filter")
@once_by_key
def remove_filter(request: HttpRequest, filter: Id) -> Any:
    """Also for everybody whose queue opened with it. Answers the first page of those that are left."""
    actions.remove(filter, by=acting(request))
    return page_of(actions.visible_to(acting(request)), lambda row: FilterOut.of(row, acting(request)))
