"""A real SMTP server on a free port of this machine: it keeps what it accepts and can be told to refuse."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from revivatech.shop.models import MailSettings


class Mailbox:
    """What the server accepted, in order. `answers` are given to the next messages instead of accepting them."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: list[str] = []
        self.refused_recipients: dict[str, str] = {}
        self.arrived = threading.Event()
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused_recipients:
            return self.refused_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.arrived.set()
        if self.answers:
            return self.answers.pop(0)
        content = cast(bytes, envelope.content)
        self.messages.append(message_from_bytes(content, policy=policy.default))
        self.recipients.extend(envelope.rcpt_tos)
        return "250 Kept"


@pytest.fixture
def smtp() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    with socket.socket() as probe:  # the controller calls its own port to see that it is up, so it must know it
        probe.bind(("127.0.0.1", 0))
        mailbox.port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    yield mailbox
    controller.stop()


@pytest.fixture
def mail_on(db: None, smtp: Mailbox) -> Mailbox:
    """The shop's mail is set up to that server."""
    MailSettings.objects.update_or_create(
        pk=1,
        defaults={
            "host": "127.0.0.1", "port": smtp.port, "security": "none",
            "sender": "hello@repairs.example", "sender_name": "London Repairs",
        },
    )  # fmt: skip
    return smtp
