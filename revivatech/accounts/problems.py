"""Expected failures of accounts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict, Gone


class LastOwner(Conflict):
    code = "last_owner"
    title = _("A shop needs an owner. Make somebody else an owner first.")


class AlreadyStaff(Conflict):
    code = "already_staff"
    title = _("This person already works here. Change their roles instead.")


class RoleInUse(Conflict):
    code = "role_in_use"
    title = _("Somebody holds this role or is invited with it. Give them another one first.")


class RoleIsFixed(Conflict):
    code = "role_is_fixed"
    title = _("This role belongs to the product and stays as it is.")


class OwnerLinkGone(Gone):
    code = "owner_link_gone"
    title = _("This owner link no longer works")


class InvitationGone(Gone):
    code = "invitation_gone"
    title = _("This invitation no longer works")


class WrongPerson(Conflict):
    """Signed in as somebody else than the one invited."""

    code = "wrong_person"
    title = _("This invitation is for somebody else. Sign out, then open the link again.")


class MailIsOff(Conflict):
    code = "mail_is_off"
    title = _("This shop cannot send e-mail yet. Please contact the shop.")


class ConnectedElsewhere(Conflict):
    code = "connected_elsewhere"
    title = _("That account already opens another account here. Disconnect it there first.")


class LastWayIn(Conflict):
    """Without it nobody could sign in to the account any more."""

    code = "last_way_in"
    title = _("Choose a password or add a passkey first: without one you could not sign in any more.")
