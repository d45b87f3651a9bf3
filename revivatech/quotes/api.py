"""Quotes for other programs: what is offered, and the customer's answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from revivatech.accounts.access import acting
from revivatech.platform.actors import by_link
from revivatech.platform.api.once import once_by_key
from revivatech.platform.api.paging import whole
from revivatech.platform.api.schemas import Flag, In, Key, Page, one_of
from revivatech.platform.api.who import Who
from revivatech.platform.limits import address_block, client_address, hashed_key, hit
from revivatech.platform.problems import NotFound
from revivatech.repairs.models import Repair

from . import actions, offer, pages
from .models import Quote

router = Router(tags=["Quotes"])
Code = Annotated[str, Path(pattern="^RT-[0-9A-Z]{7}$")]
Token = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{20,40}$", description="The secret part of the private link.")]


class QuoteLineOut(Schema):
    id: int
    kind: str
    label: str
    quantity: int
    unit_pence: int
    gross_pence: int
    optional: bool
    warranty_days: int


class QuoteOptionOut(Schema):
    id: int
    title: str
    text: str
    recommended: bool
    total_pence: int
    warranty_days: int
    lines: list[QuoteLineOut]


class QuoteOut(Schema):
    """Gross, in the smallest unit of the currency. `state` is what can be done with it: only an open one can be answered."""

    id: int
    repair: str
    version: int
    state: Annotated[str, one_of("open", "approved", "declined", "over", "replaced", "draft")]
    finding: str
    currency: str
    valid_until: datetime | None
    low_pence: int
    high_pence: int
    decline_pence: int
    options: list[QuoteOptionOut]
    lines: list[QuoteLineOut]
    chosen_pence: int | None = Field(description="What the customer agreed to.")
    revision: int | None = Field(description="Of a draft: send it with what you change.")

    @classmethod
    def of(cls, quote: Quote) -> QuoteOut:
        answer = pages.answer_of(quote)
        shown = offer.as_shown(quote, answer)
        agreed = answer.total_pence if answer is not None and answer.approved else None
        revision = quote.revision if quote.is_draft else None
        return cls(
            id=quote.pk, repair=quote.repair.code, state=pages.state_of(quote), chosen_pence=agreed, revision=revision,
            **shown,
        )  # fmt: skip


class AnswerIn(In):
    """Approve with the option, the optional lines ticked and the total that was shown; decline with a reason."""

    approved: Flag
    option: Key | None = None
    ticked: Annotated[list[Key], Field(max_length=100)] = []
    seen_pence: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    reason: Annotated[str, Field(max_length=500)] = ""
    said_by: Annotated[str, Field(min_length=1, max_length=120)]
    how: Literal["", "phone", "counter", "email"] = Field("", description="For staff: how the answer reached us.")


@router.get("/repairs/{code}/quotes", response=Page[QuoteOut], auth=Who("repairs.view"), summary="Its quotes")
def list_quotes(request: HttpRequest, code: Code) -> Any:
    """Every version, the newest first. Customers see what was sent to them."""
    actor = acting(request)
    if not Repair.objects.visible_to(actor).filter(code=code).exists():
        raise NotFound
    rows = Quote.objects.visible_to(actor).filter(repair__code=code).select_related("repair")
    return whole([QuoteOut.of(quote) for quote in rows.prefetch_related("options", "lines").order_by("-version")])


@router.get("/quotes/{token}", response=QuoteOut, auth=Who(public=True), summary="One quote, by its private link")
def get_quote(request: HttpRequest, token: Token) -> Any:
    return QuoteOut.of(pages.by_token(token))


@router.post("/quotes/{token}/answer", response=QuoteOut, auth=Who(public=True), summary="Answer it")
@once_by_key
def answer_quote(request: HttpRequest, token: Token, asked: AnswerIn) -> Any:
    """The customer's own answer, by the link or signed in; or one that staff heard, with `how`."""
    hit("quote-answer", address_block(client_address(request)), limit=40, per=3600)
    quote = pages.by_token(token)
    actor = acting(request)
    by = actor if actor.is_staff else by_link("quote", quote.pk)
    how: str = asked.how if actor.is_staff else "link"
    if actor.kind == "customer" and Quote.objects.visible_to(actor).filter(pk=quote.pk).exists():
        by, how = actor, "portal"
    given = actions.Given(
        asked.said_by, how, hashed_key("quote-answer", client_address(request)), request.headers.get("User-Agent", "")
    )
    if asked.approved:
        choice = actions.Choice(asked.option, frozenset(asked.ticked))
        actions.approve(quote.pk, choice, seen_pence=asked.seen_pence, given=given, by=by)
    else:
        actions.decline(quote.pk, reason=asked.reason, given=given, by=by)
    return QuoteOut.of(pages.by_token(token))
