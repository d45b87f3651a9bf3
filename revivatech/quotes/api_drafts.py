"""A draft for other programs: begun, written, thrown away, sent. On the router of `api`: they share an address."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Status
from pydantic import Field

from revivatech.accounts.access import acting
from revivatech.platform.actors import Actor
from revivatech.platform.api.once import once_by_key
from revivatech.platform.api.schemas import Flag, In, Key, one_of
from revivatech.platform.api.who import Who
from revivatech.platform.problems import NotFound
from revivatech.repairs.api_schemas import RepairOut
from revivatech.repairs.views.workbench import find

from . import actions
from .api import Code, QuoteOut, router
from .models import Kind, Quote

__all__ = ["router"]

Small = Annotated[int, Field(ge=0, le=365)]


class LineIn(In):
    """Gross, for one piece. Only a discount is below nothing."""

    kind: Annotated[str, one_of(*Kind.values)]
    label: Annotated[str, Field(min_length=1, max_length=120)]
    unit_pence: Annotated[int, Field(ge=-10_000_000, le=10_000_000)]
    quantity: Annotated[int, Field(ge=1, le=99)] = 1
    optional: Flag = False
    warranty_days: Annotated[int, Field(ge=0, le=3650)] = 0
    minutes: Annotated[int, Field(ge=0, le=60_000)] = 0


Lines = Annotated[list[LineIn], Field(max_length=60)]


class OptionIn(In):
    title: Annotated[str, Field(min_length=1, max_length=80)]
    text: Annotated[str, Field(max_length=300)] = ""
    recommended: Flag = False
    lines: Lines = []


class DraftIn(In):
    """The whole draft; what it held before is gone. `services` are priced by your rules, `lines` are part of every option."""

    finding: Annotated[str, Field(max_length=2000)] = ""
    services: Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=20)] = []
    options: Annotated[list[OptionIn], Field(max_length=6)] = []
    lines: Lines = []
    needs_parts: Flag = False
    lead_days: Small = 0
    work_days: Small | None = None
    replacement: Annotated[str, Field(max_length=300)] = ""
    fee_waived: Flag = False
    revision: Key | None = Field(None, description="Of the draft you read: refused when a colleague changed it.")


class SendingIn(In):
    """What you looked at: the draft's `revision` and the repair's `version`."""

    revision: Key
    repair_version: Key


@router.post("/repairs/{code}/quotes", response={201: QuoteOut}, auth=Who("repairs.work"), summary="Begin a quote")
@once_by_key
def start_quote(request: HttpRequest, code: Code) -> Any:
    """The draft there is, else a copy of the newest version, else what was asked for, priced."""
    return Status(201, _shown(actions.start(code, by=acting(request)).pk))


@router.post("/repairs/{code}/quotes/draft", response=QuoteOut, auth=Who("repairs.work"), summary="Write the draft")
@once_by_key
def write_draft(request: HttpRequest, code: Code, asked: DraftIn) -> Any:
    """It may be half done; sending asks for the rest."""
    values = asked.model_dump(exclude={"services", "options", "lines", "revision"})
    options = [
        actions.Way(way.title, way.text, way.recommended, [_line(line) for line in way.lines]) for way in asked.options
    ]
    quote = actions.write(
        code, values=values, services=asked.services, options=options, lines=[_line(line) for line in asked.lines],
        revision=asked.revision, by=acting(request),
    )  # fmt: skip
    return _shown(quote.pk)


@router.post(
    "/repairs/{code}/quotes/draft/removal", response=RepairOut, auth=Who("repairs.work"), summary="Throw the draft away"
)
@once_by_key
def discard_draft(request: HttpRequest, code: Code) -> Any:
    actions.discard(_draft(code, acting(request)), by=acting(request))
    return RepairOut.of(find(code, by=acting(request)), acting(request))


@router.post("/repairs/{code}/quotes/draft/sending", response=QuoteOut, auth=Who("repairs.work"), summary="Send it")
@once_by_key
def send_draft(request: HttpRequest, code: Code, asked: SendingIn) -> Any:
    """To the customer, complete or not at all: `errors` says what is missing. A version that waited is replaced."""
    pk = _draft(code, acting(request))
    actions.send(pk, revision=asked.revision, repair_version=asked.repair_version, by=acting(request))
    return _shown(pk)


def _line(line: LineIn) -> actions.Line:
    return actions.Line(**line.model_dump())


def _draft(code: str, actor: Actor) -> int:
    pk = Quote.objects.visible_to(actor).filter(repair__code=code, status="draft").values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound
    return pk


def _shown(pk: int) -> QuoteOut:
    return QuoteOut.of(Quote.objects.select_related("repair").prefetch_related("options", "lines").get(pk=pk))
