"""From a signed-in user to an Actor."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from revivatech.platform import clock
from revivatech.platform.actors import Actor, Grant, staff, visitor
from revivatech.platform.questions import Question

from .models import Membership, User
from .queries import SECOND_FACTORS


def _held(user: int, now: datetime) -> QuerySet[Membership, tuple[list[str], int | None, bool]]:
    factor = Authenticator.objects.filter(user=OuterRef("user"), type__in=SECOND_FACTORS)
    memberships = Membership.objects.filter(Q(until=None) | Q(until__gt=now), user_id=user)
    return memberships.values_list("role__permissions", "location_id", Exists(factor))


_HELD = Question(_held)


def actor_of(user: User | AnonymousUser) -> Actor:
    """The actor for a user: staff with their grants, a customer, or a visitor. A suspended user is a visitor. One query."""
    if not isinstance(user, User) or not user.is_active:
        return visitor()
    now = clock.now()  # support access ends to the second, whenever the job comes by to tidy
    held = _HELD(user=user.pk, now=now)
    if held:
        grants = [Grant(frozenset(permissions), location) for permissions, location, _has_factor in held]
        return staff(user.pk, str(user), grants, second_factor=held[0][2])
    return Actor("customer", user_id=user.pk, label=str(user))
