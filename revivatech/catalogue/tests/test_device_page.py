"""The public page of a device, and where the addresses of merged ones lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from revivatech.accounts.models import User
from revivatech.catalogue import actions
from revivatech.platform.actors import Actor
from revivatech.shop.models import Location
from revivatech.testing.catalogue import make_listed_model, make_rule

pytestmark = pytest.mark.django_db


def test_prices_of_today(shop: Location, client: Client, django_assert_max_num_queries: Any) -> None:
    make_listed_model("iPhone 13")
    make_rule("screen", 15000)
    make_rule("liquid_damage", 20000, from_price=True)
    with django_assert_max_num_queries(8):
        page = client.get("/devices/apple/iphone-13/")
    assert page.status_code == 200
    assert "£150.00" in page.text
    assert "from £200.00" in page.text
    assert page.text.count("we quote") == 10  # every other service we do for telephones
    assert "HDMI" not in page.text
    assert "£0.00" not in page.text


def test_the_address_of_a_merged_device_leads_on(
    shop: Location, client: Client, mona: User, actor: Callable[[User], Actor]
) -> None:
    keep, gone = make_listed_model("iPhone 13"), make_listed_model("iPhone Thirteen")
    actions.merge_model(gone.pk, into=keep.pk, by=actor(mona))
    answer = client.get("/devices/apple/iphone-thirteen/")
    assert (answer.status_code, answer["Location"]) == (301, "/devices/apple/iphone-13/")
    actions.hide_model(keep.pk, by=actor(mona))
    assert client.get("/devices/apple/iphone-thirteen/").status_code == 404
    assert client.get("/devices/apple/iphone-13/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/devices/apple/none/", "/devices/none/iphone-13/", "/devices/x/%00/", "/devices/x/' OR 1/"]
)
def test_unknown_addresses(path: str, shop: Location, client: Client) -> None:
    assert client.get(path).status_code == 404
