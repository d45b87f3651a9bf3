"""The one door to staff, invitations and owners."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery

from revivatech.platform import clock
from revivatech.platform.actors import Actor

from .models import Invitation, Membership, Role, User
from .permissions import OWNER

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
    seen = UserSession.objects.filter(user=OuterRef("pk")).values("user").annotate(last=Max("last_seen_at"))
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    held = Membership.objects.select_related("role", "location").order_by("role__name", "location__name")
    return (
        staff_visible_to(actor)
        .annotate(has_second_factor=Exists(factor), last_seen=Subquery(seen.values("last")))
        .prefetch_related(Prefetch("memberships", held))
        .order_by("-is_active", "full_name", "email")
    )


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
    return User.objects.filter(is_active=True, memberships__role__key=OWNER, memberships__location=None)


def with_email(email: str) -> User | None:
    return User.objects.filter(email__iexact=email.strip()).first()
