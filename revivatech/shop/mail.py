"""Outgoing e-mail: where it goes, whether it is on, and what went wrong in plain words.

Settings saved in the shop win over `REVIVATECH_MAIL_URL`. With neither, mail is `off` and sending raises `MailOff`:
a message that was not sent is never counted as sent.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formataddr
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from revivatech.platform.sealing import unseal

from .problems import MailOff
from .queries import business, mail_settings

TIMEOUT = 15.0  # seconds for each step of the conversation; a worker must not hang on a silent server


@dataclass(frozen=True, slots=True)
class Server:
    """An SMTP server as configured. `security` is starttls, tls or none."""

    host: str
    port: int
    security: str
    username: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    sender_name: str = ""


def server() -> Server | None:
    """What is configured: saved settings, else the environment's, else None."""
    saved = mail_settings()
    if saved.host:
        return Server(
            host=saved.host,
            port=saved.port,
            security=saved.security,
            username=saved.username,
            password=unseal(saved.password_sealed) if saved.password_sealed else "",
            sender=saved.sender,
            sender_name=saved.sender_name,
        )
    return server_from_url(settings.MAIL_URL, sender=settings.MAIL_FROM) if settings.MAIL_URL else None


def server_from_url(url: str, *, sender: str = "") -> Server:
    """`smtp://user:password@host:587` speaks STARTTLS, `smtps://…:465` TLS; `?starttls=0` neither."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("REVIVATECH_MAIL_URL must look like smtp://user:password@host:587")
    plain = parse_qs(parts.query).get("starttls", ["1"])[-1] in {"0", "false", "no", "off"}
    security = "tls" if parts.scheme == "smtps" else "none" if plain else "starttls"
    return Server(
        host=parts.hostname,
        port=parts.port or {"tls": 465, "starttls": 587, "none": 25}[security],
        security=security,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=sender,
    )


def state() -> Literal["off", "live"]:
    """`live` when a server is configured. Whether it took a test message is `MailSettings.tested_at`."""
    return "live" if mail_settings().host or settings.MAIL_URL else "off"


def sender() -> str:
    """The From line: the configured sender, else the shop's own address."""
    configured = server()
    address = (configured.sender if configured else "") or settings.MAIL_FROM or business().email
    if not address:
        raise MailOff(_("No sender address is set. Enter one in Settings, E-mail."))
    if "<" in address:
        return address
    return formataddr(((configured.sender_name if configured else "") or business().name, address))


class Connection(EmailBackend):
    """One conversation with a server; a refused one is ended at once instead of when the collector finds it."""

    def open(self) -> bool | None:
        try:
            return super().open()
        except Exception:
            with suppress(OSError):
                self.close()
            raise


def connection() -> Connection:
    """A fresh connection to the configured server, or `MailOff`."""
    configured = server()
    if configured is None:
        raise MailOff
    return connect(configured)


def connect(target: Server) -> Connection:
    return Connection(
        alias="shop",
        host=target.host,
        port=target.port,
        username=target.username,
        password=target.password,
        use_tls=target.security == "starttls",
        use_ssl=target.security == "tls",
        timeout=TIMEOUT,
    )


class Backend(BaseEmailBackend):
    """What Django and allauth send through. Looks the settings up at each sending, so a change counts at once."""

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fail_silently = fail_silently

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if not email_messages:
            return 0
        try:
            for message in email_messages:
                if message.from_email == settings.DEFAULT_FROM_EMAIL:
                    message.from_email = sender()
            return int(connection().send_messages(email_messages) or 0)
        except (MailOff, OSError, smtplib.SMTPException):
            if self.fail_silently:
                return 0
            raise


def answer_of(error: Exception) -> str:
    """The server's own words, as one short line."""
    code: int
    text: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error
    else:
        return str(error)[:300]
    return f"{code} {' '.join(_decoded(text).split())}"[:300]


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text


def explain(error: Exception) -> str:
    """Why a message was not taken and what to do, for somebody who has never read an SMTP reply."""
    for kind, text in _EXPLANATIONS:
        if isinstance(error, kind):
            return str(text)
    return str(_("The mail server did not take the message."))


# First match wins: a subclass stands before its parent.
_EXPLANATIONS: Sequence[tuple[type[Exception] | tuple[type[Exception], ...], Promise]] = (
    (
        smtplib.SMTPAuthenticationError,
        _(
            "The mail server refused the user name or password. Some providers want an app password instead of your usual one."
        ),
    ),
    (smtplib.SMTPRecipientsRefused, _("The mail server refused the recipient's address.")),
    (
        smtplib.SMTPSenderRefused,
        _("The mail server refused the sender's address. Use an address that belongs to this account."),
    ),
    (smtplib.SMTPDataError, _("The mail server refused the message itself.")),
    (
        smtplib.SMTPNotSupportedError,
        _(
            "The mail server does not offer what the settings ask for. Try another kind of security, or leave the user name empty."
        ),
    ),
    (
        ssl.SSLCertVerificationError,
        _(
            "The mail server's certificate could not be verified. Check the host name, or install the server's authority."
        ),
    ),
    (ssl.SSLError, _("No secure connection could be made. Port 465 usually wants TLS, port 587 STARTTLS.")),
    (
        (TimeoutError, smtplib.SMTPServerDisconnected),
        _(
            "The mail server did not answer or hung up. Check the port and the kind of security: 465 usually wants TLS, 587 STARTTLS."
        ),
    ),
    (ConnectionRefusedError, _("Nothing answers at that host and port. Check both.")),
    (socket.gaierror, _("That host name is not known. Check its spelling.")),
    (smtplib.SMTPConnectError, _("The mail server turned the connection away.")),
    (smtplib.SMTPHeloError, _("The mail server turned the connection away.")),
    (OSError, _("The mail server could not be reached. Check the host, the port and this computer's network.")),
)
