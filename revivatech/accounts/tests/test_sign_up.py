"""Customers: sign up, confirm, sign in, forget the password. Against a real mail server."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from revivatech.accounts.models import User
from revivatech.platform.events.models import EventRecord
from revivatech.testing.factories import PASSWORD, make_customer, make_user

from .fixtures import link_in, mail_on, post, smtp

__all__ = ["mail_on", "post", "smtp"]
pytestmark = pytest.mark.django_db
Post = Callable[[], list[tuple[str, str, str]]]
CAROL = {"full_name": "Carol King", "email": "carol@example.com", "password1": "violet tram lantern", "terms": "on"}


def sign_up(client: Client, **changes: str) -> object:
    return client.post(reverse("account_signup"), {**CAROL, **changes})


def code_in(text: str) -> str:
    found = re.search(r"^[A-Z]{4}-[A-Z]{4}$", text, re.MULTILINE)
    assert found is not None
    return found[0]


def test_sign_up_confirm_and_be_in(client: Client, post: Post) -> None:
    answer = client.post(reverse("account_signup"), CAROL, follow=True)
    assert answer.request["PATH_INFO"] == reverse("account_email_verification_sent")
    assert "carol@example.com" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    [(address, subject, text)] = post()
    assert address == "carol@example.com"
    code = code_in(text)
    assert code in subject
    answer = client.post(reverse("account_email_verification_sent"), {"action": "verify", "code": code}, follow=True)
    assert answer.status_code == 200
    carol = User.objects.get(email="carol@example.com")
    assert carol.full_name == "Carol King"
    assert int(client.session["_auth_user_id"]) == carol.pk
    log = EventRecord.objects.filter(subject_kind="user", subject_id=carol.pk).order_by("sequence")
    assert list(log.values_list("name", flat=True)) == ["user.signed_up", "user.email_verified", "user.signed_in"]
    assert log[0].payload["terms_accepted"] is True
    assert log[1].payload == {"user_id": carol.pk, "email": "carol@example.com"}


def test_what_a_guest_did_joins_the_account_only_when_the_mailbox_is_proven(client: Client, post: Post) -> None:
    guest = make_customer("Carol King", email="carol@example.com")
    sign_up(client)
    guest.refresh_from_db()
    assert guest.user is None
    code = code_in(post()[0][2])
    client.post(reverse("account_email_verification_sent"), {"action": "verify", "code": code})
    guest.refresh_from_db()
    assert guest.user == User.objects.get(email="carol@example.com")


def test_wrong_codes_run_out(client: Client, post: Post) -> None:
    sign_up(client)
    code = code_in(post()[0][2])
    for _try in range(3):
        client.post(reverse("account_email_verification_sent"), {"action": "verify", "code": "XXXX-XXXX"})
    client.post(reverse("account_email_verification_sent"), {"action": "verify", "code": code})
    assert not EmailAddress.objects.filter(verified=True).exists()
    assert "_auth_user_id" not in client.session


def test_an_account_in_use_answers_like_a_new_one(post: Post) -> None:
    make_user("carol@example.com", "Carol")
    known, new = Client(), Client()
    first = known.post(reverse("account_signup"), CAROL, follow=True)
    second = new.post(reverse("account_signup"), {**CAROL, "email": "dora@example.com"}, follow=True)
    masked = [
        re.sub(r'value="[^"]{20,}"|[0-9a-f]{32}', "", page.content.decode().replace("dora", "carol"))
        for page in (first, second)
    ]
    assert masked[0] == masked[1]
    assert first.redirect_chain == second.redirect_chain
    letters = {address: subject for address, subject, _text in post()}
    assert letters["carol@example.com"] == "You have an account already"
    assert User.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("terms", ""),
        ("full_name", ""),
        ("password1", "short"),
        ("password1", "carol@example.com"),
        ("email", "nonsense"),
    ],
)
def test_bad_input_makes_nobody(client: Client, post: Post, field: str, value: str) -> None:
    answer = sign_up(client, **{field: value})
    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert "field-error" in answer.content.decode()  # type: ignore[attr-defined]
    assert not User.objects.exists()
    assert post() == []


@pytest.mark.parametrize(
    "name", ["Zoë 🦊", "محمد علي", "<script>alert(1)</script>", "O'Neil & Söhne; DROP TABLE accounts_user"]
)
def test_names_are_kept_as_written(client: Client, post: Post, name: str) -> None:
    sign_up(client, full_name=name)
    assert User.objects.get().full_name == name
    assert len(post()) == 1


def test_without_mail_there_is_no_sign_up_and_the_page_says_so(client: Client) -> None:
    page = client.get(reverse("account_signup")).content.decode()
    assert "cannot send e-mail yet" in page
    sign_up(client)
    assert not User.objects.exists()


def test_sign_in_and_out(client: Client) -> None:
    user = make_user("carol@example.com")
    answer = client.post(reverse("account_login"), {"login": "Carol@Example.com", "password": PASSWORD})
    assert answer.status_code == 302
    assert int(client.session["_auth_user_id"]) == user.pk
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("login", "password"), [("carol@example.com", "wrong"), ("nobody@example.com", PASSWORD)])
def test_a_refused_sign_in_does_not_say_which_part_was_wrong(client: Client, login: str, password: str) -> None:
    make_user("carol@example.com")
    page = client.post(reverse("account_login"), {"login": login, "password": password}).content.decode()
    assert "The email address and/or password you specified are not correct." in page
    assert "_auth_user_id" not in client.session


def test_guessing_passwords_is_stopped_for_the_right_one_too(client: Client) -> None:
    make_user("carol@example.com")
    for _try in range(5):
        client.post(reverse("account_login"), {"login": "carol@example.com", "password": "wrong"})
    page = client.post(reverse("account_login"), {"login": "carol@example.com", "password": PASSWORD}).content.decode()
    assert "Too many failed login attempts" in page
    assert "_auth_user_id" not in client.session


def test_too_many_requests_get_our_page(client: Client) -> None:
    answers = [
        client.post(reverse("account_login"), {"login": f"a{n}@example.com", "password": "x"}) for n in range(31)
    ]
    assert answers[-1].status_code == 429
    assert "Too many tries" in answers[-1].content.decode()
    assert int(answers[-1]["Retry-After"]) == 60


def test_a_suspended_person_is_told_so_and_stays_out(client: Client) -> None:
    user = make_user("carol@example.com")
    user.is_active = False
    user.save()
    answer = client.post(reverse("account_login"), {"login": "carol@example.com", "password": PASSWORD}, follow=True)
    assert "_auth_user_id" not in client.session
    assert answer.status_code == 200


def test_forgotten_password(client: Client, post: Post) -> None:
    user = make_user("carol@example.com")
    client.post(reverse("account_reset_password"), {"email": "carol@example.com"}, HTTP_HOST="localhost")
    [(address, _subject, text)] = post()
    assert address == "carol@example.com"
    assert "http://localhost:3010/accounts/password/reset/key/" in text
    page = client.get(link_in(text), follow=True)
    new = {"password1": "amber kettle window", "password2": "amber kettle window"}
    answer = client.post(page.request["PATH_INFO"], new, follow=True)
    assert "Your password is changed" in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password("amber kettle window")
    assert [subject for _to, subject, _text in post()] == ["Your password was reset"]
    assert EventRecord.objects.get(name="user.password_changed").payload["how"] == "reset"
    assert "This link no longer works" in Client().get(link_in(text), follow=True).content.decode()


def test_the_console_gives_a_link_when_mail_is_off(client: Client) -> None:
    user, said = make_user("carol@example.com"), StringIO()
    call_command("password_link", "Carol@example.com", stdout=said)
    page = client.get(link_in(said.getvalue()), follow=True)
    new = {"password1": "amber kettle window", "password2": "amber kettle window"}
    client.post(page.request["PATH_INFO"], new)
    user.refresh_from_db()
    assert user.check_password("amber kettle window")
    with pytest.raises(CommandError):
        call_command("password_link", "nobody@example.com")


def test_a_reset_for_nobody_answers_the_same(post: Post) -> None:
    make_user("carol@example.com")
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email})
        for email in ("carol@example.com", "nobody@example.com")
    ]
    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0]["Location"] == answers[1]["Location"]
    assert {address: subject for address, subject, _text in post()} == {
        "carol@example.com": "Choose a new password",
        "nobody@example.com": "No account with this address",
    }


def test_a_forged_host_does_not_reach_the_letter(client: Client, post: Post) -> None:
    make_user("carol@example.com")
    answer = client.post(reverse("account_reset_password"), {"email": "carol@example.com"}, HTTP_HOST="evil.example")
    assert answer.status_code == 400
    assert post() == []


def test_without_mail_a_reset_says_so(client: Client) -> None:
    make_user("carol@example.com")
    page = client.post(reverse("account_reset_password"), {"email": "carol@example.com"}).content.decode()
    assert "cannot send e-mail yet" in page


def test_codes_and_links_are_unreadable_in_the_queue(client: Client, post: Post) -> None:
    sign_up(client)
    queued = str(ProcrastinateJob.objects.get().args)
    code = code_in(post()[0][2])
    assert code not in queued
    assert "carol" not in queued
