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
