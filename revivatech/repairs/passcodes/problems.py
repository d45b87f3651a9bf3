"""What may go wrong with a passcode."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict


class NoPasscode(Conflict):
    """There is nothing to show: never given, or destroyed."""

    code = "no_passcode"
    title = _("We hold no passcode for this device")


class NotNeeded(Conflict):
    """Nobody asked for it and the service does not need it: we do not want to know."""

    code = "passcode_not_needed"
    title = _("This repair does not need the passcode")
