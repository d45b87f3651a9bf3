"""What may stand in the way of a paper."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict, NotFound


class NotToCertify(Conflict):
    """Only a finished repair is certified."""

    code = "not_to_certify"
    title = _("Only a repair that was done and handed over gets a certificate")


class NotPrintedYet(NotFound):
    code = "not_printed_yet"
    title = _("There is no such document of this repair yet")
