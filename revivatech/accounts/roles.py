"""Roles are rows. The built-in ones are written after every migrate; what an owner changed in them stays."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from revivatech.platform.locking import lock

from .permissions import BUILT_IN_ROLES, OWNER, PERMISSIONS


@transaction.atomic
def sync_built_in() -> None:
    """Create the built-in roles that are missing and offer each permission once.

    `Role.offered` remembers what was given before, so a permission that a new version brings is added, and one that an
    owner took away is not put back. The owner's role always holds everything. Idempotent.
    """
    from .models import Role

    lock("accounts.roles")  # several processes may migrate at one start
    rows = {role.key: role for role in Role.objects.filter(key__in=BUILT_IN_ROLES)}
    for key, (name, shipped) in BUILT_IN_ROLES.items():
        role = rows.get(key) or Role(key=key, name=str(name), built_in=True)
        held, offered = set(role.permissions), set(role.offered)
        wanted = set(PERMISSIONS) if key == OWNER else (held | (shipped - offered)) & set(PERMISSIONS)
        if role.pk is None or wanted != held or shipped - offered:
            role.permissions, role.offered = sorted(wanted), sorted(offered | shipped)
            role.save()


def after_migrate(**_signal: Any) -> None:
    sync_built_in()
