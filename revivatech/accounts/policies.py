"""Who may change whose access."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.actors import Actor
from revivatech.platform.problems import Denied

from .access import require
from .models import Membership, Role, User


def require_may_give(actor: Actor, role: Role, location_id: int | None) -> None:
    """A role is given, or taken, only by somebody who may do all of it there; otherwise staff management at one
    branch would be a way to own the shop."""
    if actor.is_system:
        return
    require(actor, "staff.manage", at=location_id)
    for permission in role.permissions:
        held = actor.locations_for(permission)
        if held is not None and (location_id is None or location_id not in held):
            raise Denied(_("You can give only roles whose permissions you hold yourself."), role=role.key)


def require_may_change(actor: Actor, person: User) -> None:
    """Whoever changes or suspends a person must be allowed to give every role that person holds."""
    require(actor, "staff.manage")
    for held in Membership.objects.filter(user=person).select_related("role"):
        require_may_give(actor, held.role, held.location_id)
