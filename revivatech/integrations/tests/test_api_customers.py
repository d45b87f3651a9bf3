"""Customers over the API: found, read, merged after a look at both, and parted again."""

from __future__ import annotations

from typing import Any

import pytest

from revivatech.accounts.models import User
from revivatech.customers.models import Customer, CustomerDevice, Merge
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.api import as_person
from revivatech.testing.factories import make_customer, make_device, make_repair

HERE = "/api/v1/customers"


@pytest.fixture
def pair(shop: Location) -> tuple[Customer, Customer]:
    """Ana, twice; the second has a repair and a telephone number."""
    keep = make_customer("Ana", email="ana@example.com", phone="")
    other = make_customer("Ana", email="ana@example.com", phone="+442071234567", company="Ana Ltd")
    make_repair(location=shop, customer=other)
    return keep, other


def test_customers_are_found_and_read(pair: tuple[Customer, Customer], fred: User) -> None:
    keep, other = pair
    api = as_person(fred)
    assert [row["id"] for row in api.get(HERE, q="ana ltd").json()["items"]] == [other.pk]
    page = api.get(HERE, q="ana@example.com", limit=1).json()
    rest = api.get(HERE, q="ana@example.com", limit=1, cursor=page["next"]).json()
    assert [row["id"] for row in page["items"] + rest["items"]] == [other.pk, keep.pk]
    one = api.get(f"{HERE}/{other.pk}").json()
    assert (one["phone"], one["company"], one["has_account"]) == ("+442071234567", "Ana Ltd", False)
    assert len(api.get(f"{HERE}/{other.pk}/devices").json()["items"]) == other.devices.count()
    assert [row["id"] for row in api.get(f"{HERE}/{keep.pk}/duplicates").json()["customers"]] == [other.pk]


def test_a_merge_is_previewed_made_and_undone(pair: tuple[Customer, Customer], fred: User) -> None:
    keep, other = pair
    api = as_person(fred)
    preview = api.get(f"{HERE}/{keep.pk}/merge-previews/{other.pk}").json()
    assert preview["refused"] == ""
    stale = api.post(f"{HERE}/{keep.pk}/merges", {"other": other.pk, "seen": "old"})
    assert (stale.status_code, Merge.objects.count()) == (409, 0)
    merged = api.post(f"{HERE}/{keep.pk}/merges", {"other": other.pk, "seen": preview["seen"]})
    assert (merged.status_code, merged.json()["phone"]) == (201, "+442071234567")
    assert Repair.objects.get().customer_id == keep.pk
    assert api.get(f"{HERE}/{other.pk}").json()["id"] == keep.pk
    (stands,) = api.get(f"{HERE}/{keep.pk}/merges").json()["items"]
    assert (stands["about"], stands["other"]) == ("customer", other.pk)
    undone = api.post(f"{HERE}/{keep.pk}/merges/{stands['id']}/reversal")
    assert (undone.status_code, undone.json()["items"]) == (200, [])
    assert Repair.objects.get().customer_id == other.pk
    again = api.post(f"{HERE}/{keep.pk}/merges/{stands['id']}/reversal")
    assert (again.status_code, again.json()["code"]) == (409, "changed_since_merge")


def test_two_devices_become_one(fred: User) -> None:
    ana = make_customer("Ana")
    keep, other = (make_device(ana, category="smartphone", described="Fairphone 5") for _number in range(2))
    api = as_person(fred)
    (twins,) = api.get(f"{HERE}/{ana.pk}/duplicates").json()["devices"]
    assert (twins["keep"]["id"], twins["other"]["id"]) == (keep.pk, other.pk)
    made = api.post(f"{HERE}/{ana.pk}/device-merges", {"keep": keep.pk, "other": other.pk})
    assert (made.status_code, made.json()["id"]) == (201, keep.pk)
    assert [row.pk for row in CustomerDevice.objects.filter(customer=ana)] == [keep.pk]


def test_customers_read_their_own_profile_and_nobody_elses(
    pair: tuple[Customer, Customer], alice: User, tess: User, eve: User
) -> None:
    keep, other = pair
    assert [row["id"] for row in as_person(alice).get(HERE).json()["items"]] == [alice.customer.pk]
    assert as_person(alice).get(f"{HERE}/{alice.customer.pk}").json()["flags"] == []
    changes: tuple[tuple[str, dict[str, Any]], ...] = (
        ("merges", {"other": other.pk, "seen": "x"}), ("device-merges", {"keep": 1, "other": 2}),
        ("merges/1/reversal", {}),
    )  # fmt: skip
    for who in (alice, eve):
        for part in ("", "/devices"):
            assert as_person(who).get(f"{HERE}/{keep.pk}{part}").status_code == 404, (who, part)
        for part in ("/duplicates", "/merges", f"/merge-previews/{other.pk}"):
            assert as_person(who).get(f"{HERE}/{keep.pk}{part}").status_code == 403, (who, part)
    for who in (alice, eve, tess):
        for part, body in changes:
            assert as_person(who).post(f"{HERE}/{keep.pk}/{part}", body).status_code == 403, (who, part)
    assert Merge.objects.count() == 0
