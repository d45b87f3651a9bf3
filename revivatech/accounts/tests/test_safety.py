"""Attacks on accounts by name. Clickjacking and cookies: platform/tests/test_web_headers.py; open redirects, forged hosts and things
of other people: e2e/test_bad_input.py; enumeration at sign-up and reset: test_sign_up.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import Membership, User
from revivatech.accounts.passwords import ENOUGH, strength
from revivatech.shop.models import Location
from revivatech.testing.factories import PASSWORD, make_user
from revivatech.testing.world import all_routes, make_world

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.mark.slow
def test_no_form_is_taken_from_another_site(
    alice: User, bob: User, olga: User, tess: User, shop: Location, manchester: Location
) -> None:
    """Every address of the product, as the owner, without the token of our own pages. Only programs, who come with a key
    or a bearer token instead of a cookie, need none."""
    world = make_world(alice=alice, bob=bob, olga=olga, tess=tess, london=shop, manchester=manchester)
    client = Client(enforce_csrf_checks=True)
    client.force_login(olga)
    taken = []
    for route in all_routes():
        with transaction.atomic():
            if client.post(world.address(route), {}).status_code != 403:
                taken.append(route.pattern)
            transaction.set_rollback(True)
    assert [pattern for pattern in taken if not pattern.startswith("api/")] == []


def test_a_planted_session_is_not_taken_over(shop: Location) -> None:
    user, client = make_user(), Client()
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = str(session.session_key)
    client.cookies["sessionid"] = before
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session.session_key != before
    thief = Client()
    thief.cookies["sessionid"] = before
    assert "_auth_user_id" not in thief.session


def test_a_made_up_session_id_is_not_adopted(shop: Location) -> None:
    user, client = make_user(), Client()
    client.cookies["sessionid"] = "a" * 32
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.session.session_key != "a" * 32


EXTRA = {
    "email": "owner@repairs.example", "is_active": "", "is_staff": "1", "is_superuser": "1", "role": "owner", "owner": ["everywhere"],
    "memberships": "1", "user": "1", "user_id": "1", "id": "1", "pk": "1", "password": "pbkdf2_sha256$1$x", "removed_at": "2020-01-01",
}  # fmt: skip


@pytest.mark.parametrize("who", ["tess", "alice"])
def test_fields_nobody_asked_for_are_not_taken(request: pytest.FixtureRequest, sign_in: ClientOf, who: str) -> None:
    person: User = request.getfixturevalue(who)
    before = User.objects.filter(pk=person.pk).values("email", "password", "is_active", "removed_at").get()
    held = list(Membership.objects.filter(user=person).values())
    client = sign_in(person)
    client.post(reverse("accounts:security"), {**EXTRA, "full_name": "New Name", "phone": ""})
    client.post(reverse("customers:profile"), {**EXTRA, "name": "New Name", "phone": "", "preferred_contact": "email"})
    assert User.objects.filter(pk=person.pk).values("email", "password", "is_active", "removed_at").get() == before
    assert list(Membership.objects.filter(user=person).values()) == held


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each slow computation of a hash, counted where it happens."""
    done: list[str] = []
    encode, verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            done.append(name)
            return real(*args, **kwargs)

        return wrapper

    monkeypatch.setattr(Argon2PasswordHasher, "encode", counted("hash", encode))
    monkeypatch.setattr(Argon2PasswordHasher, "verify", counted("hash", verify))
    return done


@pytest.mark.parametrize("kind", ["known", "unknown", "suspended"])
def test_a_refused_sign_in_takes_the_same_work(shop: Location, hashes: list[str], kind: str) -> None:
    """What takes long is the slow hash: it is computed exactly once, whoever the address belongs to."""
    user = make_user()
    if kind == "suspended":
        User.objects.filter(pk=user.pk).update(is_active=False)
    email = "nobody@example.com" if kind == "unknown" else user.email
    hashes.clear()
    answer = Client().post(reverse("account_login"), {"login": email, "password": "wrong password"})
    assert (answer.status_code, hashes) == (200, ["hash"])
    assert "are not correct" in answer.text


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaa", "1234567890123", "password1234", "abcdefghijkl", "qwertyqwerty", "Passwordpassword", "letmein12345", "aB1!aB1!aB1!"],
)  # fmt: skip
def test_weak_passwords_are_refused(password: str) -> None:
    assert strength(password) < ENOUGH
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password", [PASSWORD, "violet tram lantern", "x9#Lm2$vQp", "früher war alles Käse", "東京の夜は静かで長い道"]
)
def test_good_passwords_are_taken(password: str) -> None:
    assert strength(password) >= ENOUGH
    validate_password(password)
