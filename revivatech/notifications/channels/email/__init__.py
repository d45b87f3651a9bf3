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


def send(message: Message) -> Delivery:
    """One attempt. Never raises for what a mail server or the network may do; the answer says what happened."""
    if mail.state() == "off":
        return Delivery("off", _("E-mail is off: set it up in the settings, then send again."))
    try:
        _built(message).send()
    except smtplib.SMTPRecipientsRefused as refused:
        code, answer = next(iter(refused.recipients.values()))
        return Delivery("refused" if code >= 500 else "later", f"{code} {_text(answer)}")
    except smtplib.SMTPResponseException as error:
        # A 5xx here may be the shop's own settings (sign-in, sender): put right by the owner, so worth another try.
        return Delivery("later", f"{error.smtp_code} {_text(error.smtp_error)}")
    except (smtplib.SMTPException, OSError) as error:
        return Delivery("later", f"{type(error).__name__}: {error}")
    return Delivery("accepted", _("The mail server accepted it."))


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


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
