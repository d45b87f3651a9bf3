"""Who is the same person, and who only shares an address."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from revivatech.accounts.models import User
from revivatech.customers import actions
from revivatech.customers.models import Customer
from revivatech.platform.actors import Actor, visitor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Invalid
from revivatech.testing.factories import make_customer, make_user

ActorOf = Callable[[User], Actor]
PHONE = "+442079460001"


@pytest.fixture
def guest(db: None) -> Customer:
    return make_customer("Zoë O’Neill", email="family@example.com", phone=PHONE)


def test_a_stranger_gets_a_profile(db: None) -> None:
    made = actions.find_or_create(" Ana   Souza ", "ana@example.com", "00351 912 345 678", by=visitor())
    assert (made.name, made.email, made.phone, made.user_id) == ("Ana Souza", "ana@example.com", "+351912345678", None)
    assert list(EventRecord.objects.values_list("name", "subject_id")) == [("customer.created", made.pk)]


@pytest.mark.parametrize(
    ("name", "email", "phone"),
    [
        ("Zoë O’Neill", "family@example.com", PHONE),
        ("  zoë  o’neill ", "FAMILY@example.com", "020 7946 0001"),
        ("Zoe\u0308 O’Neill", "family@example.com", ""),  # the same letters, composed otherwise
        ("ZOË O’NEILL", "", PHONE),
    ],
)
def test_the_same_person_is_found_again(name: str, email: str, phone: str, guest: Customer) -> None:
    assert actions.find_or_create(name, email, phone, by=visitor()) == guest
    assert Customer.objects.count() == 1
    assert EventRecord.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "email", "phone"),
    [
        ("Finn O’Neill", "family@example.com", PHONE),  # shares address and number
        ("Zoë O’Neill", "family@example.com", "+442079460002"),  # a number we do not know
        ("Zoë O’Neill", "other@example.com", PHONE),
        ("Zoë O’Neill", "other@example.com", ""),
    ],
)
def test_somebody_else_gets_their_own_profile(name: str, email: str, phone: str, guest: Customer) -> None:
    other = actions.find_or_create(name, email, phone, by=visitor())
    assert other != guest
    guest.refresh_from_db()
    assert (guest.name, guest.email, guest.phone) == ("Zoë O’Neill", "family@example.com", PHONE)


def test_two_firms_of_one_name_stay_apart(db: None) -> None:
    one = actions.find_or_create("Reception", "office@example.com", is_business=True, company="Acme", by=visitor())
    two = actions.find_or_create("Reception", "office@example.com", is_business=True, company="Umbrella", by=visitor())
    assert one != two


def test_blanks_of_a_guest_are_filled_in(db: None) -> None:
    guest = make_customer("Ana", email="ana@example.com", phone="")
    found = actions.find_or_create("Ana", "ana@example.com", PHONE, company="Acme", by=visitor())
    assert found == guest
    assert (found.phone, found.company, found.is_business) == (PHONE, "Acme", True)
    assert EventRecord.objects.get().payload["fields"] == ["phone", "is_business", "company"]


def test_a_stranger_never_changes_a_profile_with_an_account(alice: User) -> None:
    Customer.objects.update(phone="")
    before = Customer.objects.values().get()
    found = actions.find_or_create("Alice", "alice@example.com", "", by=visitor())
    assert found.pk == before["id"]
    stranger = actions.find_or_create("Alice", "alice@example.com", PHONE, by=visitor())
    assert stranger.pk != before["id"]
    assert Customer.objects.values().get(pk=before["id"]) == before


def test_the_signed_in_get_their_own_whatever_they_type(alice: User, bob: User, actor: ActorOf) -> None:
    found = actions.find_or_create("Bob", "bob@example.com", PHONE, by=actor(alice))
    assert found.user == alice
    assert (found.name, found.email, found.phone) == ("Alice", "alice@example.com", PHONE)


def test_a_first_booking_makes_the_profile_of_an_account(db: None, actor: ActorOf) -> None:
    user = make_user("new@example.com", "Nora")
    made = actions.find_or_create("Nora", "new@example.com", "", by=actor(user))
    assert made.user == user
    assert actions.find_or_create("Nora", "new@example.com", "", by=actor(user)) == made


def test_a_technician_books_for_themselves(tess: User, guest: Customer, actor: ActorOf) -> None:
    made = actions.find_or_create("Zoë O’Neill", "family@example.com", PHONE, by=actor(tess))
    assert made.user == tess
    assert made != guest


def test_the_front_desk_finds_the_person_at_the_counter(
    fred: User, alice: User, guest: Customer, actor: ActorOf
) -> None:
    assert actions.find_or_create("Zoë O’Neill", "", PHONE, by=actor(fred)) == guest
    assert actions.find_or_create("Alice", "alice@example.com", "", by=actor(fred)).user == alice


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "", "email": "a@b.example"}, ["name"]),
        ({"name": "\u202e \t\n", "email": "a@b.example"}, ["name"]),
        ({"name": "x" * 121, "email": "a@b.example"}, ["name"]),
        ({"name": "x" * 1_000_000, "email": "a@b.example"}, ["name"]),
        ({"name": "Ana"}, ["email"]),
        ({"name": "Ana", "email": "nobody"}, ["email"]),
        ({"name": "Ana", "email": "x" * 250 + "@example.com"}, ["email"]),
        ({"name": "Ana", "phone": "12"}, ["phone"]),
        ({"name": "Ana", "phone": "9" * 10_000}, ["phone"]),
        ({"name": "Ana", "email": "a@b.example", "preferred_contact": "pigeon"}, ["preferred_contact"]),
    ],
)
def test_unusable_input_names_its_field(fields: dict[str, str], wrong: list[str], db: None) -> None:
    with pytest.raises(Invalid) as refused:
        actions.find_or_create(**fields, by=visitor())  # type: ignore[arg-type]
    assert list(refused.value.errors) == wrong
    assert Customer.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("🦊 Fox", "🦊 Fox"),
        ("محمد علي", "محمد علي"),
        ("\u202eevil", "evil"),
        ("Ann\x00a\nBell", "Ann a Bell"),
        ("'; DROP TABLE customers_customer; --", "'; DROP TABLE customers_customer; --"),
        ("👩‍🔧 Maya", "👩‍🔧 Maya"),
    ],
)
def test_names_are_kept_as_people_write_them(typed: str, stored: str, db: None) -> None:
    assert actions.find_or_create(typed, "a@b.example", by=visitor()).name == stored


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_many_times_at_once_makes_one_profile() -> None:
    barrier = threading.Barrier(6)
    found: list[int] = []

    def send() -> None:
        barrier.wait(10)
        found.append(actions.find_or_create("Ana", "ana@example.com", PHONE, by=visitor()).pk)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 6
    assert len(set(found)) == 1
    assert Customer.objects.count() == 1
