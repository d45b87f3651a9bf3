"""E-mail over the shop's SMTP server."""

from __future__ import annotations

import smtplib
from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from revivatech.notifications.channels.results import Delivery
from revivatech.notifications.models import Message
from revivatech.shop import mail
from revivatech.shop.problems import MailOff


def send(message: Message) -> Delivery:
    """One attempt. Never raises for what a mail server or the network may do; the answer says what happened."""
    try:
        _built(message).send()
    except MailOff as off:
        return Delivery("off", str(off.detail))
    except smtplib.SMTPRecipientsRefused as refused:
        never = all(code >= 500 for code, _answer in refused.recipients.values())
        return Delivery("refused" if never else "later", _words(refused))
    except (smtplib.SMTPException, OSError) as error:
        # Also a 5xx about the sign-in or the sender: the owner can put that right, so it is worth another try.
        return Delivery("later", _words(error))
    return Delivery("accepted", _("The mail server accepted it."))


def _words(error: Exception) -> str:
    return f"{mail.explain(error)} ({mail.answer_of(error)})"


def _built(message: Message) -> EmailMultiAlternatives:
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    built = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=mail.sender(),
        to=[formataddr((message.to_name, message.to_address))],
        connection=mail.connection(),
        headers={"Message-ID": f"<message-{message.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    if message.html:
        built.attach_alternative(message.html, "text/html")
    for part in message.attachments:
        built.attach(part["name"], part["text"], part["type"])
    return built
