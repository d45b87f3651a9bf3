"""Expected failures around customers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict, Gone


class CustomerChangedMeanwhile(Conflict):
    """The form was filled from values that are no longer the stored ones."""

    code = "customer_changed_meanwhile"
    title = _(
        "Somebody changed this customer after you opened the page. Look at the new details and enter yours again."
    )


class MayBeKnown(Conflict):
    """Somebody shares the address or the number; `customers` are their ids."""

    code = "may_be_known"
    title = _(
        "We know somebody with this e-mail address or number. Look at them first; send `despite` to make a new one."
    )


class ChangedSinceMerge(Conflict):
    """Taking the merge back would lose or misplace what happened since. `detail` says what."""

    code = "changed_since_merge"
    title = _("The merge cannot be undone any more")


class DifferentDevices(Conflict):
    code = "different_devices"
    title = _("These are two devices: their serial numbers or IMEIs differ")


class BothHaveAccounts(Conflict):
    code = "both_have_accounts"
    title = _("Both customers have their own sign-in, so they cannot be merged.")


class SpeaksForAnother(Conflict):
    """A customer is a contact of one company at a time."""

    code = "speaks_for_another"
    title = _("This customer already speaks for a company. Remove them there first.")


class LastManager(Conflict):
    code = "last_manager"
    title = _("Somebody has to manage the contacts. Let another contact manage them first.")


class InvitationOver(Gone):
    code = "company_invitation_over"
    title = _("This invitation no longer works. Ask for a new one.")


class NotInvited(Conflict):
    """Signed in with another address than the one invited."""

    code = "not_invited"
    title = _(
        "This invitation is for another e-mail address. Sign in with that one, or add and confirm it under Security."
    )
