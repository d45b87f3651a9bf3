"""One step for several repairs, for other programs: what it would do, done, read again, taken back."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import Field

from revivatech.accounts.access import acting, require
from revivatech.platform import ids
from revivatech.platform.actors import Actor
from revivatech.platform.api.once import key_of, once_by_key, takes_key
from revivatech.platform.api.paging import whole
from revivatech.platform.api.schemas import In, Key, Page, one_of
from revivatech.platform.api.who import Who
from revivatech.platform.problems import NotFound

from ..api_schemas import CodePattern
from ..models import BulkChange
from . import actions as bulk

router = Router(tags=["Repairs"])
Id = Annotated[Key, Path()]
VIEW = "repairs.view"


class TickedIn(In):
    """One repair with the `version` you looked at: when somebody changed it since, it is left as it is."""

    code: Annotated[str, Field(pattern=CodePattern)]
    version: Annotated[int, Field(ge=0, le=2**31 - 1)]


class BulkIn(In):
    """`to` is a status for `move`, the id of a person or nothing for `assign`, an urgency for `priority`."""

    step: Annotated[str, one_of(*bulk.STEPS)]
    to: Annotated[str, Field(max_length=20)]
    repairs: Annotated[list[TickedIn], Field(min_length=1, max_length=bulk.MOST)]

    def read(self) -> tuple[bulk.Step, list[bulk.Ticked]]:
        ticked = [bulk.Ticked(one.code, one.version) for one in self.repairs]
        return bulk.Step.read(f"{self.step}:{self.to}"), ticked


class ForecastOut(Schema):
    """`told` is what the customer would read, empty when nothing would be sent."""

    code: str
    able: bool
    why: str
    told: str


class BulkResultOut(Schema):
    """`why` says what was in the way. `undone` is `yes`, or why this one was left, once the change was taken back."""

    code: str
    done: bool
    why: str
    undone: str


class BulkOut(Schema):
    """Each repair on its own: some may be `done` and others not. Those missing in `results` are still being done, or were
    never reached because we were interrupted; they are as they were."""

    id: int
    step: str
    to: str
    at: datetime
    undone_at: datetime | None
    done: int
    refused: int
    results: list[BulkResultOut]

    @classmethod
    def of(cls, change: BulkChange) -> BulkOut:
        rows = [BulkResultOut(**{name: row[name] for name in BulkResultOut.model_fields}) for row in change.results]
        done = sum(row.done for row in rows)
        return cls(
            id=change.pk, step=change.step, to=change.target, at=change.at, undone_at=change.undone_at, done=done,
            refused=len(rows) - done, results=rows,
        )  # fmt: skip


@router.post("/bulk-previews", response=Page[ForecastOut], auth=Who(VIEW), summary="What a step would do to several")
def preview_bulk(request: HttpRequest, asked: BulkIn) -> Any:
    """Changes nothing."""
    require(acting(request), VIEW)
    step, ticked = asked.read()
    rows = bulk.forecast(step, ticked, by=acting(request))
    return whole([ForecastOut(code=row.ticked.code, able=not row.why, why=row.why, told=row.told) for row in rows])


@router.post("/bulk-changes", response={201: BulkOut}, auth=Who(VIEW), summary="Take a step for several repairs")
@takes_key
def make_bulk_change(request: HttpRequest, asked: BulkIn) -> Any:
    """Each is done whole or refused with the reason; one refusal stops none of the others."""
    require(acting(request), VIEW)
    step, ticked = asked.read()
    key = _key(acting(request), key_of(request))
    return Status(201, BulkOut.of(bulk.apply(step, ticked, key=key, by=acting(request))))


@router.get("/bulk-changes/{change}", response=BulkOut, auth=Who(VIEW), summary="What became of it")
def get_bulk_change(request: HttpRequest, change: Id) -> Any:
    """Your own, for thirty days."""
    row = BulkChange.objects.filter(pk=change, user_id=acting(request).user_id or 0).first()
    if row is None:
        raise NotFound
    return BulkOut.of(row)


@router.post("/bulk-changes/{change}/reversal", response=BulkOut, auth=Who(VIEW), summary="Take it back")
@once_by_key
def undo_bulk_change(request: HttpRequest, change: Id) -> Any:
    """Assignments and priorities, where they still stand. A move is not undone: customers were told of it."""
    return BulkOut.of(bulk.undo(change, by=acting(request)))


def _key(actor: Actor, key: str) -> str:
    """Keys of a person and of their programs never meet, nor those of a form and of the API."""
    if not key:
        return ids.new_token()
    return "api:" + hashlib.blake2b(f"{actor.label}:{key}".encode(), digest_size=24).hexdigest()
