"""The list of devices one is signed in on, and signing a single one out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from revivatech.accounts.browsers import kind_of_device
from revivatech.accounts.models import User
from revivatech.platform.events.models import EventRecord

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605 Version/26.0 Mobile/15E148 Safari/604"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def signed_in(user: User, agent: str) -> Client:
    client = Client(HTTP_USER_AGENT=agent)
    client.force_login(user)
    client.get(reverse("accounts:security"))
    return client


def test_one_device_is_signed_out_and_the_others_stay(alice: User) -> None:
    desk, phone = signed_in(alice, DESK), signed_in(alice, PHONE)
    ended = UserSession.objects.get(user_agent=PHONE)
    address = reverse("accounts:session_end", args=[ended.pk])
    page = desk.get(reverse("usersessions_list")).text
    assert "Safari, iPhone" in page
    assert "Telephone" in page
    assert page.count("/account/sessions/") == 1
    assert address in page
    assert desk.get(address).status_code == 405
    assert desk.post(address)["Location"] == reverse("usersessions_list")
    assert phone.get(reverse("accounts:security")).status_code == 302
    assert desk.get(reverse("accounts:security")).status_code == 200
    row = EventRecord.objects.get(name="user.session_ended")
    assert (row.subject_id, row.payload["device"]) == (alice.pk, "Safari, iPhone")
    assert desk.post(address).status_code == 404


def test_nobody_signs_out_somebody_else(alice: User, bob: User, sign_in: Callable[[User], Client]) -> None:
    desk = signed_in(alice, DESK)
    address = reverse("accounts:session_end", args=[UserSession.objects.get(user=alice).pk])
    assert sign_in(bob).post(address).status_code == 404
    assert Client().post(address).status_code == 302
    assert desk.get(reverse("accounts:security")).status_code == 200
    assert not EventRecord.objects.filter(name="user.session_ended").exists()


def test_who_signed_in_before_there_was_a_backend_of_our_own_stays_signed_in(alice: User) -> None:
    client = Client()
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("accounts:security")).status_code == 200


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (PHONE, "Telephone"),
        (DESK, "Computer"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel) Chrome/140 Mobile Safari", "Telephone"),
        ("Mozilla/5.0 (Linux; Android 15; SM-X910) Chrome/140 Safari", "Tablet"),
        ("curl/8", "Unknown device"),
    ],
)
def test_what_kind_of_device(agent: str, kind: str) -> None:
    assert kind_of_device(agent) == kind
