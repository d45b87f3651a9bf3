"""Staff come in by invitation: a link for one e-mail address, one role, one place, seven days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.locking import lock
from revivatech.platform.problems import Denied, NotFound
from revivatech.platform.realtime.announce import announce, revoke
from revivatech.platform.spoken import language_for, of_person

from . import events, mail, tokens
from .access import require
from .actions import as_json
from .models import Invitation, Membership, Role, User
from .policies import require_may_give
from .problems import AlreadyStaff, InvitationGone, WrongPerson
from .queries import invitations_visible_to, open_invitation, with_email
from .topics import staff_topic

VALID_FOR = timedelta(days=7)


class Invited(NamedTuple):
    """`link` is known only now: the database keeps its hash. `mailed` says that a message with it is on its way."""

    invitation: Invitation
    link: str
    mailed: bool


@transaction.atomic
def invite(
    *, email: str, role_id: int, location_id: int | None, by: Actor, until: datetime | None = None, reason: str = "",
    language: str = "",
) -> Invited:  # fmt: skip
    """Invite an address, in `language` or their own where we know them; an open invitation of the same address is replaced.
    Raises Denied, AlreadyStaff, NotFound."""
    require(by, "staff.manage")
    if by.user_id is None:
        raise Denied(_("An invitation comes from a person."))
    email = email.strip().lower()
    lock(f"accounts.invitation:{email}")
    role = Role.objects.filter(pk=role_id).first()
    if role is None:
        raise NotFound
    require_may_give(by, role, location_id)
    if Membership.objects.filter(user__email__iexact=email).exists():
        raise AlreadyStaff
    for older in Invitation.objects.filter(email__iexact=email, accepted_at=None, revoked_at=None).select_for_update():
        _revoke(older, by=by)
    token, hashed = tokens.new_secret()
    known = with_email(email)
    invitation = Invitation.objects.create(
        email=email,
        role=role,
        location_id=location_id,
        token_hash=hashed,
        invited_by_id=by.user_id,
        expires_at=min(until or clock.now() + VALID_FOR, clock.now() + VALID_FOR),
        until=until,
        reason=reason,
        language=language_for(language, known.locale if known else None),
    )
    return _send(invitation, token, renewed=False, by=by)


@transaction.atomic
def renew(invitation_id: int, *, by: Actor) -> Invited:
    """A new link and another seven days; the old link stops working."""
    invitation = _locked(invitation_id, by=by)
    token, invitation.token_hash = tokens.new_secret()
    invitation.expires_at = min(invitation.until or clock.now() + VALID_FOR, clock.now() + VALID_FOR)
    invitation.save(update_fields=["token_hash", "expires_at"])
    return _send(invitation, token, renewed=True, by=by)


@transaction.atomic
def withdraw(invitation_id: int, *, by: Actor) -> None:
    _revoke(_locked(invitation_id, by=by), by=by)
    announce(staff_topic())


def opened(token: str) -> Invitation:
    """The invitation behind a link, or InvitationGone."""
    invitation = open_invitation(tokens.hash_of(token))
    if invitation is None:
        raise InvitationGone
    return invitation


@transaction.atomic
def accept(token: str, *, by: Actor, full_name: str = "", password: str = "") -> User:
    """Join the staff: as the signed-in person of that address, or as a new one with `full_name` and `password`.

    The inviter vouches for the address, so it counts as verified for signing in; EmailVerified is not recorded, for
    the link may have been handed over by other means than that mailbox. Raises InvitationGone, WrongPerson.
    """
    found = opened(token)
    lock(f"accounts.invitation:{found.email.lower()}", "accounts.owners")
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("role").get(pk=found.pk)
    if invitation.accepted_at or invitation.revoked_at:
        raise InvitationGone
    person = with_email(invitation.email)
    if person is None:
        person = _new_person(invitation.email, full_name, password)
    elif person.removed_at is not None:
        _bring_back(person, full_name, password)
    elif person.pk != by.user_id:
        raise WrongPerson
    if Membership.objects.filter(user=person).exists():
        raise AlreadyStaff
    Membership.objects.create(
        user=person,
        role=invitation.role,
        location_id=invitation.location_id,
        until=invitation.until,
        reason=invitation.reason,
    )
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    joined = Actor("staff", user_id=person.pk, label=str(person))
    record(events.InvitationAccepted(invitation_id=invitation.pk, user_id=person.pk), by=joined)
    held = as_json([(invitation.role.key, invitation.location_id)])
    record(events.MembershipChanged(user_id=person.pk, before=[], after=held), by=joined)
    revoke(f"user:{person.pk}")
    announce(staff_topic())
    return person


def _bring_back(person: User, full_name: str, password: str) -> None:
    """Who left and is invited again starts as a new person would, under the name and row of before."""
    person.full_name, person.is_active = full_name.strip(), True
    person.removed_at = person.suspended_at = None
    person.set_password(password)
    person.save()
    EmailAddress.objects.filter(user=person, email__iexact=person.email).update(verified=True)


def _new_person(email: str, full_name: str, password: str) -> User:
    person = User.objects.create_user(
        email, password, full_name=full_name.strip(), locale=get_language() or settings.LANGUAGE_CODE
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def _send(invitation: Invitation, token: str, *, renewed: bool, by: Actor) -> Invited:
    with of_person(invitation.language):
        link = tokens.link("accounts:join", token)
    event = events.StaffInvited(
        invitation_id=invitation.pk,
        email=invitation.email,
        role=invitation.role.key,
        location_id=invitation.location_id,
        renewed=renewed,
    )
    record(event, by=by)
    announce(staff_topic())
    mailed = mail.is_on()
    if mailed:
        context = {"invitation": invitation, "link": link, "inviter": by.label}
        with of_person(invitation.language):
            letter = mail.compose("accounts/email/invitation", context)
        mail.queue(letter, to=invitation.email)
    return Invited(invitation, link, mailed)


def _revoke(invitation: Invitation, *, by: Actor) -> None:
    invitation.revoked_at = clock.now()
    invitation.save(update_fields=["revoked_at"])
    record(events.InvitationRevoked(invitation_id=invitation.pk), by=by)


def _locked(invitation_id: int, *, by: Actor) -> Invitation:
    require(by, "staff.manage")
    invitation = (
        Invitation.objects.filter(pk__in=invitations_visible_to(by), pk=invitation_id)
        .select_related("role", "location")
        .select_for_update(of=("self",))
        .first()
    )
    if invitation is None:
        raise NotFound
    require_may_give(by, invitation.role, invitation.location_id)
    return invitation
