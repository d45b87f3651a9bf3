"""Work of accounts that needs no visitor to wait."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives

from revivatech.platform.jobs import job, scheduled

from . import support
from .mail import open_queued


@job(queue="mail", retry=6, wait=10)
def send_letter(sealed: str) -> None:
    """Send one letter through the shop's mail server; the queue tries again with growing pauses when that fails."""
    to, letter = open_queued(sealed)
    message = EmailMultiAlternatives(letter.subject, letter.text, None, [to])
    message.attach_alternative(letter.html, "text/html")
    message.send()


@scheduled("*/5 * * * *")
def end_expired_support(timestamp: int) -> None:
    """Sign out and remove helpers whose support access is over. Safe to run twice."""
    support.end_expired()
