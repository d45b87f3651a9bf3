"""Expected failures of the shop's own settings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict, Problem


class NoOpeningHours(Conflict):
    """The location has no opening time to count in: no hours, or closed for as far as we look ahead."""

    code = "no_opening_hours"
    title = _("This location has no opening hours ahead. Add them in Settings.")


class MailOff(Problem):
    """No mail server is configured: nothing was sent and nothing will be."""

    code = "mail_off"
    status = 503
    title = _("E-mail is not set up here, so no message was sent. The owner can set it up in Settings.")


class MailRefused(Conflict):
    """The mail server did not take the message. `detail` says why in plain words; `answer` is what the server said."""

    code = "mail_refused"
    title = _("The mail server did not take the message")


class NotReadyToOpen(Conflict):
    """`reasons` lists what is missing; `unreviewed_prices` says that only a confirmation is."""

    code = "not_ready_to_open"
    title = _("The shop cannot open yet")


class LastLocation(Conflict):
    code = "last_location"
    title = _("An open shop needs a location. Add another one before you close this.")
