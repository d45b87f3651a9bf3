"""Every address of the product, opened by everybody: `routes.csv` says what each of them gets, row by row.

A new route needs a row. `UPDATE_ROUTES=1 .venv/bin/pytest -n0 revivatech/platform/tests/test_web_routes.py` writes the table anew;
read its diff: a status that changed is a permission that changed.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable
from pathlib import Path

import jwt
import pytest
from django.conf import settings

from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import User
from revivatech.integrations.actions import make_key
from revivatech.shop.models import Location
from revivatech.testing import armour
from revivatech.testing.api import access_token
from revivatech.testing.world import Hand, Route, World, all_routes, make_world

TABLE = Path(__file__).with_name("routes.csv")
PEOPLE = ("visitor", "customer", "technician", "front_desk", "manager", "owner")
# A customer who is somebody else, at every address that names a thing; somebody suspended whose session still lives, wherever
# a visitor may not look; and at the API a token whose time is over and a key whose scopes fit nothing. "-": not asked.
OTHERS = ("stranger", "suspended", "expired_token", "bare_key")
WHO = (*PEOPLE, *OTHERS)
NOT_ASKED = "-"
HEAD = ("name", "route", "method", *WHO)
Rows = dict[tuple[str, str, str], dict[str, str]]


@pytest.fixture
def world(alice: User, bob: User, olga: User, tess: User, shop: Location, manchester: Location) -> World:
    return make_world(alice=alice, bob=bob, olga=olga, tess=tess, london=shop, manchester=manchester)


@pytest.fixture
def hand_of(
    world: World, alice: User, tess: User, fred: User, mona: User, olga: User, eve: User
) -> Callable[[str], Hand]:
    """The customer is Alice, whose things the addresses name; the staff work at London, where those things are."""
    people = dict(zip(PEOPLE, (None, alice, tess, fred, mona, olga), strict=True))

    def hand(who: str) -> Hand:
        if who in people:
            return Hand(people[who])
        given = Hand({"stranger": eve, "suspended": mona}.get(who))
        if who == "suspended":
            User.objects.filter(pk=mona.pk).update(is_active=False)
        elif who == "expired_token":
            claims = jwt.decode(access_token(olga), options={"verify_signature": False})
            late = {**claims, "iat": int(time.time()) - 900, "exp": int(time.time()) - 300}
            given.token = jwt.encode(late, settings.HEADLESS_JWT_PRIVATE_KEY)
        elif who == "bare_key":
            by = actor_of(olga)
            given.token = make_key(
                name="Till", scopes=["reports.view"], location_id=None, days=30, per_minute=6000, by=by
            )[1]
        return given

    return hand


def asked_of(who: str, route: Route, visitor: str) -> bool:
    """Whether the walk opens this address as them."""
    if who == "stranger":
        return bool(route.parameters)
    if who == "suspended":
        return visitor != "200"
    return who in PEOPLE or route.pattern.startswith("api/v1/")


def read_table() -> Rows:
    with TABLE.open(newline="") as handle:
        return {(row["name"], row["route"], row["method"]): row for row in csv.DictReader(handle)}


def write_column(who: str, statuses: dict[tuple[str, str, str], str]) -> None:
    before = read_table() if TABLE.exists() else {}
    with TABLE.open("w", newline="") as handle:
        table = csv.DictWriter(handle, HEAD, lineterminator="\n")
        table.writeheader()
        for key, status in statuses.items():
            row = before.get(key, {})
            table.writerow({**dict(zip(HEAD, key, strict=False)), **{w: row.get(w, "") for w in WHO}, who: status})


@pytest.mark.slow
@pytest.mark.parametrize("who", WHO)
def test_who_may_open_what(world: World, hand_of: Callable[[str], Hand], who: str) -> None:
    """GET, and POST of an empty form; after each, the database is as before. And what every answer tells the browser."""
    send, table = hand_of(who), read_table()
    found: dict[tuple[str, str, str], str] = {}
    unarmoured: dict[tuple[str, str, str], list[str]] = {}
    for route in all_routes():
        for method in ("GET", "POST"):
            key = (route.name, route.pattern, method)
            asked = asked_of(who, route, table.get(key, {}).get("visitor", ""))
            if not asked:
                found[key] = NOT_ASKED
                continue
            answer = send(method, world.address(route))
            found[key] = str(answer.status_code)
            if wrong := armour.missing(route, answer):
                unarmoured[key] = wrong
    assert unarmoured == {}
    if os.environ.get("UPDATE_ROUTES"):
        write_column(who, found)
    expected = {key: row[who] for key, row in read_table().items()}
    assert {key: found[key] for key in sorted(found.keys() - expected.keys())} == {}, "routes without a row"
    assert expected.keys() - found.keys() == set(), "rows without a route"
    assert {key: got for key, got in found.items() if got != expected[key]} == {}


def test_the_table_lets_nobody_in_by_accident() -> None:
    """What is true of all rows, whoever wrote them."""
    for (name, route, _method), row in read_table().items():
        statuses = {who: int(row[who]) for who in WHO if row[who] != NOT_ASKED}
        # Readiness is not ready in tests, where no worker and no hub run.
        assert max(statuses.values()) < 500 or name == "health_ready", row
        if route.startswith(("workbench/", "setup/")):
            assert statuses["visitor"] in (302, 405), row
            assert statuses["customer"] in (403, 405), row
        for nobody in ("suspended", "expired_token", "bare_key"):
            if (status := statuses.get(nobody, 401)) < 400:  # no more than anybody who comes by
                assert status == statuses["visitor"], row
        if "expired_token" in statuses and name.startswith("api:"):  # never taken for a visitor
            assert statuses["expired_token"] in (401, 404, 405), row
