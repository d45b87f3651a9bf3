"""Expected failures of the shop's own settings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict


class NoOpeningHours(Conflict):
    """The location has no opening time to count in: no hours, or closed for as far as we look ahead."""

    code = "no_opening_hours"
    title = _("This location has no opening hours ahead. Add them in Settings.")
