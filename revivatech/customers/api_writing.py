"""Customers entered and changed by other programs, and what staff wrote down about them. The same router as reading: one address
answers both, and a second router would hide the first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Path, Query, Schema, Status
from pydantic import Field

from revivatech.accounts.access import acting, require
from revivatech.platform.api.once import once_by_key
from revivatech.platform.api.paging import page_of
from revivatech.platform.api.schemas import Cursor, Flag, In, Key, Page, one_of
from revivatech.platform.api.who import Who

from . import actions, policies, queries
from .actions import Details
from .api import EDIT, VIEW, CustomerOut, Id, find, router
from .models import CustomerNote, PreferredContact
from .problems import MayBeKnown

__all__ = ["router"]

Language = Annotated[str, one_of(*dict(settings.LANGUAGES))]
Way = Annotated[str, one_of(*PreferredContact.values)]


class CustomerIn(In):
    """One of `email` and `phone` is needed. `despite`: make a new one although somebody shares the address or number."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    preferred_contact: Way = PreferredContact.EMAIL.value
    is_business: Flag = False
    company: Annotated[str, Field(max_length=120)] = ""
    vat_number: Annotated[str, Field(max_length=20)] = ""
    language: Language | None = None
    despite: Flag = False


class CustomerChangeIn(In):
    """What is left out stays. `seen` of the customer as you read it: when somebody changed them since, nothing is written."""

    name: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    preferred_contact: Way | None = None
    is_business: Flag | None = None
    company: Annotated[str, Field(max_length=120)] | None = None
    vat_number: Annotated[str, Field(max_length=20)] | None = None
    language: Language | None = None
    seen: Annotated[str, Field(max_length=32)] = ""


class CustomerNoteOut(Schema):
    """A flagged one is shown wherever staff meet the customer, and stands in their `flags`."""

    id: int
    body: str
    flagged: bool
    author: str
    at: datetime

    @classmethod
    def of(cls, row: CustomerNote) -> CustomerNoteOut:
        return cls(id=row.pk, body=row.body, flagged=row.flagged, author=row.author_label, at=row.at)


class CustomerNoteIn(In):
    body: Annotated[str, Field(min_length=1, max_length=1000)]
    flagged: Flag = False


@router.post("/customers", response={201: CustomerOut}, auth=Who(EDIT), summary="Enter a customer")
@once_by_key
def create_customer(request: HttpRequest, asked: CustomerIn) -> Any:
    """Refused with `may_be_known` and the ids in `customers` when somebody has that address or number: look at them first."""
    actor = acting(request)
    policies.check_staff_edit(actor)
    details = Details(**asked.model_dump(exclude={"language", "despite"})).checked()
    known = queries.sharing(email=details.email, phone=details.phone).values_list("pk", flat=True)[:5]
    if known and not asked.despite:
        raise MayBeKnown(customers=list(known))
    made = actions.create(details, locale=asked.language or "", by=actor)
    return Status(201, CustomerOut.of(find(actor, made.pk), actor))


@router.post("/customers/{customer}/details", response=CustomerOut, auth=Who(EDIT), summary="Change a customer")
@once_by_key
def change_customer(request: HttpRequest, customer: Id, asked: CustomerChangeIn) -> Any:
    """Staff; customers change their own profile in this way."""
    actor = acting(request)
    row = find(actor, customer)
    given = asked.model_dump(exclude={"language", "seen"}, exclude_none=True)
    details = replace(Details.of(row), **given)
    seen = asked.seen or Details.of(row).fingerprint
    if row.user_id is not None and row.user_id == actor.user_id:
        actions.save_own(details, seen=seen, by=actor)
    else:
        actions.edit(customer, details, language=asked.language or "", seen=seen, by=actor)
    return CustomerOut.of(find(actor, customer), actor)


@router.get("/customers/{customer}/notes", response=Page[CustomerNoteOut], auth=Who(VIEW), summary="Notes about them")
def list_customer_notes(
    request: HttpRequest, customer: Id, cursor: Cursor = "", limit: Annotated[int, Query(ge=1, le=100)] = 50
) -> Any:
    """For staff."""
    require(acting(request), VIEW)
    return page_of(find(acting(request), customer).notes.all(), CustomerNoteOut.of, cursor=cursor, limit=limit)


@router.post(
    "/customers/{customer}/notes", response={201: CustomerNoteOut}, auth=Who(EDIT), summary="Write a note about them"
)
@once_by_key
def create_customer_note(request: HttpRequest, customer: Id, asked: CustomerNoteIn) -> Any:
    note = actions.add_note(customer, body=asked.body, flagged=asked.flagged, by=acting(request))
    return Status(201, CustomerNoteOut.of(note))


@router.post(
    "/customers/{customer}/notes/{note}/removal", response=CustomerOut, auth=Who(EDIT), summary="Remove a note"
)
@once_by_key
def remove_customer_note(request: HttpRequest, customer: Id, note: Annotated[Key, Path()]) -> Any:
    """Gone for good. Answers the customer without it."""
    actions.remove_note(customer, note, by=acting(request))
    return CustomerOut.of(find(acting(request), customer), acting(request))
