"""What every page says to the browser: run nothing foreign, show me in no frame, keep nothing private."""

from __future__ import annotations

import pytest
from django.http.cookie import SimpleCookie
from django.test import Client

from revivatech.accounts.models import User
from revivatech.shop.models import Location
from revivatech.testing.factories import PASSWORD
from revivatech.testing.world import Hand, World, all_routes, make_world

PRIVATE = ("workbench/", "account/", "setup/", "bookings/", "track/<", "first/", "join/", "book/")


@pytest.fixture
def world(alice: User, bob: User, olga: User, tess: User, shop: Location, manchester: Location) -> World:
    return make_world(alice=alice, bob=bob, olga=olga, tess=tess, london=shop, manchester=manchester)


@pytest.mark.parametrize("who", ["visitor", "customer", "owner"])
def test_every_page_carries_its_armour(world: World, who: str, alice: User, olga: User) -> None:
    send = Hand({"visitor": None, "customer": alice, "owner": olga}[who])
    for route in all_routes():
        if route.name == "notifications:body":
            continue  # a message in its sandbox has a policy of its own, below
        answer = send("GET", world.address(route))
        assert answer["X-Content-Type-Options"] == "nosniff", route
        assert answer["Referrer-Policy"] in ("same-origin", "no-referrer"), route
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", route
        assert answer["X-Frame-Options"] == "DENY", route
        assert answer["Cross-Origin-Resource-Policy"] in ("same-origin", "cross-origin"), route
        assert "geolocation=()" in answer["Permissions-Policy"], route
        if answer["Content-Type"].startswith("text/html"):
            policy = answer["Content-Security-Policy"]
            assert "unsafe-" not in policy, route
            assert "default-src 'none'" in policy, route
            assert "frame-ancestors 'none'" in policy, route
            assert "base-uri 'none'" in policy, route
            assert "require-trusted-types-for 'script'; trusted-types default" in policy, route
        if (
            answer.status_code == 200
            and route.pattern.startswith(PRIVATE)
            and not route.pattern.endswith("suggestions/")
        ):
            assert "no-store" in answer.get("Cache-Control", ""), route


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
