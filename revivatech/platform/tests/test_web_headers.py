"""What pages say to the browser where they differ from the rest. What every page says is read in the walk over all addresses,
`test_web_routes.py`."""

from __future__ import annotations

import pytest
from django.http.cookie import SimpleCookie
from django.test import Client

from revivatech.accounts.models import User
from revivatech.shop.models import Location
from revivatech.testing.factories import PASSWORD
from revivatech.testing.world import Hand, World, make_world


@pytest.fixture
def world(alice: User, bob: User, olga: User, tess: User, shop: Location, manchester: Location) -> World:
    return make_world(alice=alice, bob=bob, olga=olga, tess=tess, london=shop, manchester=manchester)


def test_a_message_is_shown_in_a_sandbox(world: World, olga: User) -> None:
    answer = Hand(olga)("GET", f"/workbench/messages/{world.ours.message.pk}/body/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_cookies_are_kept_from_scripts_and_other_sites(alice: User) -> None:
    client = Client()
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    cookies: SimpleCookie = client.cookies
    assert cookies.keys() >= {"sessionid", "csrftoken"}
    for cookie in cookies.values():
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"
