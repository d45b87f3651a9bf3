"""What the e-mail pages of set-up and settings share."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from revivatech.accounts.access import acting
from revivatech.platform.problems import Problem

from .. import actions


def tested(request: HttpRequest) -> Problem | None:
    """After saving: send the test message when it was asked for. The problem when the server did not take it."""
    if request.POST.get("intent") != "test":
        messages.success(request, _("Saved. No test message was sent."))
        return None
    address = str(request.user.email)  # type: ignore[union-attr]
    try:
        actions.send_test(address, by=acting(request))
    except Problem as problem:
        return problem
    messages.success(
        request,
        _("The mail server took the test message for %(address)s. Look into that mailbox.") % {"address": address},
    )
    return None
