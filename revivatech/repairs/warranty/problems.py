"""What may go wrong with a warranty."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict


class NotCovered(Conflict):
    """`extra["reasons"]` says why. Whoever may override can accept it with a reason."""

    code = "not_covered"
    title = _("The shop warranty does not cover this")


class AlreadyReturned(Conflict):
    """The work claimed is already back with us in an open repair (`extra["return_code"]`)."""

    code = "already_returned"
    title = _("This is with us already")


class ClaimWaiting(Conflict):
    code = "claim_waiting"
    title = _("We have your message already and will answer it")


class CauseMissing(Conflict):
    """A return cannot be made ready before somebody said what made it come back."""

    code = "cause_missing"
    title = _("Say first what made the device come back")
