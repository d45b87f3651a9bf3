"""The one-time link that creates the first owner. There is no default password anywhere."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock
from revivatech.platform.actors import system
from revivatech.platform.events.record import record
from revivatech.platform.locking import lock

from . import events, tokens
from .models import Membership, OwnerLink, Role, User
from .permissions import OWNER
from .problems import OwnerLinkGone
from .queries import with_email
from .roles import sync_built_in

VALID_FOR = timedelta(hours=24)


@transaction.atomic
def owner_link() -> str | None:
    """A new link that creates the owner; links made before stop working. None when the shop has an owner."""
    lock("accounts.owners")
    if _has_owner():
        return None
    OwnerLink.objects.filter(used_at=None).delete()
    token, hashed = tokens.new_secret()
    OwnerLink.objects.create(token_hash=hashed, expires_at=clock.now() + VALID_FOR)
    return tokens.link("accounts:first_run", token)


def check_link(token: str) -> None:
    """Raise OwnerLinkGone unless the link creates an owner now."""
    usable = OwnerLink.objects.filter(token_hash=tokens.hash_of(token), used_at=None, expires_at__gt=clock.now())
    if _has_owner():
        raise OwnerLinkGone(_("This shop has its owner already. Sign in, or ask the owner for an invitation."))
    if not usable.exists():
        raise OwnerLinkGone(
            _(
                "Owner links work once and for 24 hours. Start the program again: it prints a new one while there is no owner."
            )
        )


@transaction.atomic
def create_owner(token: str, *, full_name: str, email: str, password: str) -> User:
    """The owner, with a verified e-mail: whoever reads the console owns the installation and vouches for the address.

    Raises OwnerLinkGone when the link is used, expired or unknown; of two callers at once one gets it.
    """
    lock("accounts.owners")
    check_link(token)
    sync_built_in()
    user = with_email(email) or User(email=email.strip().lower())  # a visitor may have signed up before the owner did
    user.full_name = full_name.strip()
    user.is_active = True
    user.set_password(password)
    user.save()
    EmailAddress.objects.filter(user=user).update(primary=False)
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    Membership.objects.create(user=user, role=Role.objects.get(key=OWNER))
    OwnerLink.objects.filter(token_hash=tokens.hash_of(token)).update(used_at=clock.now())
    record(events.OwnerCreated(user_id=user.pk, email=user.email), by=system("First start"))
    return user


def _has_owner() -> bool:
    return Membership.objects.filter(role__key=OWNER, location=None).exists()
