"""Google and an account there was before: joined by the person who proved both, never by an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.accounts.provider import vouches_for
from revivatech.accounts.tests.fixtures import confirm, mail_on, post, smtp
from revivatech.testing.factories import PASSWORD
from revivatech.testing.openid import OpenId

from .google import JOIN, LOGIN, connect, google, names_about, server, signed_in_as

__all__ = ["google", "mail_on", "post", "server", "smtp"]

pytestmark = pytest.mark.django_db


Letters = Callable[[], list[tuple[str, str, str]]]


@pytest.mark.parametrize(
    ("claims", "vouched"),
    [
        ({"email": "a@gmail.com", "email_verified": True}, True),
        ({"email": "a@gmail.com", "email_verified": "true"}, False),
        ({"email": "a@gmail.com"}, False),
        ({"email": "a@firm.example", "email_verified": True}, False),  # once verified; whose is it today?
        ({"email": "a@firm.example", "email_verified": True, "hd": "firm.example"}, True),
        ({"email": "a@firm.example", "email_verified": True, "hd": "evil.example"}, False),
        ({"email": "a@evil.example@gmail.com", "email_verified": False}, False),
        ({"email_verified": True, "hd": ""}, False),
    ],
)
def test_google_speaks_for_its_own_addresses_only(claims: dict[str, Any], vouched: bool) -> None:
    assert vouches_for("https://accounts.google.com", claims) is vouched


# --- Somebody who has an account ---------------------------------------------------------------
def test_an_account_is_joined_by_signing_in_and_saying_yes(google: OpenId, alice: User, post: Letters) -> None:
    browser = Client()
    answer = google.walk(browser, "alice-g")
    assert answer["Location"].startswith(LOGIN)
    assert (signed_in_as(browser), SocialAccount.objects.count()) == ("", 0)
    after = browser.post(answer["Location"], {"login": alice.email, "password": PASSWORD})
    assert after["Location"] == JOIN
    assert SocialAccount.objects.count() == 0
    assert "From now on alice@example.com at Google opens this account" in browser.get(JOIN).text
    assert SocialAccount.objects.count() == 0
    post()
    assert browser.post(JOIN)["Location"] == reverse("socialaccount_connections")
    assert SocialAccount.objects.get().user == alice
    assert "user.provider_connected" in names_about(alice)
    assert [(to, subject) for to, subject, _text in post()] == [(alice.email, "Google can now open your account")]
    other = Client()
    google.walk(other, "alice-g")
    assert signed_in_as(other) == str(alice.pk)
    assert [subject for _to, subject, _text in post()] != []  # a new browser is told of, as with a password
    assert browser.post(JOIN).status_code == 302  # the offer held once
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize("case", ["theirs unverified", "ours unconfirmed"])
def test_an_account_is_not_taken_over_by_an_address(google: OpenId, case: str, alice: User) -> None:
    """A stranger who writes our customer's address at the provider, and one who began an account here with it."""
    sub = "thief-g"
    if case == "ours unconfirmed":
        EmailAddress.objects.filter(user=alice).update(verified=False)
        sub = "alice-g"
    browser = Client()
    answer = google.walk(browser, sub)
    assert answer.status_code == 403
    assert (signed_in_as(browser), SocialAccount.objects.count()) == ("", 0)
    browser.post(LOGIN, {"login": alice.email, "password": PASSWORD})
    page = browser.get(JOIN, follow=True)
    browser.post(JOIN)
    assert "From now on" not in page.text
    assert SocialAccount.objects.count() == 0


def test_what_one_person_proved_another_cannot_connect(google: OpenId, alice: User, bob: User) -> None:
    browser = Client()
    google.walk(browser, "alice-g")  # Alice, then Bob at the same computer
    browser.post(LOGIN, {"login": bob.email, "password": PASSWORD})
    confirm(browser, bob)
    assert browser.post(JOIN)["Location"] == reverse("socialaccount_connections")
    assert SocialAccount.objects.count() == 0
    connect(bob, "bob-g")
    google.person("bob-g", email="bob@example.com", email_verified=True)
    browser = Client()
    browser.force_login(alice)
    assert "already opens another account" in google.walk(browser, "bob-g", process="connect").text
    assert list(SocialAccount.objects.values_list("user_id", flat=True)) == [bob.pk]


def test_somebody_signed_in_connects_any_account_of_theirs(google: OpenId, alice: User) -> None:
    google.person("other-g", email="private@example.com", email_verified=False)
    browser = Client()
    browser.force_login(alice)
    assert "Nothing is connected" in browser.get(reverse("socialaccount_connections")).text
    assert google.walk(browser, "other-g", process="connect")["Location"] == JOIN
    assert browser.post(JOIN)["Location"].startswith(reverse("account_reauthenticate"))  # is it still you?
    assert SocialAccount.objects.count() == 0
    confirm(browser, alice)
    browser.post(JOIN)
    assert SocialAccount.objects.get().extra_data == {"email": "private@example.com"}
    page = browser.get(reverse("socialaccount_connections"))
    assert "private@example.com" in page.text
    assert f"form-action 'self' {google.url}" in page["Content-Security-Policy"]


# --- Disconnecting -----------------------------------------------------------------------------
def test_it_is_disconnected_only_if_another_way_in_is_left(
    google: OpenId, alice: User, bob: User, post: Letters
) -> None:
    mine, others = connect(alice, "alice-g"), connect(bob, "bob-g")
    browser, page = Client(), reverse("socialaccount_connections")
    browser.force_login(alice)
    confirm(browser, alice)
    browser.post(page, {"account": others.pk}, follow=True)
    assert SocialAccount.objects.count() == 2
    password = alice.password
    User.objects.filter(pk=alice.pk).update(password="!none")
    browser.force_login(User.objects.get(pk=alice.pk))
    told = browser.post(page, {"account": mine.pk}, follow=True)
    assert "Choose a password or add a passkey first" in told.text
    assert SocialAccount.objects.count() == 2
    User.objects.filter(pk=alice.pk).update(password=password)
    browser.force_login(User.objects.get(pk=alice.pk))
    confirm(browser, alice)
    browser.post(page, {"account": mine.pk})
    assert list(SocialAccount.objects.values_list("pk", flat=True)) == [others.pk]
    assert names_about(alice)[-1] == "user.provider_disconnected"
    assert post()[-1][:2] == (alice.email, "Google no longer opens your account")
    stranger = Client()
    assert google.walk(stranger, "alice-g")["Location"].startswith(LOGIN)  # it opens nothing any more
    assert signed_in_as(stranger) == ""
