"""Passkeys in a real browser with its virtual authenticator: our script, our policy against foreign scripts, and all."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from revivatech.testing.browser import chromium, unhurried
from revivatech.testing.factories import PASSWORD, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def with_authenticator(context: BrowserContext) -> Page:
    """A page whose browser has a built-in authenticator that says yes."""
    page = unhurried(context.new_page())
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def test_add_a_passkey_and_sign_in_with_it(live_server: Any) -> None:
    user = make_user("carol@example.com", "Carol")
    base = f"http://localhost:{urlsplit(live_server.url).port}"  # a passkey belongs to a name, never to a number
    refused: list[str] = []
    with chromium() as browser:
        context = browser.new_context(base_url=base)
        page = with_authenticator(context)
        page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
        page.goto(reverse("account_login"))
        page.get_by_label("E-mail address").fill(user.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.goto(reverse("mfa_add_webauthn"))
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
        page.get_by_role("button", name="Add the passkey").click()
        expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
        passkey = Authenticator.objects.get(user=user, type="webauthn")
        assert passkey.wrap().is_passwordless is True

        context.clear_cookies()
        page.goto(reverse("account_login"))
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(lambda url: "login" not in url)
        page.goto(reverse("accounts:security"))
        expect(page.get_by_role("heading", name="Sign-in and security")).to_be_visible()

        page.goto(reverse("mfa_reauthenticate_webauthn"))
        page.get_by_role("button", name="Confirm with a passkey").click()
        page.wait_for_url(lambda url: "reauthenticate" not in url)
    assert refused == []
