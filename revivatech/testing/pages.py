"""Every page of the product as its readers get it: for the outside judges (axe, the HTML checker) and whoever walks them all."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from django.test import Client

from revivatech.accounts.models import User
from revivatech.booking.tests.walk import Walker
from revivatech.platform import clock
from revivatech.repairs.models import Outcome
from revivatech.shop.steps import STEPS

from .booking import next_opening
from .factories import make_repair
from .world import Hand, World, all_routes

TABLE = Path(__file__).parent.parent / "platform" / "tests" / "routes.csv"
# Who opens a page that several may open: of the staff the manager first, who is shown the most.
READERS = ("visitor", "customer", "manager", "owner", "front_desk", "technician")
WIZARD = "wizard"  # a visitor whose booking is filled in up to the last step
SETTINGS = ("business", "tax", "policies", "terms", "mail")
OF_A_LOCATION = ("location", "hours", "slots", "closures")


class Sight(NamedTuple):
    who: str
    address: str
    html: str


def walk_all(world: World, people: Mapping[str, User | None]) -> tuple[list[Sight], Walker]:
    """Each whole HTML page once, and the visitor who has answered every step of a booking."""
    walker = Walker(world.ours.location)
    walker.to_confirm(next_opening(world.ours.location, days=2, hour=14))
    hands = {who: Hand(user) for who, user in people.items()} | {WIZARD: Hand()}
    hands[WIZARD].client, hands[WIZARD].start = walker.client, dict(walker.client.cookies)
    seen: dict[tuple[str, str], Sight] = {}
    for who, address in _addresses(world):
        answer = hands[who]("GET", address)
        if answer.get("Content-Type", "").startswith("text/html") and answer.content[:9].lower() == b"<!doctype":
            seen[who, address] = Sight(who, address, answer.content.decode())
    return list(seen.values()), walker


def refusals(world: World, people: Mapping[str, User | None]) -> list[Sight]:
    """What each form answers when it is sent empty."""
    hands = {who: Hand(user) for who, user in people.items()}
    by_name = {(route.name, route.pattern): route for route in all_routes()}
    sights = []
    for row in _rows("POST"):
        who = next((who for who in READERS if row[who] == "422"), None)
        if who is not None:
            address = world.address(by_name[row["name"], row["route"]])
            answer = hands[who]("POST", address)
            if answer.content[:9].lower() == b"<!doctype":
                sights.append(Sight(who, f"POST {address}", answer.content.decode()))
    return sights


def _addresses(world: World) -> Iterator[tuple[str, str]]:
    by_name = {(route.name, route.pattern): route for route in all_routes()}
    for row in _rows("GET"):
        who = next((who for who in READERS if row[who] == "200"), None)
        ours = not row["route"].startswith("api/")  # its documentation is drawn by a library
        if who is not None and ours and (row["name"], row["route"]) in by_name:
            yield who, world.address(by_name[row["name"], row["route"]])
    for step in ("device/1", "issue/1", "hand-over", "price", "details", "confirm"):
        yield WIZARD, f"/book/{step}/"
    for part in SETTINGS:
        yield "owner", f"/workbench/settings/{part}/"
    for part in OF_A_LOCATION:
        yield "owner", f"/workbench/settings/locations/{world.ours.location.pk}/{part}/"
    for question in STEPS:
        yield "owner", f"/setup/{question.key}/"
    for status in ("diagnosis", "awaiting_approval", "quality_check", "ready_for_pickup", "completed"):
        done: dict[str, Any] = (
            {"outcome": Outcome.REPAIRED, "completed_at": clock.now()} if status == "completed" else {}
        )
        repair = make_repair(location=world.ours.location, customer=world.ours.customer, status=status, **done)
        yield "manager", f"/workbench/repairs/{repair.code}/"
        yield "visitor", f"/track/{repair.token}/"
    yield "visitor", "/nowhere/"
    yield "technician", "/workbench/settings/"  # refused, and told why


def _rows(method: str) -> list[dict[str, str]]:
    with TABLE.open(newline="") as handle:
        return [row for row in csv.DictReader(handle) if row["method"] == method]


def cookies_of(client: Client, url: str) -> list[dict[str, str]]:
    """What a browser needs to go on where the test client was."""
    return [{"name": cookie.key, "value": cookie.value, "url": url} for cookie in client.cookies.values()]
