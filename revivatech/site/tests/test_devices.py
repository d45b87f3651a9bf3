"""From all devices down to one model: the addresses, the prices, what engines are told, and where merged models lead."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from revivatech.accounts.models import User
from revivatech.catalogue import actions
from revivatech.catalogue.models import Family
from revivatech.platform.actors import Actor
from revivatech.shop.models import Location
from revivatech.site.pricelist import Lowest, by_service, price_list
from revivatech.testing.catalogue import make_listed_model, make_rule

pytestmark = pytest.mark.django_db
MODEL = "/devices/apple/iphone-13/"


def graph(page: str) -> list[dict[str, Any]]:
    """The page's JSON-LD; nothing in the block may look like markup."""
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert not set("<>&") & set(block)
    stored = json.loads(block)
    assert stored["@context"] == "https://schema.org"
    return list(stored["@graph"])


def test_prices_of_today(shop: Location, client: Client, django_assert_max_num_queries: Any) -> None:
    make_listed_model("iPhone 13", identifiers="A2633|A2482", year="2021")
    make_rule("screen", 15000)
    make_rule("screen", 22000, quality="original")
    make_rule("liquid_damage", 20000, from_price=True)
    client.get(MODEL)  # whatever is read once a process
    with django_assert_max_num_queries(24):
        page = client.get(MODEL)
    assert page.status_code == 200
    assert "Original part" in page.text
    assert [price in page.text for price in ("£150.00", "£220.00", "£200.00")] == [True] * 3
    assert "A2633, A2482" in page.text
    assert "Also done, with a quote first" in page.text
    assert "HDMI" not in page.text
    assert "£0.00" not in page.text


def test_engines_are_told_what_the_page_says(shop: Location, client: Client) -> None:
    make_listed_model("iPhone 13")
    make_rule("screen", 15000)
    make_rule("screen", 22000, quality="original")
    make_rule("battery", 8000)
    page = client.get(MODEL).text
    offers = {row["serviceType"]: row["offers"] for row in graph(page) if row["@type"] == "Service"}
    assert offers["Battery"]["@type"] == "Offer"
    assert offers["Battery"]["price"] == "80.00"
    assert (offers["Screen"]["lowPrice"], offers["Screen"]["highPrice"]) == ("150.00", "220.00")
    assert {row["priceCurrency"] for row in offers.values()} == {"GBP"}
    (crumbs,) = [row["itemListElement"] for row in graph(page) if row["@type"] == "BreadcrumbList"]
    assert [row["name"] for row in crumbs] == ["Devices", "Smartphones", "Apple", "iPhone", "iPhone 13"]
    assert crumbs[-1]["item"] == f"http://localhost:3010{MODEL}"
    assert f'<link rel="canonical" href="http://localhost:3010{MODEL}">' in page


def test_a_page_without_a_price_is_not_for_engines(shop: Location, client: Client) -> None:
    make_listed_model("iPhone 13")
    make_rule("keyboard", 9000)
    answer = client.get(MODEL)
    assert answer["X-Robots-Tag"] == "noindex"
    assert "We quote for this device" in answer.text
    make_rule("screen", 15000)
    assert "X-Robots-Tag" not in client.get(MODEL)


def test_the_way_down(shop: Location, client: Client) -> None:
    make_listed_model("iPhone 13")
    make_listed_model("iPhone 14")
    make_listed_model("Galaxy S21", brand="Samsung", family="Galaxy S", hidden="yes")
    make_rule("screen", 15000)
    family = Family.objects.get(slug="iphone")
    ways = ["/devices/", "/devices/smartphone/", "/devices/apple/", f"/devices/apple/smartphone/{family.slug}/", MODEL]
    for way, below in pairwise(ways):
        page = client.get(way)
        assert page.status_code == 200
        assert f'href="{below}' in page.text
        assert "Samsung" not in page.text
    assert client.get("/devices/samsung/").status_code == 404
    assert client.get("/devices/samsung/smartphone/galaxy-s/").status_code == 404


def test_a_family_of_one_is_left_out(shop: Location, client: Client) -> None:
    make_listed_model("iPhone 13")
    assert client.get("/devices/apple/smartphone/iphone/")["X-Robots-Tag"] == "noindex"
    make_listed_model("iPhone 14")
    assert "X-Robots-Tag" not in client.get("/devices/apple/smartphone/iphone/")


def test_the_address_of_a_merged_device_leads_on(
    shop: Location, client: Client, mona: User, actor: Callable[[User], Actor]
) -> None:
    keep, gone = make_listed_model("iPhone 13"), make_listed_model("iPhone Thirteen")
    actions.merge_model(gone.pk, into=keep.pk, by=actor(mona))
    answer = client.get("/devices/apple/iphone-thirteen/")
    assert (answer.status_code, answer["Location"]) == (301, MODEL)
    actions.hide_model(keep.pk, by=actor(mona))
    assert client.get("/devices/apple/iphone-thirteen/").status_code == 404
    assert client.get(MODEL).status_code == 404


def test_the_address_below_another_brand_leads_on(shop: Location, client: Client) -> None:
    make_listed_model("Versa 4", category="wearable", brand="Google", family="Fitbit")
    make_listed_model("Charge 6", category="wearable", brand="Fitbit", family="Charge")
    answer = client.get("/devices/fitbit/versa-4/")
    assert (answer.status_code, answer["Location"]) == (301, "/devices/google/versa-4/")
    assert client.get("/devices/nobody/versa-4/").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/devices/apple/none/", "/devices/none/iphone-13/", "/devices/x/%00/", "/devices/x/' OR 1/", "/devices/none/",
        "/devices/none/smartphone/none/", "/services/none/", "/locations/none/", "/sitemaps/models-0.xml",
    ],
)  # fmt: skip
def test_unknown_addresses(path: str, shop: Location, client: Client) -> None:
    assert client.get(path).status_code == 404


def test_lowest_prices_know_narrow_rules_and_forget_hidden_devices(shop: Location) -> None:
    model, hidden = make_listed_model("iPhone 13"), make_listed_model("iPhone 5", hidden="yes")
    make_rule("screen", 15000)
    make_rule("screen", 9900, model=model)
    make_rule("screen", 100, model=hidden)
    make_rule("battery", 8000)
    prices = price_list()
    assert prices["smartphone"]["screen"] == Lowest(9900, True)
    assert prices["laptop"]["screen"] == Lowest(15000, False)
    assert prices["smartphone"]["battery"] == Lowest(8000, False)
    assert "battery" not in prices["desktop"]
    assert by_service(prices)["screen"] == Lowest(9900, True)


def test_card_is_a_picture_and_kept(shop: Location, client: Client, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    make_listed_model("iPhone 13")
    make_rule("screen", 15000)
    first = client.get(f"{MODEL}card.png")
    assert first["Content-Type"] == "image/png"
    assert first.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert client.get(f"/pt{MODEL}card.png").content != first.content
    kept = sorted((tmp_path / "cards").glob("model-*.png"))
    assert len(kept) == 2  # neither language drives out the other's
    assert client.get(f"{MODEL}card.png").content == first.content
    assert sorted((tmp_path / "cards").glob("model-*.png")) == kept
    cache.clear()
