"""Signing in through Google: here a real OpenID provider in a process of its own. Nothing of ours is replaced; only its
address, which is a setting, is 127.0.0.1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from revivatech.accounts import sign_in_keys
from revivatech.accounts.actors import actor_of
from revivatech.accounts.checks import provider as provider_check
from revivatech.accounts.leaving import remove
from revivatech.accounts.models import SignInKeys, User
from revivatech.accounts.tests.fixtures import confirm, mail_on, post, smtp
from revivatech.customers.models import Customer
from revivatech.platform.events.models import EventRecord
from revivatech.privacy.belongings import belongings
from revivatech.privacy.erasing import erase
from revivatech.shop.models import Location
from revivatech.testing.factories import add_second_factor, make_user
from revivatech.testing.openid import OpenId, asked_of

from .google import BEGIN, CALLBACK, LOGIN, connect, google, names_about, server, signed_in_as

__all__ = ["google", "mail_on", "post", "server", "smtp"]

pytestmark = pytest.mark.django_db

Letters = Callable[[], list[tuple[str, str, str]]]


# --- Off ---------------------------------------------------------------------------------------
def test_without_keys_there_is_nothing(
    client: Client, shop: Location, olga: User, sign_in: Callable[[User], Client]
) -> None:
    page = client.get(LOGIN)
    assert "google" not in page.text.lower()
    assert "form-action 'self';" in page["Content-Security-Policy"] + ";"
    assert "accounts.google.com" not in page["Content-Security-Policy"]
    assert client.get(BEGIN).status_code == client.post(BEGIN).status_code == 404
    assert client.get(BEGIN + "callback/?code=x&state=y").status_code == 404
    finding = provider_check()
    assert (finding.state, finding.problems) == ("off", [])
    assert "Sign-in with Google" in sign_in(olga).get("/workbench/settings/").text


def test_the_owner_saves_keys_that_nobody_can_read(olga: User, tess: User, shop: Location, settings: Any) -> None:
    client = Client()
    client.force_login(olga)
    confirm(client, olga)
    page = reverse("accounts:sign_in_settings")
    assert client.post(page, {"client_id": "shop.example", "secret": ""}).status_code == 422
    assert client.post(page, {"client_id": "shop.example", "secret": "s3cret-of-the-shop"}).status_code == 302
    row = SignInKeys.objects.get()
    assert "s3cret" not in row.secret_sealed
    assert sign_in_keys.keys() == sign_in_keys.Keys("shop.example", "s3cret-of-the-shop")
    shown = client.get(page).text
    assert "s3cret" not in shown
    assert CALLBACK in shown
    event = EventRecord.objects.get(name="sign_in.keys_changed")
    assert event.payload["client_id"] == ["", "shop.example"]
    assert "s3cret" not in str(event.payload)
    assert (
        client.post(page, {"client_id": "other.example", "secret": ""}).status_code == 422
    )  # not with another's secret
    assert sign_in_keys.keys() == sign_in_keys.Keys("shop.example", "s3cret-of-the-shop")
    assert provider_check().state == "live"
    assert SocialApp.objects.count() == 0
    technician = Client()
    technician.force_login(tess)
    assert technician.post(page, {"client_id": "x", "secret": "y"}).status_code == 403
    client.post(reverse("accounts:sign_in_off"))
    assert (sign_in_keys.state(), provider_check().state) == ("off", "off")
    assert SignInKeys.objects.get().secret_sealed == ""


# --- The way there -----------------------------------------------------------------------------
def test_the_page_leads_to_one_foreign_host_and_no_other(google: OpenId, client: Client) -> None:
    policy = client.get(LOGIN)["Content-Security-Policy"]
    assert f"form-action 'self' {google.url};" in policy + ";"
    assert client.get("/")["Content-Security-Policy"].count(google.url) == 0
    page = client.get(BEGIN)
    assert (page.status_code, page.text.count("Continue with Google")) == (200, 1)
    asked = client.post(BEGIN + "?scope=drive&auth_params=login_hint=x", HTTP_HOST="127.0.0.1")
    assert urlsplit(asked["Location"]).netloc == urlsplit(google.url).netloc
    said = asked_of(asked)
    assert said["redirect_uri"] == CALLBACK  # of the public address, not of the Host header
    assert set(said["scope"].split()) == {"openid", "profile", "email"}
    assert said["code_challenge_method"] == "S256"
    assert "login_hint" not in said


def test_a_server_that_names_another_host_is_not_followed(google: OpenId, client: Client, settings: Any) -> None:
    settings.SIGN_IN_SERVER = google.url.replace("127.0.0.1", "localhost")
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    settings.SIGN_IN_SERVER = google.url + "/."  # the same server by another name: its issuer differs
    answer = client.post(BEGIN)
    assert answer.status_code == 401
    assert "That did not work" in answer.text


def test_a_server_that_is_away_is_said_so(google: OpenId, client: Client, settings: Any, free_port: int) -> None:
    settings.SIGN_IN_SERVER = f"http://127.0.0.1:{free_port}"
    answer = client.post(BEGIN)
    assert (answer.status_code, "another way" in answer.text) == (401, True)
    settings.OUTBOUND_ALLOWED_HOSTS = []  # a private address is not called without leave
    settings.SIGN_IN_SERVER = google.url
    assert client.post(BEGIN).status_code == 401


def test_only_a_form_of_ours_begins_and_only_this_browser_ends(google: OpenId, alice: User) -> None:
    connect(alice, "alice-g")
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(BEGIN).status_code == 403
    browser, other = Client(), Client()
    back = urlsplit(google.says(browser.post(BEGIN)["Location"], "alice-g"))
    stolen = other.get(f"{back.path}?{back.query}")  # somebody else opens the address with the code
    assert (stolen.status_code, signed_in_as(other)) == (401, "")
    assert browser.get(f"{back.path}?{back.query}").status_code == 302
    assert signed_in_as(browser) == str(alice.pk)
    assert browser.get(f"{back.path}?{back.query}").status_code == 401  # a state holds once


def test_turning_back_changes_nothing(google: OpenId, client: Client) -> None:
    answer = google.walk(client, "")
    assert answer["Location"] == reverse("socialaccount_login_cancelled")
    assert "Nothing was shared" in client.get(answer["Location"]).text
    assert SocialAccount.objects.count() == 0


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example/x", "/account/"])
def test_it_leads_nowhere_else_afterwards(google: OpenId, client: Client, alice: User, where: str) -> None:
    connect(alice, "alice-g")
    answer = google.walk(client, "alice-g", next=where)
    assert "evil" not in answer["Location"]
    assert (answer["Location"] == where) is where.startswith("/account")


# --- A new customer ----------------------------------------------------------------------------
def test_a_new_customer_signs_up(google: OpenId, client: Client, post: Letters) -> None:
    guest = Customer.objects.create(name="Nina", email="new@example.com")
    answer = google.walk(client, "new-g")
    assert answer["Location"] == reverse("socialaccount_signup")
    page = client.get(answer["Location"]).text
    assert 'value="Nina New"' in page
    refused = client.post(answer["Location"], {"full_name": "Nina New"})
    assert (refused.status_code, User.objects.filter(email="new@example.com").exists()) == (200, False)
    made = client.post(answer["Location"], {"full_name": "Nina New", "email": "alice@example.com", "terms": "on"})
    assert made.status_code == 302
    user = User.objects.get(email="new@example.com")  # the address is the provider's, not what was typed
    assert (user.full_name, user.has_usable_password(), signed_in_as(client)) == ("Nina New", False, str(user.pk))
    assert EmailAddress.objects.get(user=user).verified
    assert names_about(user)[:3] == ["user.signed_up", "user.provider_connected", "user.email_verified"]
    signed_in = EventRecord.objects.get(name="user.signed_in", subject_id=user.pk)
    assert signed_in.payload["how"] == ["google"]
    guest.refresh_from_db()
    assert guest.user_id == user.pk
    account = SocialAccount.objects.get()
    assert (account.uid, account.extra_data) == ("new-g", {"email": "new@example.com"})
    assert SocialToken.objects.count() == 0
    assert all("access_token" not in str(session.get_decoded()) for session in Session.objects.all())
    assert UserSession.objects.filter(user=user).count() == 1
    page = client.get(reverse("accounts:security")).text
    assert "Sign in with Google" in page
    assert "You have no password; you sign in with Google." in page


def test_who_comes_from_a_page_in_portuguese_goes_on_in_portuguese(
    google: OpenId, client: Client, post: Letters
) -> None:
    asked = client.post(f"/pt{BEGIN}")
    assert asked_of(asked)["redirect_uri"] == CALLBACK
    back = urlsplit(google.says(asked["Location"], "new-g"))
    answer = client.get(f"{back.path}?{back.query}")
    assert answer["Location"] == "/pt" + reverse("socialaccount_signup")
    client.post(answer["Location"], {"full_name": "Nina New", "terms": "on"})
    assert User.objects.get(email="new@example.com").locale == "pt"


def test_no_account_from_an_address_the_provider_does_not_vouch_for(
    google: OpenId, client: Client, post: Letters
) -> None:
    google.person("odd-g", email="odd@example.com", email_verified=False)
    google.person("none-g", name="No Address")
    for sub in ("odd-g", "none-g"):
        answer = google.walk(client, sub)
        assert (answer.status_code, "does not vouch" in answer.text) == (403, True)
    assert not User.objects.filter(email="odd@example.com").exists()
    assert post() == []


# --- Staff -------------------------------------------------------------------------------------
def test_the_second_step_is_asked_all_the_same(google: OpenId, tess: User) -> None:
    if not Authenticator.objects.filter(user=tess).exists():
        add_second_factor(tess)
    connect(tess, "tess-g")
    google.person("tess-g", email="tess@example.com", email_verified=True)
    browser = Client()
    answer = google.walk(browser, "tess-g")
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert signed_in_as(browser) == ""
    assert browser.get("/workbench/").status_code == 302
    assert "user.signed_in" not in names_about(tess)


def test_who_is_suspended_or_gone_stays_out(google: OpenId, tess: User, olga: User) -> None:
    account = connect(tess, "tess-g")
    google.person("tess-g", email=tess.email, email_verified=True)
    User.objects.filter(pk=tess.pk).update(is_active=False)
    browser = Client()
    assert google.walk(browser, "tess-g")["Location"] == reverse("account_inactive")
    assert signed_in_as(browser) == ""
    User.objects.filter(pk=tess.pk).update(is_active=True)
    remove(tess.pk, successor_id=None, reason="left", by=actor_of(olga))
    assert not SocialAccount.objects.filter(pk=account.pk).exists()
    assert google.walk(browser, "tess-g")["Location"] == reverse("account_inactive")
    assert signed_in_as(browser) == ""


# --- One's own data ----------------------------------------------------------------------------
def test_the_copy_and_the_erasure_cover_it(alice: User, shop: Location) -> None:
    account = connect(alice, "alice-at-google", "alice.private@example.com")
    assert belongings(alice)[SocialAccount] == {account.pk}
    erase(alice)
    assert SocialAccount.objects.count() == 0


def test_who_is_new_to_the_shop_without_mail_is_told_so(google: OpenId, client: Client) -> None:
    answer = google.walk(client, "new-g")
    assert "cannot" in answer.text
    assert not User.objects.filter(email="new@example.com").exists()


def test_people_of_the_same_address_twice(google: OpenId) -> None:
    make_user("NEW@example.com")
    assert google.walk(Client(), "new-g")["Location"].startswith(LOGIN)
