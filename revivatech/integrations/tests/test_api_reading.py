"""Reading over the API: the catalogue, times, prices; and whose repairs and bookings anybody sees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.shop.models import Location
from revivatech.testing.api import ApiCaller, as_person
from revivatech.testing.booking import make_service
from revivatech.testing.catalogue import make_listed_model
from revivatech.testing.factories import make_repair


def test_a_device_is_found_and_its_services_are_priced(shop: Location) -> None:
    make_service("battery", pence=8000)
    model = make_listed_model("iPhone 13", year="2021")
    found = ApiCaller().get("/api/v1/devices", q="iphnoe 13").json()
    assert [row["id"] for row in found["items"]] == [model.pk]
    assert found["next"] is None
    services = ApiCaller().get("/api/v1/services", device=model.pk).json()["items"]
    battery = next(row for row in services if row["key"] == "battery")
    assert [(one["amount_pence"], one["priced"]) for one in battery["choices"]] == [(8000, True)]


def test_a_list_is_read_page_by_page_without_gaps(shop: Location) -> None:
    made = [make_listed_model(f"Phone {number}").pk for number in range(5)]
    read: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ApiCaller().get("/api/v1/devices", limit=2, cursor=cursor).json()
        assert len(page["items"]) <= 2
        read += [row["id"] for row in page["items"]]
        cursor = page["next"]
    assert read == sorted(made, reverse=True)


def test_free_times_are_those_of_the_diary(shop: Location) -> None:
    first = clock.now().date() + timedelta(days=3)
    answer = ApiCaller().get("/api/v1/slots", **{"location": shop.pk, "from": first, "to": first + timedelta(days=2)})
    assert answer.status_code == 200
    assert answer.json()["items"]
    assert answer.json()["items"][0]["starts_at"].endswith("Z")


def test_customers_see_their_own_repairs_and_staff_those_of_their_locations(
    shop: Location, manchester: Location, alice: User, bob: User, tess: User, olga: User
) -> None:
    ours = make_repair(location=shop, customer=alice.customer)
    theirs = make_repair(location=manchester, customer=bob.customer)

    def seen(who: User) -> set[str]:
        return {row["code"] for row in as_person(who).get("/api/v1/repairs").json()["items"]}

    assert seen(alice) == {ours.code}
    assert seen(bob) == {theirs.code}
    assert seen(tess) == {ours.code}
    assert seen(olga) == {ours.code, theirs.code}
    assert ApiCaller().get("/api/v1/repairs").status_code == 401
    for stranger in (bob, alice):
        other = ours if stranger is bob else theirs
        for part in ("", "/notes", "/files", "/checklists", "/warranty", "/quotes"):
            assert as_person(stranger).get(f"/api/v1/repairs/{other.code}{part}").status_code == 404


def test_customers_do_not_read_what_is_for_colleagues(shop: Location, alice: User, tess: User) -> None:
    repair = make_repair(location=shop, customer=alice.customer, status="diagnosis")
    repair.storage_place = "Shelf 4"
    repair.save()
    for_all = as_person(tess).post(f"/api/v1/repairs/{repair.code}/notes", {"body": "Hello", "for_customer": True})
    inside = as_person(tess).post(f"/api/v1/repairs/{repair.code}/notes", {"body": "Careful"})
    assert (for_all.status_code, inside.status_code) == (201, 201)
    hers = as_person(alice).get(f"/api/v1/repairs/{repair.code}").json()
    assert (hers["storage_place"], hers["assigned_to"], hers["moves"]) == (None, None, [])
    assert [note["body"] for note in as_person(alice).get(f"/api/v1/repairs/{repair.code}/notes").json()["items"]] == [
        "Hello"
    ]
    ours = as_person(tess).get(f"/api/v1/repairs/{repair.code}").json()
    assert ours["storage_place"] == "Shelf 4"
    assert "repair_work" in ours["moves"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/devices?cursor=%00", 422),
        ("/api/v1/devices?cursor=abc", 422),
        ("/api/v1/devices?q=%00", 422),
        ("/api/v1/services?device=0", 422),
        ("/api/v1/services?device=99", 404),
        ("/api/v1/nothing", 404),
        ("/api/v1/repairs/RT-000", 401),
        ("/api/v1/bookings/" + "a" * 32, 404),
    ],
)
def test_problems_are_problem_json(shop: Location, path: str, status: int) -> None:
    answer = ApiCaller().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert answer.json()["code"]


def test_the_reference_and_the_description_are_open_and_load_nothing_from_elsewhere(db: None) -> None:
    page = ApiCaller().get("/api/v1/docs")
    assert page.status_code == 200
    assert "/api/v1/repairs/{code}/moves" in page.content.decode()
    assert "http://" not in page.content.decode().replace("http://localhost:3010", "").replace("http://www.w3.org", "")
    assert ApiCaller().get("/api/v1/openapi.json").json()["openapi"] == "3.1.0"
