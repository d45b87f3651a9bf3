"""Business accounts for other programs: found and read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from revivatech.accounts.access import acting
from revivatech.platform.api.paging import page_of, whole
from revivatech.platform.api.schemas import Cursor, Key, Page
from revivatech.platform.api.who import Who
from revivatech.platform.problems import NotFound

from . import companies
from .models import Company, Contact
from .names import tidy

router = Router(tags=["Business accounts"])
Id = Annotated[Key, Path()]
VIEW = "customers.view"


class CompanyOut(Schema):
    id: int
    name: str
    vat_number: str
    contacts: int
    closed: bool
    created_at: datetime

    @classmethod
    def of(cls, row: Company) -> CompanyOut:
        people: int = row.people  # type: ignore[attr-defined] # counted by `listed`
        return cls(
            id=row.pk, name=row.name, vat_number=row.vat_number, contacts=people, closed=row.closed_at is not None,
            created_at=row.created_at,
        )  # fmt: skip


class ContactOut(Schema):
    """`customer` is the id under /customers."""

    id: int
    customer: int
    name: str
    may_book: bool
    may_approve: bool
    manages: bool
    since: datetime

    @classmethod
    def of(cls, row: Contact) -> ContactOut:
        return cls(
            id=row.pk, customer=row.customer_id, name=row.customer.name, may_book=row.may_book,
            may_approve=row.may_approve, manages=row.manages, since=row.since,
        )  # fmt: skip


@router.get("/companies", response=Page[CompanyOut], auth=Who(VIEW), summary="Find business accounts")
def list_companies(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=100, description="Parts of the name.")] = "",
    cursor: Cursor = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Any:
    """Staff: all, the newest first. Customers: the company they speak for."""
    rows = companies.listed(acting(request), tidy(q))
    return page_of(rows, CompanyOut.of, cursor=cursor, limit=limit)


@router.get("/companies/{company}", response=CompanyOut, auth=Who(VIEW), summary="One business account")
def get_company(request: HttpRequest, company: Id) -> Any:
    row = companies.listed(acting(request)).filter(pk=company).first()
    if row is None:
        raise NotFound
    return CompanyOut.of(row)


@router.get("/companies/{company}/contacts", response=Page[ContactOut], auth=Who(VIEW), summary="Who speaks for it")
def list_contacts(request: HttpRequest, company: Id) -> Any:
    return whole([ContactOut.of(contact) for contact in companies.contacts_of(found(request, company))])


def found(request: HttpRequest, pk: int) -> Company:
    """NotFound for outsiders."""
    row = companies.visible_to(acting(request)).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row
