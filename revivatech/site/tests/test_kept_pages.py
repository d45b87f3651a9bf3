"""Visitors' pages in memory: the same bytes until something they show changes, and nobody else's page for anybody."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from django.db import connection
from django.test import Client

from revivatech.accounts.models import User
from revivatech.catalogue.models import PriceRule
from revivatech.platform.web.compression import zstd
from revivatech.shop.models import Business, Location
from revivatech.site.changes import MANY, TABLES, changes
from revivatech.testing.booking import make_service
from revivatech.testing.factories import make_device_model

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keeping(settings: Any) -> None:
    settings.KEEP_PAGES = 0.0


def test_one_question_a_page_until_it_changes(
    shop: Location, client: Client, django_assert_max_num_queries: Any
) -> None:
    make_service("screen", pence=15000)
    model = make_device_model("iPhone 13", year=2021)
    path = f"/devices/{model.brand.slug}/{model.slug}/"
    first = client.get(path)
    with django_assert_max_num_queries(1):
        again = client.get(path)
    assert again.text == first.text
    assert "£150" in again.text
    PriceRule.objects.update(price_pence=17500)
    assert "£175" in client.get(path).text
    Business.objects.update(name="Tooley Street Repairs")
    assert "Tooley Street Repairs" in client.get(path).text


def test_validators(shop: Location, client: Client) -> None:
    page = client.get("/")
    assert page["Cache-Control"] == "public, no-cache"
    assert {name.strip() for name in page["Vary"].split(",")} == {"Cookie", "Accept-Encoding"}
    same = client.get("/", headers={"If-None-Match": page["ETag"]})
    assert (same.status_code, same.content, same["ETag"], same["Vary"]) == (304, b"", page["ETag"], page["Vary"])
    Business.objects.update(name="Tooley Street Repairs")
    other = client.get("/", headers={"If-None-Match": page["ETag"]})
    assert other.status_code == 200
    assert other["ETag"] != page["ETag"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, br, zstd", "zstd"), ("gzip, br", "br"), ("gzip, zstd;q=0", "gzip"), ("br;q=0.0", ""), ("", "")],
)
def test_encodings(shop: Location, client: Client, accepted: str, encoding: str) -> None:
    opened = {"zstd": zstd.decompress, "br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
    for path in ("/", "/how-it-works/", "/search/?q=ip"):
        answer = client.get(path, headers={"Accept-Encoding": accepted})
        assert answer.get("Content-Encoding", "") == encoding
        assert answer["Content-Length"] == str(len(answer.content))
        assert b"</html>" in opened[encoding](answer.content)


def test_who_is_known_gets_a_page_of_their_own(shop: Location, client: Client, sign_in: SignIn, olga: User) -> None:
    public = client.get("/").text
    own = sign_in(olga).get("/", headers={"Accept-Encoding": "zstd, br, gzip"})
    assert (own["Cache-Control"], own["Content-Encoding"], "ETag" in own) == ("private, no-store", "gzip", False)
    assert "Sign out" in gzip.decompress(own.content).decode()
    assert client.get("/").text == public
    assert "Sign out" not in public
    client.cookies["language"] = "pt"
    assert client.get("/").status_code == 302
    assert client.get("/prices/")["ETag"] == Client().get("/prices/")["ETag"] != client.get("/pt/prices/")["ETag"]
    form = client.get("/contact/")  # its token is the visitor's own
    assert "ETag" not in form
    assert client.get("/contact/").text != form.text


def test_each_table_that_is_shown_tells_of_changes(db: None) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            before = changes()
            cursor.execute(f"DELETE FROM {table} WHERE false")
            assert changes() != before, table
        cursor.execute("INSERT INTO site_change SELECT FROM generate_series(1, %s)", [MANY])
    last = changes()[1]
    assert changes() == (1, last)
