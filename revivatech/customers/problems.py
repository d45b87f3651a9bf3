"""Expected failures around customers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict


class CustomerChangedMeanwhile(Conflict):
    """The form was filled from values that are no longer the stored ones."""

    code = "customer_changed_meanwhile"
    title = _(
        "Somebody changed this customer after you opened the page. Look at the new details and enter yours again."
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
