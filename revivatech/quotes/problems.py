"""What may go wrong with a quote, as the person will read it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict, Gone


class NotADraft(Conflict):
    """It was sent meanwhile: a change is a new version."""

    code = "quote_sent_already"
    title = _("This version has been sent and cannot be changed")


class DraftChanged(Conflict):
    """A colleague saved the same draft since this page was loaded."""

    code = "quote_draft_changed"
    title = _("A colleague has changed this draft")


class QuoteReplaced(Gone):
    """A newer version counts. `extra["newer"]` is its token, where there is one."""

    code = "quote_replaced"
    title = _("This quote has been replaced")


class QuoteOver(Gone):
    code = "quote_expired"
    title = _("This quote has expired")


class AnsweredAlready(Conflict):
    """Somebody gave another answer to this version before."""

    code = "quote_answered"
    title = _("This quote has been answered already")


class AnswerTheQuote(Conflict):
    """A bare yes to a price is not taken while a quote asks what exactly is wanted."""

    code = "answer_the_quote"
    title = _("A quote is waiting for this answer")


class NotWaiting(Conflict):
    """Answered, replaced or taken back meanwhile."""

    code = "not_waiting"
    title = _("This quote no longer waits for an answer.")
