"""What may be done to roles: sets of named permissions. People get and lose them in `actions.py`."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from revivatech.platform.actors import Actor
from revivatech.platform.events import Event
from revivatech.platform.events.record import record
from revivatech.platform.locking import lock
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.platform.realtime.announce import announce, revoke

from . import events
from .access import require
from .models import Invitation, Role
from .permissions import BUILT_IN_ROLES, OWNER, PERMISSIONS
from .problems import RoleInUse, RoleIsFixed
from .topics import staff_topic


@transaction.atomic
def add_role(*, name: str, permissions: Iterable[str], by: Actor) -> Role:
    """A role of the shop's own. Raises Denied (a permission one does not hold everywhere oneself) and Invalid."""
    title, wanted = _checked(name, permissions)
    lock("accounts.roles")
    _may_define(by, wanted)
    _name_is_free(title)
    role = Role.objects.create(key=_free_key(title), name=title, permissions=sorted(wanted))
    _tell(events.RoleAdded(role_id=role.pk, title=title, permissions=role.permissions), by=by)
    return role


@transaction.atomic
def change_role(role_id: int, *, name: str, permissions: Iterable[str], by: Actor) -> Role:
    """Everybody who holds the role gains and loses at once; their live pages close. The owner's role stays as it is, and a
    built-in role keeps its name. Raises NotFound, RoleIsFixed, Denied, Invalid."""
    title, wanted = _checked(name, permissions)
    role = _locked(role_id, by=by)
    held, named = set(role.permissions), role.name
    _may_define(by, wanted | held)
    title = named if role.built_in else title
    _name_is_free(title, besides=role.pk)
    if (title, wanted) == (named, held):
        return role
    role.name, role.permissions = title, sorted(wanted)
    role.save(update_fields=["name", "permissions"])
    gained, lost = sorted(wanted - held), sorted(held - wanted)
    _tell(events.RoleChanged(role_id=role.pk, title=[named, title], gained=gained, lost=lost), by=by)
    for user_id in sorted(set(role.memberships.values_list("user_id", flat=True))):
        revoke(f"user:{user_id}")
    return role


@transaction.atomic
def remove_role(role_id: int, *, by: Actor) -> None:
    """A role of one's own that nobody holds and nobody is invited with. Raises NotFound, RoleIsFixed, RoleInUse, Denied."""
    role = _locked(role_id, by=by)
    if role.built_in:
        raise RoleIsFixed
    _may_define(by, set(role.permissions))
    invitations = Invitation.objects.filter(role=role)
    if role.memberships.exists() or invitations.filter(accepted_at=None, revoked_at=None).exists():
        raise RoleInUse
    invitations.delete()  # accepted or withdrawn; the log tells of them
    _tell(events.RoleRemoved(role_id=role.pk, title=role.name, permissions=list(role.permissions)), by=by)
    role.delete()


def may_define(by: Actor, permissions: Iterable[str]) -> bool:
    """A role can be given anywhere, so whoever defines it must hold all of it everywhere."""
    return by.is_system or all(by.locations_for(name) is None for name in {"staff.manage", *permissions})


def _may_define(by: Actor, permissions: Iterable[str]) -> None:
    require(by, "staff.manage")
    if not may_define(by, permissions):
        raise Denied(_("You can define only roles whose permissions you hold yourself, everywhere."))


def _checked(name: str, permissions: Iterable[str]) -> tuple[str, set[str]]:
    title, wanted = " ".join(name.split()), set(permissions)
    if not 2 <= len(title) <= 80:
        raise Invalid({"name": [_("Give the role a name of 2 to 80 characters.")]})
    if not wanted or not wanted <= set(PERMISSIONS):
        raise Invalid({"permissions": [_("Choose at least one permission of the list.")]})
    return title, wanted


def _locked(role_id: int, *, by: Actor) -> Role:
    require(by, "staff.manage")
    lock("accounts.roles")
    role = Role.objects.select_for_update().filter(pk=role_id).first()
    if role is None:
        raise NotFound
    if role.key == OWNER:
        raise RoleIsFixed
    return role


def _name_is_free(title: str, *, besides: int = 0) -> None:
    if Role.objects.filter(name__iexact=title).exclude(pk=besides).exists():
        raise Invalid({"name": [_("There is a role of that name.")]})


def _free_key(title: str) -> str:
    base = slugify(title).replace("-", "_")[:30] or "role"
    taken = {*Role.objects.filter(key__startswith=base).values_list("key", flat=True), *BUILT_IN_ROLES}
    return next(key for key in (base, *(f"{base}_{number}" for number in range(2, 1000))) if key not in taken)


def _tell(event: Event, *, by: Actor) -> None:
    record(event, by=by)
    announce(staff_topic())
