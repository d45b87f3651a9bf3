"""The one door to staff, invitations and owners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.db.models import DateTimeField, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.spoken import spoken

from .models import Invitation, Membership, Role, User
from .permissions import OWNER, PERMISSIONS, SENSITIVE

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def staff_visible_to(actor: Actor) -> QuerySet[User]:
    """People who work where the actor may see the staff; those who work everywhere are seen from anywhere."""
    people = User.objects.filter(memberships__isnull=False)
    locations = actor.locations_for("staff.view")
    if locations is None:
        return people.distinct()
    if not locations:
        return people.none()
    return people.filter(Q(memberships__location__in=locations) | Q(memberships__location__isnull=True)).distinct()


def staff_list(actor: Actor) -> QuerySet[User]:
    """`staff_visible_to` with roles, `has_second_factor` and `last_seen`, the suspended last."""
    return _described(staff_visible_to(actor)).order_by("-is_active", "full_name", "email", "pk")


def _described(people: QuerySet[User]) -> QuerySet[User]:
    seen = UserSession.objects.filter(user=OuterRef("pk")).values("user").annotate(last=Max("last_seen_at"))
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    held = Membership.objects.select_related("role", "location").order_by("role__name", "location__name")
    return people.annotate(
        # One look by the index for each person shown; an EXISTS may be turned into a reading of the whole table.
        factor_id=Subquery(factor.values("pk")[:1]),
        has_second_factor=Q(factor_id__isnull=False),
        # Signing out deletes the session; the last sign-in stays. GREATEST passes over what is missing.
        last_seen=Greatest(Subquery(seen.values("last")), F("last_login"), output_field=DateTimeField()),
    ).prefetch_related(Prefetch("memberships", held))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list of staff is narrowed to. `state`: active, suspended, no_second_factor, removed, or empty for all who
    work here. `location`: who works there, or everywhere."""

    text: str = ""
    role: str = ""
    location: int | None = None
    state: str = ""


def staff_found(actor: Actor, wanted: Wanted, *, after: int | None = None) -> QuerySet[User]:
    """The list, narrowed, by name; `after` is the person the page before ended with. People who left are seen only by
    those who see the staff everywhere: they have no place any more."""
    if wanted.state == "removed":
        everywhere = actor.locations_for("staff.view") is None
        people = User.objects.filter(removed_at__isnull=False) if everywhere else User.objects.none()
    else:
        people = staff_visible_to(actor)
    if wanted.text:
        people = people.filter(Q(full_name__icontains=wanted.text) | Q(email__icontains=wanted.text))
    held = Membership.objects.filter(user=OuterRef("pk"))
    if wanted.role:
        people = people.filter(Exists(held.filter(role__key=wanted.role)))
    if wanted.location is not None:
        people = people.filter(Exists(held.filter(Q(location_id=wanted.location) | Q(location=None))))
    if wanted.state in ("active", "suspended"):
        people = people.filter(is_active=wanted.state == "active")
    found = _described(people)
    if wanted.state == "no_second_factor":
        found = found.filter(Q(("has_second_factor", False)), is_active=True)
    if after is not None and (last := User.objects.filter(pk=after).values_list("full_name", "pk").first()):
        found = found.filter(Q(full_name__gt=last[0]) | Q(full_name=last[0], pk__gt=last[1]))
    return found.order_by("full_name", "pk")


def active_locations() -> list[tuple[int, str]]:
    """Id and name. The shop's package is above this one; its rows are reached by the relation."""
    locations = Membership._meta.get_field("location").related_model
    return list(locations._default_manager.filter(active=True).order_by("name").values_list("pk", "name"))


class Allowed(NamedTuple):
    """One permission a person has, and why: the roles that bring it, each with its place (None: everywhere)."""

    permission: str
    words: str
    because: list[tuple[str, str | None]]
    waits_for_second_factor: bool


def allowed(person: User) -> list[Allowed]:
    """What the person may do and why, in the order of the permission table. `person` comes from `staff_list`."""
    held = list(person.memberships.all())
    ready = is_mfa_enabled(person, SECOND_FACTORS)
    found = []
    for name, words in PERMISSIONS.items():
        because = [
            (spoken(m.role.name), m.location.name if m.location else None) for m in held if name in m.role.permissions
        ]
        if because:
            found.append(Allowed(name, str(words), because, name in SENSITIVE and not ready))
    return found


def invitations_visible_to(actor: Actor) -> QuerySet[Invitation]:
    """Invitations neither accepted nor revoked; expired ones stay, so that they can be sent again."""
    waiting = Invitation.objects.filter(accepted_at=None, revoked_at=None).select_related(
        "role", "location", "invited_by"
    )
    locations = actor.locations_for("staff.manage")
    return waiting if locations is None else waiting.filter(location__in=locations)


def open_invitation(token_hash: str) -> Invitation | None:
    """The invitation a link opens, while it may be accepted."""
    return (
        Invitation.objects.filter(token_hash=token_hash, accepted_at=None, revoked_at=None, expires_at__gt=clock.now())
        .select_related("role", "location")
        .first()
    )


def roles() -> QuerySet[Role]:
    return Role.objects.order_by("-built_in", "name")


def owners() -> QuerySet[User]:
    """People who hold the owner's role everywhere and may sign in."""
    held = {"memberships__role__key": OWNER, "memberships__location": None, "memberships__until": None}
    return User.objects.filter(is_active=True, **held)


def to_tell(kind: str, permission: str, *, at: int) -> QuerySet[User]:
    """Who is written to about what waits at a location: those whose work it is there, who have not switched it off. Support
    access that ends by itself is no work of theirs."""
    held = Membership.objects.filter(Q(location=at) | Q(location=None), user=OuterRef("pk"), until=None)
    people = User.objects.filter(Exists(held.filter(role__permissions__contains=[permission])), is_active=True)
    return people.exclude(muted__contains=[kind]).order_by("pk")


def with_email(email: str) -> User | None:
    return User.objects.filter(email__iexact=email.strip()).first()


def zone_of(user_id: int | None) -> str:
    """The clock a person reads: that of where they work; for whoever works everywhere, of the first location."""
    locations = Membership._meta.get_field("location").related_model._base_manager.order_by("pk")
    zones = locations.values_list("zone_name", flat=True)
    theirs = zones.filter(pk__in=Membership.objects.filter(user=user_id).values("location")).first()
    return str(theirs or zones.first() or "UTC")


def language_of_owner() -> str:
    """What is written to the shop, and to no one person, is in its first owner's language."""
    owners = User.objects.filter(memberships__role__key=OWNER, is_active=True)
    return owners.order_by("pk").values_list("locale", flat=True).first() or ""
