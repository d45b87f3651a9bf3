"""Business accounts entered and changed by other programs, and who speaks for them. The same router as reading: one address
answers both, and a second router would hide the first."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Path, Schema, Status
from pydantic import Field

from revivatech.accounts.access import acting
from revivatech.platform.api.once import once_but_for, once_by_key
from revivatech.platform.api.paging import whole
from revivatech.platform.api.schemas import Flag, In, Key, Page, one_of
from revivatech.platform.api.who import Who
from revivatech.platform.limits import hit
from revivatech.platform.problems import NotFound

from . import actions, companies
from .api_companies import VIEW, CompanyOut, ContactOut, Id, found, router
from .companies import Rights
from .models import Company, ContactInvitation

__all__ = ["router"]

EDIT = "customers.edit"
Name = Annotated[str, Field(min_length=1, max_length=120)]
VatNumber = Annotated[str, Field(max_length=20)]
Language = Annotated[str, one_of(*dict(settings.LANGUAGES))]
ContactId = Annotated[Key, Path()]


class CompanyIn(In):
    name: Name
    vat_number: VatNumber = ""


class CompanyChangeIn(In):
    """What is left out stays."""

    name: Name | None = None
    vat_number: VatNumber | None = None


class RightsIn(In):
    """What a contact may do beside seeing the company's repairs. What is left out is no."""

    may_book: Flag = False
    may_approve: Flag = False
    manages: Flag = False

    def rights(self) -> Rights:
        return Rights(may_book=self.may_book, may_approve=self.may_approve, manages=self.manages)


class NewContactIn(RightsIn):
    """`customer` is the id under /customers."""

    customer: Key


class ContactInvitationIn(RightsIn):
    """`language` of the letter, unless we know the person's own."""

    email: Annotated[str, Field(min_length=1, max_length=254)]
    language: Language | None = None


class ContactInvitationOut(Schema):
    id: int
    email: str
    may_book: bool
    may_approve: bool
    manages: bool
    expires_at: datetime

    @classmethod
    def of(cls, row: ContactInvitation) -> ContactInvitationOut:
        return cls(id=row.pk, email=row.email, expires_at=row.expires_at, **Rights.of(row).fields())


class InvitedOut(ContactInvitationOut):
    """`link` only when the shop sends no e-mail: hand it over, it is not told again."""

    link: str | None


@router.post("/companies", response={201: CompanyOut}, auth=Who(EDIT), summary="Open a business account")
@once_by_key
def create_company(request: HttpRequest, asked: CompanyIn) -> Any:
    made = actions.add_company(name=asked.name, vat_number=asked.vat_number, by=acting(request))
    return Status(201, _shown(request, made.pk))


@router.post("/companies/{company}/details", response=CompanyOut, auth=Who(EDIT), summary="Change a business account")
@once_by_key
def change_company(request: HttpRequest, company: Id, asked: CompanyChangeIn) -> Any:
    actions.edit_company(company, name=asked.name, vat_number=asked.vat_number, by=acting(request))
    return _shown(request, company)


@router.post("/companies/{company}/closing", response=CompanyOut, auth=Who(EDIT), summary="Close a business account")
@once_by_key
def close_company(request: HttpRequest, company: Id) -> Any:
    """Nobody speaks for it any more. Its repairs stay with the people who brought them."""
    actions.close_company(company, by=acting(request))
    return _shown(request, company)


@router.post("/companies/{company}/contacts", response={201: ContactOut}, auth=Who(EDIT), summary="Add a contact")
@once_by_key
def add_contact(request: HttpRequest, company: Id, asked: NewContactIn) -> Any:
    """By staff. Refused with `speaks_for_another` for a customer who speaks for a company already."""
    contact = actions.add_contact(company, asked.customer, asked.rights(), by=acting(request))
    return Status(201, ContactOut.of(contact))


@router.post(
    "/companies/{company}/contacts/{contact}/rights",
    response=ContactOut,
    auth=Who(EDIT),
    summary="Change what they may",
)
@once_by_key
def change_contact_rights(request: HttpRequest, company: Id, contact: ContactId, asked: RightsIn) -> Any:
    """By staff and contacts who manage. The contact has a new id afterwards: who could do what, and when, is kept."""
    return ContactOut.of(actions.change_rights(company, contact, asked.rights(), by=acting(request)))


@router.post(
    "/companies/{company}/contacts/{contact}/removal",
    response=Page[ContactOut], auth=Who(EDIT), summary="Remove a contact",
)  # fmt: skip
@once_by_key
def remove_contact(request: HttpRequest, company: Id, contact: ContactId) -> Any:
    """By staff, by contacts who manage, and by themselves. Answers who is left, to those who may see it still."""
    actions.remove_contact(company, contact, by=acting(request))
    row = companies.visible_to(acting(request)).filter(pk=company).first()
    return whole([ContactOut.of(one) for one in companies.contacts_of(row)] if row else [])


@router.get(
    "/companies/{company}/invitations", response=Page[ContactInvitationOut], auth=Who(VIEW), summary="Open invitations"
)
def list_contact_invitations(request: HttpRequest, company: Id) -> Any:
    """For staff and contacts who manage."""
    return _invitations(request, found(request, company))


@router.post("/companies/{company}/invitations", response={201: InvitedOut}, auth=Who(EDIT), summary="Invite a contact")
@once_but_for("link")
def invite_contact(request: HttpRequest, company: Id, asked: ContactInvitationIn) -> Any:
    """By staff and contacts who manage: a letter to one address, whose owner reads, signs in and accepts on our page.
    We keep no `link`: a repeat with the same key is answered without it. Lost, invite the address again with a new key."""
    found(request, company)
    hit("customers.invite", str(acting(request).user_id), limit=30, per=86_400)  # the same allowance as the page's
    invited = actions.invite_contact(
        company, email=asked.email, rights=asked.rights(), language=asked.language or "", by=acting(request)
    )
    shown = ContactInvitationOut.of(invited.invitation)
    return Status(201, InvitedOut(**shown.dict(), link=None if invited.mailed else invited.link))


@router.post(
    "/companies/{company}/invitations/{invitation}/withdrawal",
    response=Page[ContactInvitationOut], auth=Who(EDIT), summary="Withdraw an invitation",
)  # fmt: skip
@once_by_key
def withdraw_contact_invitation(request: HttpRequest, company: Id, invitation: Annotated[Key, Path()]) -> Any:
    """Answers those that are still open."""
    actions.withdraw_contact(company, invitation, by=acting(request))
    return _invitations(request, found(request, company))


def _invitations(request: HttpRequest, company: Company) -> Any:
    companies.check_manages(company, acting(request))
    return whole([ContactInvitationOut.of(row) for row in companies.invitations_of(company)])


def _shown(request: HttpRequest, pk: int) -> CompanyOut:
    row = companies.listed(acting(request)).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return CompanyOut.of(row)
