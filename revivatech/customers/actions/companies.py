"""What staff and contacts do with a business account. Every verb holds the company's row first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.accounts import mail
from revivatech.accounts.models import User
from revivatech.accounts.tokens import hash_of, link, new_secret
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Denied, Invalid, NotFound, SignInRequired
from revivatech.platform.realtime.announce import announce
from revivatech.platform.spoken import language_for, of_person

from .. import companies, events, policies, topics
from ..companies import Rights
from ..models import Company, Contact, ContactInvitation, Customer
from ..names import tidy
from ..problems import InvitationOver, LastManager, NotInvited, SpeaksForAnother
from .profiles import Details, checked_email, find_for_change, hold, save_own, store

VALID_FOR = timedelta(days=14)
MOST = 200  # contacts and open invitations of one company


class Invited(NamedTuple):
    """`link` is known only now; `mailed` says that a message with it is on its way."""

    invitation: ContactInvitation
    link: str
    mailed: bool


@transaction.atomic
def add_company(*, name: str, vat_number: str = "", by: Actor) -> Company:
    policies.check_staff_edit(by)
    company = Company.objects.create(name=_name(name), vat_number=tidy(vat_number)[:20])
    record(events.CompanyAdded(company_id=company.pk), by=by)
    return company


@transaction.atomic
def edit_company(company_id: int, *, name: str | None = None, vat_number: str | None = None, by: Actor) -> Company:
    """What is None stays."""
    policies.check_staff_edit(by)
    company = _held(company_id, by)
    new = {} if name is None else {"name": _name(name)}
    new |= {} if vat_number is None else {"vat_number": tidy(vat_number)[:20]}
    changed = [field for field, value in new.items() if getattr(company, field) != value]
    for field in changed:
        setattr(company, field, new[field])
    if changed:
        company.save(update_fields=changed)
        record(events.CompanyChanged(company_id=company.pk, fields=changed), by=by)
    return company


@transaction.atomic
def close_company(company_id: int, *, by: Actor) -> None:
    """Nobody speaks for it any more. Its repairs stay with the people who brought them."""
    policies.check_staff_edit(by)
    company = _held(company_id, by)
    company.closed_at = clock.now()
    company.save(update_fields=["closed_at"])
    ContactInvitation.objects.filter(company=company).delete()
    for contact in Contact.objects.filter(company=company, until=None).select_for_update(of=("self",)):
        _end(contact, by=by)
    record(events.CompanyClosed(company_id=company.pk), by=by)


@transaction.atomic
def add_contact(company_id: int, customer_id: int, rights: Rights, *, by: Actor) -> Contact:
    """Staff make a customer speak for the company. Raises SpeaksForAnother."""
    policies.check_staff_edit(by)
    company = _held(company_id, by)
    return _join(company, find_for_change(customer_id, by=by), rights, by=by)


@transaction.atomic
def invite_contact(company_id: int, *, email: str, rights: Rights, by: Actor, language: str = "") -> Invited:
    """A link for one address, in `language` or their own where we know them; an open invitation of the same address is
    replaced. Staff, or a contact who manages; the right to approve is given by staff and by contacts who have it."""
    company = _managed(company_id, by)
    if rights.may_approve:
        _check_may_give_approval(by)
    email = checked_email(email).lower()
    ContactInvitation.objects.filter(company=company, email__iexact=email).delete()
    if len(companies.contacts_of(company)) + len(companies.invitations_of(company)) >= MOST:
        raise Invalid({"email": [_("This company has as many contacts as it can have.")]})
    token, hashed = new_secret()
    invitation = ContactInvitation.objects.create(
        company=company, email=email, token_hash=hashed, expires_at=clock.now() + VALID_FOR, **rights.fields()
    )
    event = events.ContactInvited(company_id=company.pk, invitation_id=invitation.pk, rights=rights.names())
    record(event, by=by)
    theirs = Customer.objects.filter(email__iexact=email).values_list("locale", flat=True).first()
    mailed = mail.is_on()
    with of_person(language_for(language, theirs)):
        address = link("customers:company_join", token)
        context = {"company": company, "link": address, "inviter": by.label}
        letter = mail.compose("customers/email/contact_invitation", context) if mailed else None
    if letter:
        mail.queue(letter, to=email)
    return Invited(invitation, address, mailed)


@transaction.atomic
def withdraw_contact(company_id: int, invitation_id: int, *, by: Actor) -> None:
    company = _managed(company_id, by)
    if not ContactInvitation.objects.filter(company=company, pk=invitation_id).delete()[0]:
        raise NotFound
    record(events.ContactInvitationWithdrawn(company_id=company.pk, invitation_id=invitation_id), by=by)


def opened_invitation(token: str) -> ContactInvitation:
    found = ContactInvitation.objects.filter(
        token_hash=hash_of(token), expires_at__gt=clock.now(), company__closed_at=None
    )
    invitation = found.select_related("company").first()
    if invitation is None:
        raise InvitationOver
    return invitation


@transaction.atomic
def accept_invitation(token: str, *, by: Actor) -> Contact:
    """The signed-in person of the invited address joins. Raises SignInRequired, InvitationOver, NotInvited, SpeaksForAnother."""
    if by.user_id is None:
        raise SignInRequired
    found = opened_invitation(token)
    company = Company.objects.select_for_update(no_key=True).get(pk=found.company_id)
    invitation = ContactInvitation.objects.filter(pk=found.pk).first()
    if invitation is None or company.closed_at is not None:
        raise InvitationOver
    user = User.objects.get(pk=by.user_id)
    if not companies.proves(user, invitation.email):
        raise NotInvited
    customer = Customer.objects.filter(user=user).first() or save_own(
        Details(name=str(user), email=user.email, phone=user.phone), by=by
    )
    contact = _join(company, customer, Rights.of(invitation), by=by)
    invitation.delete()
    return contact


@transaction.atomic
def change_rights(company_id: int, contact_id: int, rights: Rights, *, by: Actor) -> Contact:
    """The old rights end and the new ones begin: who could book when is kept. Raises LastManager to contacts, and Denied to
    those who give a right to approve that they do not have."""
    company = _managed(company_id, by)
    contact = _contact(company, contact_id)
    before = Rights.of(contact)
    if before == rights:
        return contact
    if rights.may_approve and not before.may_approve:
        _check_may_give_approval(by)
    if before.manages and not rights.manages:
        _keep_a_manager(company, contact, by)
    now = clock.now()
    Contact.objects.filter(pk=contact.pk).update(until=now)
    fresh = Contact.objects.create(company=company, customer_id=contact.customer_id, since=now, **rights.fields())
    changed = events.ContactRightsChanged(
        company_id=company.pk, customer_id=contact.customer_id, before=before.names(), after=rights.names()
    )
    record(changed, by=by)
    announce(topics.customer(contact.customer_id))
    return fresh


@transaction.atomic
def remove_contact(company_id: int, contact_id: int, *, by: Actor) -> None:
    """By staff, by a contact who manages, or by the person themselves. Raises LastManager to contacts."""
    own = companies.own_contact(by)
    leaving = own is not None and own.pk == contact_id and own.company_id == company_id
    company = _held(company_id, by) if leaving else _managed(company_id, by)
    contact = _contact(company, contact_id)
    if contact.manages:
        _keep_a_manager(company, contact, by)
    _end(contact, by=by)


def _join(company: Company, customer: Customer, rights: Rights, *, by: Actor) -> Contact:
    hold(customer.pk)
    if Contact.objects.filter(customer=customer, until=None).exists():
        raise SpeaksForAnother
    contact = Contact.objects.create(company=company, customer=customer, **rights.fields())
    joined = events.ContactJoined(company_id=company.pk, customer_id=customer.pk, rights=rights.names())
    record(joined, by=by)
    known = Details.of(customer)
    theirs = replace(
        known,
        is_business=True,
        company=known.company or company.name,
        vat_number=known.vat_number or company.vat_number,
    )
    store(customer, theirs, by=by)
    announce(topics.customer(customer.pk))
    return contact


def _end(contact: Contact, *, by: Actor) -> None:
    contact.until = clock.now()
    contact.save(update_fields=["until"])
    record(events.ContactRemoved(company_id=contact.company_id, customer_id=contact.customer_id), by=by)
    announce(topics.customer(contact.customer_id))


def _held(company_id: int, by: Actor) -> Company:
    """The row, locked; NotFound to outsiders, and when it is closed."""
    company = companies.visible_to(by).select_for_update(no_key=True, of=("self",)).filter(pk=company_id).first()
    if company is None or company.closed_at is not None:
        raise NotFound
    return company


def _managed(company_id: int, by: Actor) -> Company:
    company = _held(company_id, by)
    companies.check_manages(company, by)
    return company


def _check_may_give_approval(by: Actor) -> None:
    """Managing contacts is no leave to spend the company's money: nobody makes themselves, or a second address of theirs, approve."""
    if not companies.may_give_approval(by):
        raise Denied(_("Only the shop, or a contact who approves prices, can give that right."))


def _contact(company: Company, contact_id: int) -> Contact:
    found = Contact.objects.select_for_update(of=("self",)).filter(company=company, pk=contact_id, until=None).first()
    if found is None:
        raise NotFound
    return found


def _keep_a_manager(company: Company, contact: Contact, by: Actor) -> None:
    """Staff can always help; contacts must not lock their own company out."""
    others = Contact.objects.filter(company=company, until=None, manages=True).exclude(pk=contact.pk)
    if not by.may("customers.edit") and not others.exists():
        raise LastManager


def _name(text: str) -> str:
    name = tidy(text)[:120]
    if not name:
        raise Invalid({"name": [_("Enter the name of the company.")]})
    return name
