"""Expected failures of privacy."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict, Denied, Gone


class StillBusy(Conflict):
    code = "erasure_still_busy"
    title = _("A repair or booking of yours is still open. Once it is finished or cancelled you can be erased.")


class StaffStay(Denied):
    code = "staff_not_erased_here"
    title = _("You work here, so what you did has to stay. Ask an owner to take your access away.")


class ArchiveGone(Gone):
    code = "archive_gone"
    title = _("This copy is gone. Ask for a new one.")


class GuestBusy(StillBusy):
    code = "guest_erasure_still_busy"
    title = _("A repair or booking of this customer is still open. Finish or cancel it first.")


class HasAccount(Conflict):
    code = "customer_has_account"
    title = _("This customer has an account, and takes or erases their data there: under My account, Your data.")
