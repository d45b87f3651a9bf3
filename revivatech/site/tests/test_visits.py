"""Counts of pages and steps: right, nobody's, and none of who does not want to be counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from revivatech.accounts.models import User
from revivatech.booking.tests.walk import Walker
from revivatech.shop.models import Location
from revivatech.site.models import Visits
from revivatech.testing.booking import make_service

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counting(settings: Any) -> None:
    settings.COUNT_VISITS, settings.KEEP_PAGES = 0.0, 0.0


def counts() -> dict[str, int]:
    return dict(Visits.objects.values_list("name", "count"))


def test_pages_are_counted_kept_or_not(shop: Location, client: Client, sign_in: SignIn, alice: User) -> None:
    etag = client.get("/how-it-works/")["ETag"]
    client.get("/how-it-works/", headers={"If-None-Match": etag})
    sign_in(alice).get("/how-it-works/")
    client.get("/pt/how-it-works/")
    client.get("/no-such-page/")
    client.get("/accounts/login/")
    assert counts() == {"/how-it-works/": 3, "/pt/how-it-works/": 1}
    assert {field.name for field in Visits._meta.get_fields()} == {"id", "day", "name", "count"}


@pytest.mark.parametrize(
    "headers",
    [
        {"DNT": "1"},
        {"Sec-GPC": "1"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Sec-Fetch-Mode": "cors"},
        {"User-Agent": "ExampleBot/2.0"},
    ],
)
def test_who_is_not_counted(shop: Location, client: Client, headers: dict[str, str]) -> None:
    client.get("/how-it-works/", headers=headers)
    assert counts() == {}


def test_staff_are_not_counted_and_read_the_counts(
    shop: Location, client: Client, sign_in: SignIn, olga: User, fred: User
) -> None:
    make_service("screen", pence=15000)
    walker = Walker(shop, client)
    client.get("/book/device/")
    walker.to_confirm(None, line1="1 High Street", town="London", postcode="SE1 2SZ")
    assert sign_in(fred).get("/workbench/visits/").status_code == 403
    owner = sign_in(olga)
    assert "Nothing counted yet" not in owner.get("/workbench/visits/?days=7").text
    owner.get("/")
    steps = dict.fromkeys(("begun", "device", "issue", "hand-over", "price", "details"), 1)
    assert counts() == {f"book:{name}": times for name, times in steps.items()}
    walker.confirm()
    assert counts()["book:confirm"] == 1
    assert ',"book:confirm",1\r\n' in owner.get("/workbench/visits/?format=csv").text
