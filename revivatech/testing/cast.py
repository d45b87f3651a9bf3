"""The people every test knows: Alice and Bob are customers, Tess a technician, Fred the front desk, Mona the manager,
Olga the owner, Eve an outsider. And the shop they meet in.

`alice.customer` is her profile; `actor(tess)` is what actions take; `sign_in(tess)` is a test client of hers.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import User
from revivatech.accounts.permissions import FRONT_DESK, MANAGER, OWNER, TECHNICIAN
from revivatech.platform.actors import Actor
from revivatech.shop.models import Location

from . import factories


@pytest.fixture
def shop(db: None) -> Location:
    """The business is open: VAT 20 %, one location, London Bridge, Monday to Saturday 09:00 to 18:00."""
    factories.make_business()
    return factories.make_location("London Bridge", line1="8 Tooley Street", postcode="SE1 2SZ")


@pytest.fixture
def london(shop: Location) -> Location:
    return shop


@pytest.fixture
def manchester(shop: Location) -> Location:
    """The second location; nobody of the cast works here but Olga, who works everywhere."""
    return factories.make_location("Manchester", line1="2 Deansgate", town="Manchester", postcode="M3 1AZ")


def _customer(name: str) -> User:
    user = factories.make_user(f"{name.lower()}@example.com", name)
    factories.make_customer(user=user)
    return user


@pytest.fixture
def alice(db: None) -> User:
    return _customer("Alice")


@pytest.fixture
def bob(db: None) -> User:
    return _customer("Bob")


@pytest.fixture
def eve(db: None) -> User:
    """Signed in, and with no business in anything of the others'."""
    return _customer("Eve")


@pytest.fixture
def tess(shop: Location) -> User:
    return factories.make_staff(TECHNICIAN, at=shop, email="tess@repairs.example", name="Tess")


@pytest.fixture
def fred(shop: Location) -> User:
    return factories.make_staff(FRONT_DESK, at=shop, email="fred@repairs.example", name="Fred")


@pytest.fixture
def mona(shop: Location) -> User:
    return factories.make_staff(MANAGER, at=shop, email="mona@repairs.example", name="Mona")


@pytest.fixture
def olga(shop: Location) -> User:
    return factories.make_staff(OWNER, email="olga@repairs.example", name="Olga")


@pytest.fixture
def actor() -> Callable[[User], Actor]:
    """`actor(tess)`: who she is to the actions, as of now."""
    return actor_of


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """`sign_in(tess).get("/workbench/")`: a fresh client with her session, past the second factor."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
