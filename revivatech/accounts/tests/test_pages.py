"""Every page and message of allauth is ours: none is left over, and each one that can be reached renders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress
from django.template.loader import get_template
from django.test import Client
from django.urls import NoReverseMatch, reverse

from revivatech.accounts.models import User
from revivatech.testing.factories import add_second_factor, make_user

pytestmark = pytest.mark.django_db
THEIRS = Path(allauth.__file__).parent / "templates"

# Templates of features that are off: the url that would lead there does not exist, or nothing renders it.
OFF = {
    "account/confirm_login_code.html": "account_request_login_code",
    "account/request_login_code.html": "account_request_login_code",
    "account/email/login_code": "account_request_login_code",
    "account/messages/login_code_sent.txt": "account_request_login_code",
    "account/confirm_password_reset_code.html": "account_confirm_password_reset_code",
    "account/email/password_reset_code": "account_confirm_password_reset_code",
    "account/confirm_phone_verification_code.html": "account_verify_phone",
    "account/phone_change.html": "account_change_phone",
    "account/messages/phone_verification_sent.txt": "account_verify_phone",
    "account/messages/phone_verified.txt": "account_verify_phone",
    "account/signup_by_passkey.html": "account_signup_by_passkey",
    "mfa/webauthn/signup_form.html": "mfa_signup_webauthn",
    "mfa/trust.html": "mfa_trust",
    "account/email_confirm.html": "account_confirm_email",  # a code is typed; there is no link to follow
    "account/verification_sent.html": "account_confirm_email",
    "account/verified_email_required.html": "account_confirm_email",  # with codes the decorator redirects
    "account/email_change.html": "account_change_email",  # ACCOUNT_CHANGE_EMAIL is off: several addresses
    "account/email/email_confirm": "account_confirm_email",
}
# Only allauth's own pages include these.
PARTS = ("base", "snippets/", "elements/", "layouts/")


def referenced() -> list[str]:
    names = []
    for folder in ("account", "mfa", "socialaccount", "usersessions"):
        for path in sorted((THEIRS / folder).rglob("*.*")):
            name = path.relative_to(THEIRS).as_posix()
            inner = name.partition("/")[2]
            # the frames of pages; e-mails have bases of their own
            if path.name.startswith("base") or any(part in inner for part in PARTS if part.endswith("/")):
                continue
            names.append(name)
    return names


def off(name: str) -> str | None:
    bare = name.removesuffix("_message.txt").removesuffix("_subject.txt")
    return OFF.get(name) or OFF.get(bare)


@pytest.mark.parametrize("name", referenced())
def test_no_template_of_allauth_is_left_over(name: str) -> None:
    if url_name := off(name):
        with pytest.raises(NoReverseMatch):
            reverse(url_name, args=["x"] if url_name == "account_confirm_email" else None)
        return
    found = get_template(name)
    assert "revivatech/accounts/templates" in found.template.filename  # type: ignore[attr-defined]


FOR_VISITORS = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_inactive",
]
FOR_USERS = [
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_list_webauthn",
    "usersessions_list",
    "accounts:security",
]
AFTER_CONFIRMING = ["mfa_activate_totp", "mfa_add_webauthn"]


@pytest.mark.parametrize("name", FOR_VISITORS)
def test_pages_for_visitors(client: Client, settings: object, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", FOR_USERS)
def test_pages_for_users(sign_in: Callable[[User], Client], name: str) -> None:
    assert sign_in(make_user()).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", FOR_USERS + AFTER_CONFIRMING)
def test_visitors_are_led_to_sign_in(client: Client, name: str) -> None:
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].partition("?")[0] in {"/", reverse("account_login"), reverse("account_reauthenticate")}


@pytest.mark.parametrize("name", AFTER_CONFIRMING)
def test_important_pages_ask_again_who_it_is(name: str) -> None:
    client, user = Client(), make_user()
    client.force_login(user)
    answer = client.get(reverse(name), follow=True)
    assert answer.redirect_chain[0][0].startswith(reverse("account_reauthenticate"))
    answer = client.post(answer.redirect_chain[0][0], {"password": "correct horse battery"}, follow=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == reverse(name)


@pytest.mark.parametrize(
    "name", ["mfa_reauthenticate", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes"]
)
def test_pages_of_somebody_with_a_second_factor(name: str) -> None:
    client, user = Client(), make_user()
    add_second_factor(user)
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": "correct horse battery"})
    if name == "mfa_view_recovery_codes":
        client.post(reverse("mfa_generate_recovery_codes"))
        assert client.get(reverse("mfa_download_recovery_codes")).content.count(b"\n") == 10
    assert client.get(reverse(name)).status_code == 200


def test_a_bad_reset_link_says_so(client: Client) -> None:
    page = client.get(reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "no-such"}))
    assert page.status_code == 200
    assert "This link no longer works" in page.content.decode()


def test_the_page_of_addresses_lists_them(sign_in: Callable[[User], Client]) -> None:
    user = make_user()
    EmailAddress.objects.create(user=user, email="second@example.com", verified=False)
    page = sign_in(user).get(reverse("account_email")).content.decode()
    assert "second@example.com" in page
    assert "Not confirmed" in page
