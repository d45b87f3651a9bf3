"""What may go wrong with time on the job."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict


class NoWorkHere(Conflict):
    """Nobody works on a repair that waits, is booked or is closed."""

    code = "no_work_here"
    title = _("There is no work to time here now")


class ClockNotRunning(Conflict):
    code = "clock_not_running"
    title = _("That clock is not running any more")


class ClockStillRunning(Conflict):
    code = "clock_still_running"
    title = _("That clock is still running")


class CorrectedMeanwhile(Conflict):
    """Somebody else corrected the entry since this page was loaded."""

    code = "time_corrected_meanwhile"
    title = _("Somebody else corrected this time just now")
