"""Support access: somebody from outside may help for some hours, as one role, at one place. The owner gives it, sees what is done
with it, and takes it back. It ends by itself."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor, system
from revivatech.platform.events.record import record
from revivatech.platform.problems import Denied, Invalid, NotFound

from . import events, invitations, leaving
from .access import require
from .invitations import Invited
from .models import Invitation, Membership, Role, User
from .queries import staff_visible_to

AT_MOST = timedelta(days=7)


@transaction.atomic
def grant(
    *, email: str, role_id: int, location_id: int | None, hours: int, reason: str, by: Actor, language: str = ""
) -> Invited:
    """Invite a helper whose access ends `hours` from now, joined or not. Owners only: whoever may change settings
    everywhere. Raises Denied (also for a role that may manage staff), Invalid, AlreadyStaff."""
    _check_owner(by)
    why = reason.strip()[:200]
    if not why:
        raise Invalid({"reason": [_("Say what they help with.")]})
    if not timedelta() < timedelta(hours=hours) <= AT_MOST:
        raise Invalid({"hours": [_("Choose between an hour and seven days.")]})
    role = Role.objects.filter(pk=role_id).first()
    if role is None:
        raise NotFound
    if "staff.manage" in role.permissions:
        raise Denied(_("Support cannot be given a role that manages staff."))
    until = clock.now() + timedelta(hours=hours)
    invited = invitations.invite(
        email=email, role_id=role.pk, location_id=location_id, by=by, until=until, reason=why, language=language
    )
    given = events.SupportGranted(
        invitation_id=invited.invitation.pk, email=invited.invitation.email, role=role.key, location_id=location_id,
        until=until.isoformat(), reason=why,
    )  # fmt: skip
    record(given, by=by)
    return invited


@transaction.atomic
def end(user_id: int, *, by: Actor) -> None:
    """Over at once: signed out everywhere, sockets closed. Raises NotFound for who has no support access."""
    _check_owner(by)
    if not helpers(by).filter(pk=user_id).exists():
        raise NotFound
    _end(user_id, "ended", by=by)


def end_expired() -> int:
    """Tidy up after access that is over; it opened nothing any more from that second on. Returns how many people."""
    over = Membership.objects.filter(until__lte=clock.now()).order_by("user_id").values_list("user_id", flat=True)
    people = list(over.distinct())
    for user_id in people:
        with transaction.atomic():
            _end(user_id, "expired", by=system("Support access"))
    return len(people)


def helpers(actor: Actor) -> QuerySet[User]:
    """People with support access, and none of another kind."""
    return staff_visible_to(actor).filter(memberships__until__isnull=False)


def waiting() -> QuerySet[Invitation]:
    """Support access given and not taken up."""
    still = Q(accepted_at=None, revoked_at=None, until__gt=clock.now())
    return Invitation.objects.filter(still).select_related("role", "location", "invited_by").order_by("-pk")


def _end(user_id: int, why: str, *, by: Actor) -> None:
    person = User.objects.get(pk=user_id)
    if Membership.objects.filter(user=person, until=None).exists():  # became a colleague meanwhile
        Membership.objects.filter(user=person, until__isnull=False).delete()
    else:
        leaving.remove(user_id, successor_id=None, reason=f"Support access {why}", by=by)
    record(events.SupportEnded(user_id=user_id, why=why), by=by)


def _check_owner(by: Actor) -> None:
    require(by, "staff.manage")
    require(by, "shop.settings")
    if by.locations_for("staff.manage") is not None or by.locations_for("shop.settings") is not None:
        raise Denied(_("Support access is given by an owner."))
