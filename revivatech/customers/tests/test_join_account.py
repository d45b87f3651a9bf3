"""What somebody did as a guest joins their account once the mailbox is proved to be theirs."""

from __future__ import annotations

import pytest
from django.db import transaction

from revivatech.accounts.events import EmailVerified
from revivatech.accounts.models import User
from revivatech.customers.models import Company, Contact, Customer
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.events.record import record
from revivatech.shop.models import Location
from revivatech.testing.booking import make_booking
from revivatech.testing.factories import make_customer, make_user


@pytest.fixture
def nora(db: None) -> User:
    """Signs up with an address that guests have used."""
    return make_user("Nora@example.com", "Nora Diaz")


def verify(user: User, email: str = "") -> None:
    with transaction.atomic():
        record(EmailVerified(user_id=user.pk, email=email or user.email), by=Actor("customer", user_id=user.pk))


def test_a_guests_bookings_are_theirs(nora: User, shop: Location) -> None:
    guest = make_customer("Nora Diaz", email="nora@EXAMPLE.com")
    booking = make_booking(location=shop, customer=guest)
    verify(nora)
    booking.refresh_from_db()
    assert booking.customer.user == nora
    assert EventRecord.objects.filter(name="customer.account_joined", subject_id=guest.pk).count() == 1


def test_the_profile_of_the_same_name_wins_over_the_newest(nora: User) -> None:
    own = make_customer("nora diaz", email="nora@example.com")
    partner = make_customer("Pat Diaz", email="nora@example.com")
    verify(nora)
    own.refresh_from_db()
    partner.refresh_from_db()
    assert (own.user, partner.user) == (nora, None)


def test_without_a_name_the_newest_is_taken(db: None) -> None:
    user = make_user("nora@example.com")
    User.objects.update(full_name="")
    make_customer("Old", email="nora@example.com")
    newest = make_customer("New", email="nora@example.com")
    verify(user)
    newest.refresh_from_db()
    assert newest.user == user
    assert Customer.objects.filter(user=None).count() == 1


def test_further_profiles_of_the_same_name_join(nora: User, shop: Location) -> None:
    first, second = (make_customer("Nora Diaz", email="nora@example.com") for _ in range(2))
    bookings = [make_booking(location=shop, customer=guest) for guest in (first, second)]
    verify(nora)
    profile = Customer.objects.get(user=nora)
    for booking in bookings:
        booking.refresh_from_db()
        assert booking.customer == profile
    assert Customer.objects.count() == 1


def test_two_contacts_of_companies_stay_two_and_the_address_is_confirmed(nora: User) -> None:
    guests = [make_customer("Nora Diaz", email="nora@example.com") for _ in range(2)]
    for guest in guests:
        Contact.objects.create(company=Company.objects.create(name="Archer"), customer=guest)
    verify(nora)
    assert {guest.user for guest in Customer.objects.filter(pk__in=[guest.pk for guest in guests])} == {nora, None}


def test_a_second_address_brings_its_guests_of_the_same_name(nora: User) -> None:
    profile = make_customer("Nora Diaz", user=nora)
    make_customer("Nora Diaz", email="work@example.com")
    colleague = make_customer("Cem", email="work@example.com")
    verify(nora, "work@example.com")
    assert list(Customer.objects.order_by("pk")) == [profile, colleague]
    colleague.refresh_from_db()
    assert colleague.user is None


def test_profiles_of_others_are_left_alone(nora: User, alice: User) -> None:
    Customer.objects.filter(user=alice).update(email="nora@example.com", name="Nora Diaz")
    stranger = make_customer("Nora Diaz", email="other@example.com")
    verify(nora)
    assert Customer.objects.filter(user=nora).count() == 0
    stranger.refresh_from_db()
    assert stranger.user is None


def test_twice_changes_nothing_more(nora: User) -> None:
    make_customer("Nora Diaz", email="nora@example.com")
    verify(nora)
    verify(nora)
    assert Customer.objects.get().user == nora
    assert EventRecord.objects.filter(name="customer.account_joined").count() == 1
