"""What the tests of accounts share: the shop's mail on a real server, and people past the "is it still you" page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from revivatech.accounts.models import User
from revivatech.testing.confirming import confirm
from revivatech.testing.jobs import run_jobs
from revivatech.testing.smtp import Mailbox, mail_on, smtp

__all__ = ["confirm", "confirmed", "link_in", "mail_on", "post", "smtp"]


@pytest.fixture
def post(mail_on: Mailbox, settings: Any) -> Callable[[], list[tuple[str, str, str]]]:
    """`post()`: run the queued jobs; everything the mail server took since, as (address, subject, text)."""
    settings.MAILERS = {
        "default": {"BACKEND": "revivatech.shop.mail.Backend"}
    }  # the test runner puts a false one there

    def delivered() -> list[tuple[str, str, str]]:
        run_jobs("mail")
        letters = []
        for message, address in zip(mail_on.messages, mail_on.recipients, strict=True):
            part = message.get_body(("plain",))
            assert part is not None
            assert message.get_body(("html",)) is not None
            letters.append((address, message["Subject"], part.get_content().replace("\r\n", "\n")))
        mail_on.messages.clear()
        mail_on.recipients.clear()
        return letters

    return delivered


@pytest.fixture
def confirmed() -> Callable[[User], Client]:
    """`confirmed(olga)`: a client of hers that has just given the password again."""

    def client_of(user: User) -> Client:
        client = Client()
        client.force_login(user)
        confirm(client, user)
        return client

    return client_of


def link_in(text: str) -> str:
    """The path of the first link in a letter."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found is not None
    return found[1]
