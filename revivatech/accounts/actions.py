"""What may be done to people who work here and to one's own profile. Invitations are in `invitations.py`, the first owner
in `first_run.py`; passwords, e-mail addresses and second factors are allauth's, watched by `allauth_signals.py`."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events import Event
from revivatech.platform.events.record import record
from revivatech.platform.locking import lock
from revivatech.platform.problems import Denied, Invalid, NotFound, SignInRequired
from revivatech.platform.realtime.announce import announce, revoke

from . import events
from .access import require
from .browsers import browser_name
from .models import Membership, Role, User
from .policies import require_may_change, require_may_give
from .problems import LastOwner
from .queries import owners, staff_visible_to
from .topics import staff_topic

Place = tuple[str, int | None]  # role key, location id or None for everywhere


@transaction.atomic
def set_memberships(user_id: int, held: Iterable[Place], *, by: Actor) -> User:
    """The person holds exactly these roles from now on; live pages opened before are closed.

    Raises NotFound, Denied (a role beyond one's own), Invalid (none left, or unknown) and LastOwner.
    """
    person = locked_member(user_id, by=by)
    require_may_change(by, person)
    wanted = _places(held)
    if not wanted:
        raise Invalid({"": [_("Choose at least one role. To end somebody's access, suspend them.")]})
    current = {(row.role.key, row.location_id): row for row in person.memberships.select_related("role")}
    roles = {role.key: role for role in Role.objects.filter(key__in=[key for key, _place in wanted])}
    for key, location_id in sorted(wanted - set(current), key=str):
        if key not in roles:
            raise Invalid({"": [_("That role does not exist any more. Reload the page.")]})
        require_may_give(by, roles[key], location_id)
        Membership.objects.create(user=person, role=roles[key], location_id=location_id)
    Membership.objects.filter(pk__in=[row.pk for place, row in current.items() if place not in wanted]).delete()
    keep_an_owner()
    if wanted != set(current):
        change = events.MembershipChanged(user_id=person.pk, before=as_json(current), after=as_json(wanted))
        tell(person, change, by=by)
    return person


@transaction.atomic
def suspend(user_id: int, *, by: Actor, reason: str = "") -> User:
    """The person is signed out everywhere at once and cannot come back. Raises NotFound, Denied, LastOwner."""
    person = locked_member(user_id, by=by)
    require_may_change(by, person)
    if person.pk == by.user_id:
        raise Denied(_("You cannot suspend yourself."))
    if not person.is_active:
        return person
    person.is_active, person.suspended_at = False, clock.now()
    person.save(update_fields=["is_active", "suspended_at"])
    keep_an_owner()
    end_sessions(person)
    tell(person, events.UserSuspended(user_id=person.pk, reason=reason.strip()[:200]), by=by)
    return person


@transaction.atomic
def reactivate(user_id: int, *, by: Actor) -> User:
    """The person may sign in again, with the roles they had."""
    person = locked_member(user_id, by=by)
    require_may_change(by, person)
    if person.is_active:
        return person
    person.is_active, person.suspended_at = True, None
    person.save(update_fields=["is_active", "suspended_at"])
    tell(person, events.UserReactivated(user_id=person.pk), by=by)
    return person


@transaction.atomic
def change_profile(*, full_name: str, phone: str, by: Actor) -> User:
    """One's own name and telephone number."""
    person = User.objects.select_for_update().filter(pk=by.user_id or 0).first()
    if person is None:
        raise NotFound
    return _describe(person, full_name, phone, by=by)


@transaction.atomic
def choose_shortcuts(on: bool, *, by: Actor) -> None:
    """Whether single keys do something for this person."""
    person = User.objects.select_for_update().filter(pk=by.user_id or 0).first()
    if person is None:
        raise NotFound
    if person.shortcuts != on:
        person.shortcuts = on
        person.save(update_fields=["shortcuts"])
        record(events.ProfileChanged(user_id=person.pk, fields=["shortcuts"]), by=by)


@transaction.atomic
def choose_mail(kind: str, on: bool, *, by: Actor) -> None:
    """Whether this person is written to about what waits for staff; `kind` is the message's."""
    person = User.objects.select_for_update().filter(pk=by.user_id or 0).first()
    if person is None:
        raise NotFound
    muted = [one for one in person.muted if one != kind] + ([] if on else [kind])
    if person.muted != muted:
        person.muted = muted
        person.save(update_fields=["muted"])
        record(events.ProfileChanged(user_id=person.pk, fields=["muted"]), by=by)


@transaction.atomic
def choose_language(code: str, *, by: Actor) -> None:
    """The language this person reads and is written to in."""
    person = User.objects.select_for_update().filter(pk=by.user_id or 0).first()
    if person is None:
        raise NotFound
    if code not in dict(settings.LANGUAGES):
        raise Invalid({"to": [_("Choose one of the languages listed.")]})
    if person.locale != code:
        person.locale = code
        person.save(update_fields=["locale"])
        record(events.LanguageChosen(user_id=person.pk, language=code), by=by)


@transaction.atomic
def edit_person(user_id: int, *, full_name: str, phone: str, by: Actor) -> User:
    """Name and telephone number of a colleague. The e-mail address stays: it is what they sign in with, so it is theirs."""
    person = locked_member(user_id, by=by)
    require_may_change(by, person)
    announce(staff_topic())
    return _describe(person, full_name, phone, by=by)


def _describe(person: User, full_name: str, phone: str, *, by: Actor) -> User:
    new = {"full_name": full_name.strip(), "phone": phone.strip()}
    changed = [name for name, value in new.items() if getattr(person, name) != value]
    if changed:
        for name in changed:
            setattr(person, name, new[name])
        person.save(update_fields=changed)
        record(events.ProfileChanged(user_id=person.pk, fields=changed), by=by)
    return person


def end_sessions(person: User) -> None:
    """Sign the person out on every device."""
    for session in UserSession.objects.filter(user=person):
        session.end()


@transaction.atomic
def end_session(session_id: int, *, by: Actor) -> None:
    """Sign one's own device out and close its live pages. Raises NotFound."""
    if by.user_id is None:
        raise SignInRequired
    User.objects.select_for_update(no_key=True).get(pk=by.user_id)
    session = UserSession.objects.filter(pk=session_id, user=by.user_id).first()
    if session is None:
        raise NotFound
    session.end()
    record(events.SessionEnded(user_id=by.user_id, device=browser_name(session.user_agent)), by=by)
    revoke(f"user:{by.user_id}")


def as_json(places: Iterable[Place]) -> events.Held:
    return [[key, location_id] for key, location_id in sorted(places, key=str)]


def locked_member(user_id: int, *, by: Actor) -> User:
    """Somebody who works here, locked together with the set of owners. NotFound to whoever may not see them."""
    require(by, "staff.manage")
    lock("accounts.owners")  # two owners at once must not remove each other
    person = User.objects.filter(pk__in=staff_visible_to(by), pk=user_id).select_for_update().first()
    if person is None:
        raise NotFound
    return person


def _places(held: Iterable[Place]) -> set[Place]:
    """Each role once; held everywhere, it is not also held somewhere."""
    wanted = set(held)
    everywhere = {key for key, location_id in wanted if location_id is None}
    return {(key, location_id) for key, location_id in wanted if location_id is None or key not in everywhere}


def keep_an_owner() -> None:
    if not owners().exists():
        raise LastOwner


def tell(person: User, event: Event, *, by: Actor) -> None:
    record(event, by=by)
    revoke(f"user:{person.pk}")
    announce(staff_topic())
