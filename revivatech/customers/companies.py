"""Business accounts: who speaks for a company, and which rows of other packages are the company's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.problems import Denied

from .models import Company, Contact, ContactInvitation, Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a contact may do beside seeing the company's repairs."""

    may_book: bool = True
    may_approve: bool = False
    manages: bool = False

    @classmethod
    def of(cls, row: Contact | ContactInvitation) -> Rights:
        return cls(may_book=row.may_book, may_approve=row.may_approve, manages=row.manages)

    def fields(self) -> dict[str, bool]:
        return {"may_book": self.may_book, "may_approve": self.may_approve, "manages": self.manages}

    def names(self) -> list[str]:
        held = {"book": self.may_book, "approve": self.may_approve, "manage": self.manages}
        return [name for name, yes in held.items() if yes]


def own_contact(actor: Actor) -> Contact | None:
    """For which company the signed-in person speaks now."""
    if actor.user_id is None:
        return None
    return present().filter(customer__user_id=actor.user_id).select_related("company", "customer").first()


def may_give_approval(actor: Actor) -> bool:
    """Whether this person may let a contact approve prices: staff, and contacts who may themselves."""
    own = own_contact(actor)
    return actor.may("customers.edit") or bool(own and own.may_approve)


def may_manage(company: Company, actor: Actor) -> bool:
    """Staff who may change customers, and the company's own contacts who manage."""
    own = own_contact(actor)
    return actor.may("customers.edit") or bool(own and own.company_id == company.pk and own.manages)


def check_manages(company: Company, actor: Actor) -> None:
    if not may_manage(company, actor):
        raise Denied


def present() -> QuerySet[Contact]:
    return Contact.objects.filter(until=None, company__closed_at=None)


def visible_to(actor: Actor) -> QuerySet[Company]:
    """Staff who may see customers: all. A contact: their company. Everybody else: none."""
    if actor.may("customers.view"):
        return Company.objects.all()
    own = own_contact(actor)
    return Company.objects.filter(pk=own.company_id) if own else Company.objects.none()


def listed(actor: Actor, text: str = "") -> QuerySet[Company]:
    """The newest first, with how many speak for each."""
    rows = visible_to(actor).annotate(people=Count("contacts", filter=Q(contacts__until=None))).order_by("-pk")
    for word in text.split()[:6]:
        rows = rows.filter(name__icontains=word)
    return rows


def contacts_of(company: Company) -> list[Contact]:
    return list(Contact.objects.filter(company=company, until=None).select_related("customer"))


def invitations_of(company: Company) -> list[ContactInvitation]:
    return list(ContactInvitation.objects.filter(company=company, expires_at__gt=clock.now()))


def of_company(actor: Actor, *, customer: str = "customer", at: str = "created_at", approving: bool = False) -> Exists:
    """A condition on rows with a customer and a moment: they belong to the company that `actor` speaks for now, since
    they were made by a contact who could book for it then. `approving`: and `actor` may approve prices for it."""
    mine = present().filter(customer__user_id=actor.user_id or 0)
    if approving:
        mine = mine.filter(may_approve=True)
    theirs = Contact.objects.filter(
        customer=OuterRef(customer), may_book=True, company__in=mine.values("company"), since__lte=OuterRef(at)
    )
    return Exists(theirs.filter(Q(until=None) | Q(until__gt=OuterRef(at))))


def proves(user: Any, email: str) -> bool:
    """Whether the person has confirmed that this mailbox is theirs."""
    proven: bool = EmailAddress.objects.filter(user=user, verified=True, email__iexact=email).exists()
    return proven


def names_beside(customer: Customer) -> Contact | None:
    """For staff: the company this customer speaks for."""
    return present().filter(customer=customer).select_related("company").first()
