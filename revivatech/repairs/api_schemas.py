"""What a repair looks like to other programs. What only staff may read is null for customers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from ninja import Schema
from pydantic import Field

from revivatech.platform.actors import Actor
from revivatech.platform.api.schemas import Flag, In, one_of
from revivatech.platform.files.models import StoredFile

from . import statuses as s
from .checklists.guard import Row
from .models import Note, Repair, StageRun, TimeEntry
from .policies import allowed_moves
from .timeline import customer_text

StatusName = Annotated[str, one_of(*s.STATUSES)]
OutcomeName = Annotated[str, one_of("", "repaired", "declined", "no_fault_found", "not_repairable")]
CodePattern = "^RT-[0-9A-Z]{7}$"


class RepairBrief(Schema):
    """One row of a list."""

    code: str
    status: StatusName
    stage: int | None = Field(description="1 to 7 while the device is with us.")
    outcome: OutcomeName
    urgency: str
    device: str
    location: int
    customer_name: str
    ready_by: datetime | None
    stage_due_at: datetime | None
    assigned_to: str | None
    created_at: datetime
    version: int

    @classmethod
    def of(cls, repair: Repair, actor: Actor) -> RepairBrief:
        return cls(**_brief(repair, is_bench(actor, repair)))


class RunOut(Schema):
    stage: int
    status: StatusName
    started_at: datetime
    ended_at: datetime | None
    worked_minutes: int | None


class RepairOut(RepairBrief):
    """`version` goes into a move: it is refused when somebody else changed the repair meanwhile. `moves` are those open to you."""

    says: str = Field(description="What happens now, in words for the customer.")
    description: str
    services: list[str]
    accessories: str
    condition: str | None
    storage_place: str | None
    finding: str
    agreed_pence: int | None
    proposed_pence: int | None
    currency: str
    received_at: datetime | None
    completed_at: datetime | None
    stages: list[RunOut]
    moves: list[StatusName]

    @classmethod
    def of(cls, repair: Repair, actor: Actor) -> RepairOut:
        bench = is_bench(actor, repair)
        return cls(
            **_brief(repair, bench), says=customer_text(repair), description=repair.description,
            services=repair.services, accessories=repair.accessories, condition=repair.condition if bench else None,
            storage_place=repair.storage_place if bench else None, finding=repair.finding,
            agreed_pence=repair.agreed_pence, proposed_pence=repair.proposed_pence, currency=repair.currency,
            received_at=repair.received_at, completed_at=repair.completed_at,
            stages=[_run(run, bench) for run in repair.runs.all()],
            moves=allowed_moves(actor, repair) if bench else [],
        )  # fmt: skip


class TrackedOut(Schema):
    """What a private link shows: where the device is. No name, no price, no notes."""

    code: str
    status: StatusName
    stage: int | None
    outcome: OutcomeName
    says: str
    ready_by: datetime | None


class MoveIn(In):
    """`to` decides what else is needed: `reason` for a failed check and a cancellation, `outcome` (and `summary`) for ready."""

    to: StatusName
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    reason: Annotated[str, Field(max_length=500)] = ""
    outcome: OutcomeName = ""
    summary: Annotated[str, Field(max_length=1000)] = ""
    said_by: Annotated[str, Field(max_length=120)] = ""
    how: Literal["", "phone", "counter", "email"] = ""
    worked_minutes: Annotated[int, Field(ge=0, le=60_000)] | None = None
    lead_days: Annotated[int, Field(ge=0, le=365)] | None = None
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    verdict: Annotated[str, Field(max_length=500)] = ""
    accessories: Annotated[str, Field(max_length=300)] = ""
    condition: Annotated[str, Field(max_length=300)] = ""
    storage_place: Annotated[str, Field(max_length=60)] = ""


class NoteIn(In):
    body: Annotated[str, Field(min_length=1, max_length=4000)]
    for_customer: Flag = False


class NoteOut(Schema):
    id: int
    body: str
    for_customer: bool
    author: str | None
    at: datetime

    @classmethod
    def of(cls, note: Note, *, bench: bool) -> NoteOut:
        author = note.author_label if bench else None
        return cls(id=note.pk, body=note.body, for_customer=note.for_customer, author=author, at=note.at)


class HandoverIn(In):
    """Collected or delivered: `identity` says how you made sure who it is (`code`: with `given_code` from their page). Posted: carrier and number."""

    received_by: Annotated[str, Field(min_length=1, max_length=120)]
    method: Literal["collected", "delivered", "posted"]
    identity: Literal["", "code", "name", "id"] = ""
    given_code: Annotated[str, Field(max_length=12)] = ""
    carrier: Annotated[str, Field(max_length=60)] = ""
    tracking_number: Annotated[str, Field(max_length=60)] = ""
    returned: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=50)] = []
    accessories_note: Annotated[str, Field(max_length=500)] = ""
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class CheckOut(Schema):
    """One function, at intake and at the final test: works, fails, could_not_test, or null when nobody looked."""

    key: str
    label: str
    intake: str | None
    final: str | None
    blocks: bool = Field(description="It worked at intake and does not now: the device cannot be called repaired.")
    explained: str | None

    @classmethod
    def of(cls, row: Row) -> CheckOut:
        return cls(
            key=row.key, label=row.label, intake=row.before.state if row.before else None,
            final=row.now.state if row.now else None, blocks=row.blocks,
            explained=row.explanation.reason if row.explanation else None,
        )  # fmt: skip


class FileOut(Schema):
    """`url` answers the picture or PDF to whoever may see it."""

    id: str
    kind: Annotated[str, one_of("image", "pdf")]
    name: str
    label: str
    caption: str
    for_customer: bool
    part: str = Field(description="What it belongs to: `claim:<id>`, or the line of a checklist.")
    url: str
    created_at: datetime

    @classmethod
    def of(cls, file: StoredFile) -> FileOut:
        return cls(
            id=str(file.uuid), kind=file.kind, name=file.name, label=file.label, caption=file.caption,
            for_customer=file.for_customer, part=file.part, created_at=file.created_at,
            url=f"{settings.PUBLIC_URL}/api/v1/files/{file.uuid}",
        )  # fmt: skip


class WarrantyOut(Schema):
    """One line of the work; a claim or a return names it by `id`."""

    id: int
    label: str
    days: int
    starts_on: date
    ends_on: date
    running: bool


class TimeOut(Schema):
    """`minutes` are what counts, corrections included."""

    technician: str
    status: StatusName
    started_at: datetime
    ended_at: datetime | None
    minutes: int

    @classmethod
    def of(cls, entry: TimeEntry) -> TimeOut:
        return cls(
            technician=str(entry.technician), status=entry.status, started_at=entry.started_at,
            ended_at=entry.ended_at, minutes=entry.minutes,
        )  # fmt: skip


class ClockIn(In):
    turn: Literal["start", "pause", "stop"]


def is_bench(actor: Actor, repair: Repair) -> bool:
    """Whether the reader is staff who see this repair, and so what is for staff."""
    return actor.link is None and actor.may("repairs.view", at=repair.location_id)


def _brief(repair: Repair, bench: bool) -> dict[str, Any]:
    return {
        "code": repair.code, "status": repair.status, "stage": s.STATUSES[repair.status].stage,
        "outcome": repair.outcome, "urgency": repair.urgency, "device": str(repair.device),
        "location": repair.location_id, "customer_name": repair.customer.name, "ready_by": repair.ready_by,
        "stage_due_at": repair.stage_due_at if bench else None,
        "assigned_to": str(repair.assigned_to or "") if bench else None,
        "created_at": repair.created_at, "version": repair.version,
    }  # fmt: skip


def _run(run: StageRun, bench: bool) -> RunOut:
    return RunOut(
        stage=run.stage, status=run.status, started_at=run.started_at, ended_at=run.ended_at,
        worked_minutes=run.worked_minutes if bench else None,
    )  # fmt: skip
