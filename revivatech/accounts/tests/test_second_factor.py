"""The second sign-in step: an authenticator app, recovery codes, passkeys; and what stays closed without one."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.shop.models import Location
from revivatech.testing.factories import PASSWORD, add_second_factor, make_staff, make_user
from revivatech.testing.passkeys import SoftwareKey

from .fixtures import confirmed, mail_on, post, smtp

__all__ = ["confirmed", "mail_on", "post", "smtp"]
pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def code_now(secret: str) -> str:
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return code


def options_in(page: str) -> dict[str, Any]:
    found = re.search(r'data-options="([^"]+)"', page)
    assert found is not None
    options: dict[str, Any] = json.loads(html.unescape(found[1]))
    return options


def add_passkey(client: Client, key: SoftwareKey, *, alone: bool = True) -> Any:
    page = client.get(reverse("mfa_add_webauthn")).content.decode()
    answer = {"name": "My telephone", "credential": key.create(options_in(page))}
    return client.post(reverse("mfa_add_webauthn"), {**answer, "passwordless": "on"} if alone else answer)


def test_an_app_is_set_up_with_the_code_it_shows(
    confirmed: ClientOf,
    post: Callable[[], Any],
    actor: Callable[[User], Actor],
    django_capture_on_commit_callbacks: Any,
) -> None:
    user = make_staff("owner", second_factor=False)
    client = confirmed(user)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'id="totp-secret">([A-Z2-7]+)<', page)
    assert secret is not None
    assert "data:image/svg+xml;base64," in page
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    assert not actor(user).second_factor
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret[1])})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert actor(user).second_factor
    assert len(re.findall(r"\d{4,}", client.get(answer["Location"]).content.decode())) >= 10
    assert secret[1] not in str(Authenticator.objects.get(type="totp").data)
    added = EventRecord.objects.filter(name="user.second_factor_added").values_list("payload__kind", flat=True)
    assert sorted(added) == ["recovery_codes", "totp"]
    assert "An authenticator app was added" in [subject for _to, subject, _text in post()]


def test_signing_in_then_asks_for_the_code(client: Client) -> None:
    user = make_user()
    secret = add_second_factor(user)
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, follow=True)
    assert answer.request["PATH_INFO"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    client.post(reverse("mfa_authenticate"), {"code": "123456"})
    assert "_auth_user_id" not in client.session
    code = code_now(secret)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert int(client.session["_auth_user_id"]) == user.pk
    other = Client()
    other.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    other.post(reverse("mfa_authenticate"), {"code": code})
    assert "_auth_user_id" not in other.session  # a code that somebody watched being typed is spent


def test_a_recovery_code_works_once(confirmed: ClientOf) -> None:
    user = make_user()
    add_second_factor(user)
    client = confirmed(user)
    client.post(reverse("mfa_generate_recovery_codes"))
    code = client.get(reverse("mfa_download_recovery_codes")).content.decode().split()[0]
    for first in (True, False):
        other = Client()
        other.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        other.post(reverse("mfa_authenticate"), {"code": code})
        assert ("_auth_user_id" in other.session) is first


def test_a_passkey_signs_in_alone(confirmed: ClientOf) -> None:
    user, key = make_user(), SoftwareKey()
    assert add_passkey(confirmed(user), key).status_code == 302
    assert Authenticator.objects.get(type="webauthn").data["name"] == "My telephone"
    visitor = Client()
    options = visitor.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()[
        "request_options"
    ]
    answer = visitor.post(reverse("mfa_login_webauthn"), {"credential": key.get(options)})
    assert answer.status_code == 302
    assert int(visitor.session["_auth_user_id"]) == user.pk


def test_a_stranger_s_passkey_does_not(confirmed: ClientOf) -> None:
    user, key, stranger = make_user(), SoftwareKey(), SoftwareKey()
    add_passkey(confirmed(user), key)
    stranger.user_handle, stranger.credential_id = key.user_handle, key.credential_id
    visitor = Client()
    options = visitor.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()[
        "request_options"
    ]
    visitor.post(reverse("mfa_login_webauthn"), {"credential": stranger.get(options)})
    assert "_auth_user_id" not in visitor.session


BROKEN = ["", "{}", "[]", "7", '{"id": "x"}', '{"id": "x", "rawId": "x", "response": {}}', "not json"]


@pytest.mark.parametrize("credential", BROKEN)
def test_broken_new_passkeys_are_refused(confirmed: ClientOf, credential: str) -> None:
    client = confirmed(make_user())
    client.get(reverse("mfa_add_webauthn"))
    assert client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": credential}).status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("credential", BROKEN)
def test_broken_passkey_answers_are_refused(credential: str) -> None:
    visitor = Client()
    visitor.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    answer = visitor.post(reverse("mfa_login_webauthn"), {"credential": credential})
    assert answer.status_code in {302, 422}
    assert "_auth_user_id" not in visitor.session


def test_a_passkey_as_second_step_and_to_confirm(confirmed: ClientOf) -> None:
    user, key = make_user(), SoftwareKey()
    add_passkey(confirmed(user), key)
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    page = client.get(reverse("mfa_authenticate")).content.decode()
    client.post(reverse("mfa_authenticate"), {"credential": key.get(options_in(page))})
    assert int(client.session["_auth_user_id"]) == user.pk
    page = client.get(reverse("mfa_reauthenticate_webauthn")).content.decode()
    client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": key.get(options_in(page))})
    assert client.get(reverse("mfa_generate_recovery_codes")).status_code == 200


def test_a_passkey_is_renamed_and_removed(confirmed: ClientOf, actor: Callable[[User], Actor]) -> None:
    user = make_staff("owner", second_factor=False)
    client = confirmed(user)
    add_passkey(client, SoftwareKey())
    passkey = Authenticator.objects.get(type="webauthn")
    assert "My telephone" in client.get(reverse("mfa_list_webauthn")).content.decode()
    client.post(reverse("mfa_edit_webauthn", args=[passkey.pk]), {"name": "Desk key"})
    assert "Desk key" in client.get(reverse("mfa_remove_webauthn", args=[passkey.pk])).content.decode()
    client.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))
    assert not Authenticator.objects.filter(user=user).exists()
    assert not actor(user).second_factor
    assert EventRecord.objects.filter(name="user.second_factor_removed", payload__kind="webauthn").exists()


def test_somebody_else_s_passkey_is_not_found(confirmed: ClientOf) -> None:
    user, eve = make_user(), make_user()
    add_passkey(confirmed(user), SoftwareKey())
    passkey = Authenticator.objects.get(type="webauthn")
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert confirmed(eve).post(reverse(name, args=[passkey.pk]), {"name": "Mine"}).status_code == 404
    passkey.refresh_from_db()
    assert passkey.data["name"] == "My telephone"


def test_staff_without_one_are_led_to_it_and_sensitive_pages_stay_closed(shop: Location, sign_in: ClientOf) -> None:
    owner = make_staff("owner", second_factor=False)
    client = sign_in(owner)
    page = client.get(reverse("accounts:staff")).content.decode()
    assert reverse("mfa_index") in page
    answer = client.get(reverse("accounts:invite"))
    assert answer.status_code == 403
    assert "Set up a second sign-in step first" in answer.content.decode()
    assert reverse("mfa_index") in answer.content.decode()
