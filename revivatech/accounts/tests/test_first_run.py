"""The one-time link that creates the owner."""

from __future__ import annotations

import threading
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client

from revivatech.accounts import first_run
from revivatech.accounts.models import OwnerLink, User
from revivatech.accounts.problems import OwnerLinkGone
from revivatech.accounts.queries import owners
from revivatech.platform import clock
from revivatech.platform.events.models import EventRecord
from revivatech.testing.factories import make_user

OLGA = {"full_name": "Olga Owens", "email": "Olga@Repairs.example", "password": "violet tram lantern"}


def new_link() -> str:
    link = first_run.owner_link()
    assert link is not None
    return urlsplit(link).path


@pytest.mark.django_db
def test_the_link_creates_the_owner_and_signs_them_in(client: Client) -> None:
    path = new_link()
    assert client.get(path).status_code == 200
    answer = client.post(path, OLGA)
    assert answer.status_code == 302
    owner = owners().get()
    assert (owner.email, owner.full_name) == ("olga@repairs.example", "Olga Owens")
    assert owner.check_password("violet tram lantern")
    assert int(client.session["_auth_user_id"]) == owner.pk
    assert EmailAddress.objects.get(user=owner).verified
    log = EventRecord.objects.filter(subject_kind="user").order_by("pk").values_list("name", flat=True)
    assert list(log) == ["user.owner_created", "user.signed_in"]
    assert first_run.owner_link() is None


@pytest.mark.django_db
def test_it_works_once(client: Client) -> None:
    path = new_link()
    client.post(path, OLGA)
    answer = Client().post(path, {**OLGA, "email": "eve@example.com"})
    assert answer.status_code == 410
    assert "This owner link no longer works" in answer.content.decode()
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_new_link_ends_the_old_one(client: Client) -> None:
    old, new = new_link(), new_link()
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200


@pytest.mark.django_db
def test_it_expires_after_a_day(client: Client) -> None:
    path = new_link()
    with clock.frozen(clock.now() + timedelta(hours=24, seconds=1)):
        assert client.post(path, OLGA).status_code == 410
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_unknown_token_is_gone(client: Client) -> None:
    new_link()
    assert client.get("/first/not-a-token/").status_code == 410


@pytest.mark.django_db
def test_only_the_hash_is_kept() -> None:
    token = new_link().strip("/").split("/")[1]
    assert OwnerLink.objects.get().token_hash != token
    assert token not in str(OwnerLink.objects.values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("password", "short", "too short"),
        ("password", "password123", "too common"),
        ("password", "1234567890123", "entirely numeric"),
        ("password", "olga@repairs.example", "too similar"),
        ("email", "not an address", "valid email"),
        ("full_name", "", "required"),
        ("full_name", "O" * 200, "at most 120"),
    ],
)
def test_bad_input_is_explained_and_kept(client: Client, field: str, value: str, error: str) -> None:
    answer = client.post(new_link(), {**OLGA, field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert error in page
    assert field == "full_name" or "Olga Owens" in page
    assert "violet tram lantern" not in page
    assert not User.objects.exists()


@pytest.mark.django_db
def test_somebody_who_signed_up_before_becomes_the_owner_with_the_new_password(client: Client) -> None:
    user = make_user("olga@repairs.example", verified=False)
    client.post(new_link(), OLGA)
    user.refresh_from_db()
    assert owners().get() == user
    assert user.check_password("violet tram lantern")
    assert EmailAddress.objects.get(user=user).verified


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_owner() -> None:
    token = new_link().strip("/").split("/")[1]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def submit(email: str) -> None:
        start.wait()
        try:
            first_run.create_owner(token, full_name="Olga", email=email, password="violet tram lantern")
            outcomes.append("owner")
        except OwnerLinkGone:
            outcomes.append("gone")
        finally:
            connection.close()

    threads = [threading.Thread(target=submit, args=[f"{name}@repairs.example"]) for name in ("olga", "oscar")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["gone", "owner"]
    assert owners().count() == 1
    assert User.objects.count() == 1
