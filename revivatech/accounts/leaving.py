"""When somebody leaves, or loses what they sign in with."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.problems import Denied, Invalid
from revivatech.platform.spoken import of_person

from . import events, mail
from .actions import as_json, end_sessions, keep_an_owner, locked_member, tell
from .models import User
from .policies import require_may_change
from .queries import staff_visible_to


@transaction.atomic
def remove(user_id: int, *, successor_id: int | None, reason: str, by: Actor) -> User:
    """The person no longer works here: signed out everywhere, no roles, no second factor, no password. Their open work
    goes to the successor (or to nobody) in the same transaction, by the reactions to UserRemoved. The row stays, because
    it is the name under what they did.

    Raises NotFound, Denied, LastOwner, and Invalid for a successor who does not work here.
    """
    person = locked_member(user_id, by=by)
    require_may_change(by, person)
    if person.pk == by.user_id:
        raise Denied(_("You cannot remove yourself."))
    why = _reason(reason)
    if successor_id is not None and (successor_id == person.pk or not _works_here(successor_id, by=by)):
        raise Invalid({"successor": [_("Choose somebody who works here.")]})
    before = as_json((held.role.key, held.location_id) for held in person.memberships.select_related("role"))
    person.memberships.all().delete()
    person.is_active, person.removed_at = False, clock.now()
    person.suspended_at = person.suspended_at or person.removed_at
    person.set_unusable_password()
    person.save(update_fields=["is_active", "removed_at", "suspended_at", "password"])
    keep_an_owner()
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    end_sessions(person)
    gone = events.UserRemoved(user_id=person.pk, reason=why, before=before, successor_id=successor_id)
    tell(person, gone, by=by)
    return person


@transaction.atomic
def reset_second_factor(user_id: int, *, reason: str, by: Actor) -> User:
    """Take every second factor away, for somebody who lost theirs; they are signed out, told by e-mail, and set up a new one
    before they may touch anything sensitive. Raises NotFound, Denied, Invalid."""
    person = locked_member(user_id, by=by)
    require_may_change(by, person)
    if person.pk == by.user_id:
        raise Denied(_("Change your own second step under Security."))
    why = _reason(reason)
    if not Authenticator.objects.filter(user=person).delete()[0]:
        raise Invalid({"": [_("They have no second step set up.")]})
    end_sessions(person)
    tell(person, events.SecondFactorReset(user_id=person.pk, reason=why), by=by)
    if mail.is_on():
        with of_person(person.locale):
            letter = mail.compose("accounts/email/second_factor_reset", {"person": person, "who": by.label})
        mail.queue(letter, to=person.email)
    return person


def _works_here(user_id: int, *, by: Actor) -> bool:
    return staff_visible_to(by).filter(pk=user_id, is_active=True).exists()


def _reason(text: str) -> str:
    reason = text.strip()[:200]
    if not reason:
        raise Invalid({"reason": [_("Say why; it is kept in the audit.")]})
    return reason
