"""A real OpenID provider, and Google's name for it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from revivatech.accounts.models import User
from revivatech.platform.events.models import EventRecord
from revivatech.shop.models import Location
from revivatech.testing.openid import OpenId, openid_server

CALLBACK = "http://localhost:3010/accounts/google/login/callback/"
LOGIN, BEGIN, JOIN = "/accounts/login/", "/accounts/google/login/", "/account/security/connection/"


def names_about(user: User) -> list[str]:
    return list(
        EventRecord.objects.filter(subject_kind="user", subject_id=user.pk)
        .order_by("pk")
        .values_list("name", flat=True)
    )


def signed_in_as(browser: Client) -> str:
    return str(browser.session.get("_auth_user_id", ""))


def connect(user: User, sub: str, email: str = "") -> SocialAccount:
    return SocialAccount.objects.create(
        user=user, provider="google", uid=sub, extra_data={"email": email or user.email}
    )


@pytest.fixture(scope="session")
def server() -> Iterator[OpenId]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with openid_server(port) as running:
        yield running


@pytest.fixture
def google(server: OpenId, settings: Any, shop: Location) -> OpenId:
    settings.SIGN_IN_SERVER = server.url
    settings.SIGN_IN_ID, settings.SIGN_IN_SECRET = server.register(CALLBACK)
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    server.person(
        "alice-g", email="alice@example.com", email_verified=True, name="Alice Archer", picture="https://x/a.jpg"
    )
    server.person("new-g", email="new@example.com", email_verified=True, name="Nina New")
    server.person("thief-g", email="alice@example.com", email_verified=False, name="Not Alice")
    return server
