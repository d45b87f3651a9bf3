"""Every address of the product, opened by everybody: `routes.csv` says what each of them gets, row by row.

A new route needs a row. `UPDATE_ROUTES=1 .venv/bin/pytest -n0 revivatech/platform/tests/test_web_routes.py` writes the table anew;
read its diff: a status that changed is a permission that changed.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from revivatech.accounts.models import User
from revivatech.shop.models import Location
from revivatech.testing.world import Hand, World, all_routes, make_world

TABLE = Path(__file__).with_name("routes.csv")
WHO = ("visitor", "customer", "technician", "front_desk", "manager", "owner")
HEAD = ("name", "route", "method", *WHO)
Rows = dict[tuple[str, str, str], dict[str, str]]


@pytest.fixture
def world(alice: User, bob: User, olga: User, tess: User, shop: Location, manchester: Location) -> World:
    return make_world(alice=alice, bob=bob, olga=olga, tess=tess, london=shop, manchester=manchester)


@pytest.fixture
def hand_of(world: World, alice: User, tess: User, fred: User, mona: User, olga: User) -> Callable[[str], Hand]:
    """The customer is Alice, whose things the addresses name; the staff work at London, where those things are."""
    people = dict(zip(WHO, (None, alice, tess, fred, mona, olga), strict=True))
    return lambda who: Hand(people[who])


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
    """GET, and POST of an empty form; after each, the database is as before."""
    send = hand_of(who)
    found = {
        (route.name, route.pattern, method): str(send(method, world.address(route)).status_code)
        for route in all_routes()
        for method in ("GET", "POST")
    }
    if os.environ.get("UPDATE_ROUTES"):
        write_column(who, found)
    expected = {key: row[who] for key, row in read_table().items()}
    assert {key: found[key] for key in sorted(found.keys() - expected.keys())} == {}, "routes without a row"
    assert expected.keys() - found.keys() == set(), "rows without a route"
    assert {key: got for key, got in found.items() if got != expected[key]} == {}


def test_the_table_lets_nobody_in_by_accident() -> None:
    """What is true of all rows, whoever wrote them."""
    for (name, route, _method), row in read_table().items():
        statuses = {who: int(row[who]) for who in WHO}
        # Readiness is not ready in tests, where no worker and no hub run.
        assert max(statuses.values()) < 500 or name == "health_ready", row
        if route.startswith(("workbench/", "setup/")):
            assert statuses["visitor"] in (302, 405), row
            assert statuses["customer"] in (403, 405), row
