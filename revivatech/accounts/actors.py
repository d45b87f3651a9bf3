"""From a signed-in user to an Actor."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from revivatech.platform import clock
from revivatech.platform.actors import Actor, Grant, staff, visitor

from .models import Membership, User
from .queries import SECOND_FACTORS


def actor_of(user: User | AnonymousUser) -> Actor:
    """The actor for a user: staff with their grants, a customer, or a visitor. A suspended user is a visitor."""
    if not isinstance(user, User) or not user.is_active:
        return visitor()
    now = clock.now()  # support access ends to the second, whenever the job comes by to tidy
    memberships = Membership.objects.filter(Q(until=None) | Q(until__gt=now), user=user).select_related("role")
    grants = [Grant(frozenset(held.role.permissions), held.location_id) for held in memberships]
    if grants:
        return staff(user.pk, str(user), grants, second_factor=is_mfa_enabled(user, SECOND_FACTORS))
    return Actor("customer", user_id=user.pk, label=str(user))
