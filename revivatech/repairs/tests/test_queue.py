"""The queue and the board: what is found, in which order, page by page, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.customers.models import Customer, CustomerDevice
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.repairs import actions, finding, search
from revivatech.repairs import statuses as s
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.factories import make_customer, make_device, make_device_model, make_repair

from .test_moves import at

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]


def many(shop: Location, count: int, **fields: object) -> list[Repair]:
    due = clock.now()
    urgencies = ("standard", "priority", "same_day")
    return [
        make_repair(
            location=shop,
            status="diagnosis",
            urgency=urgencies[number % 3],
            stage_due_at=due + timedelta(minutes=number // 4) if number % 5 else None,
            **fields,  # type: ignore[arg-type]
        )
        for number in range(count)
    ]


def test_pages_by_key_hold_every_repair_once_in_order(shop: Location, tess: User, actor: As) -> None:
    rows = many(shop, 2 * search.PAGE + 7)
    seen: list[Repair] = []
    key, sizes = "", []
    while True:
        found, key = search.page(search.Filters(), by=actor(tess), after=key)
        seen += found
        sizes.append(len(found))
        if not key:
            break
    assert sizes == [50, 50, 7]
    assert {row.pk for row in seen} == {row.pk for row in rows}
    rank = {"same_day": 0, "priority": 1, "standard": 2}
    far = clock.now() + timedelta(days=3650)
    assert [row.pk for row in seen] == [
        row.pk for row in sorted(rows, key=lambda row: (rank[row.urgency], row.stage_due_at or far, row.pk))
    ]


def test_a_full_last_page_leads_nowhere(shop: Location, tess: User, actor: As, sign_in: SignIn) -> None:
    many(shop, search.PAGE)
    found, key = search.page(search.Filters(), by=actor(tess))
    assert (len(found), key) == (search.PAGE, "")
    assert "Next page" not in sign_in(tess).get(reverse("repairs:queue")).content.decode()
    make_repair(location=shop)
    assert "Next page" in sign_in(tess).get(reverse("repairs:queue")).content.decode()


def test_a_repair_that_moved_between_two_pages_is_not_lost(shop: Location, tess: User, actor: As) -> None:
    rows = many(shop, search.PAGE + 5)
    first, key = search.page(search.Filters(), by=actor(tess))
    Repair.objects.filter(pk=first[-1].pk).update(status="cancelled")  # the row the key was made from is gone
    rest, _end = search.page(search.Filters(), by=actor(tess), after=key)
    assert {row.pk for row in first} | {row.pk for row in rest} == {row.pk for row in rows}


@pytest.mark.parametrize(
    "query",
    [
        {"after": "x"}, {"after": "1_2"}, {"after": "1_nan_3"}, {"after": "1_inf_3"}, {"after": f"{10**30}_1.0_{10**30}"},
        {"after": "٣_٣_٣"}, {"q": "a\x00b"}, {"q": "🔧" * 200}, {"q": "%_\\"}, {"location": "9" * 30}, {"location": "-1"},
        {"status": "nonsense"}, {"whose": "eve"}, {"urgency": "'"}, {"late": "yes"}, {"closed": "2"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["repairs:queue", "repairs:queue_now", "repairs:board", "repairs:board_now"])
def test_strange_addresses_still_open(
    name: str, query: dict[str, str], shop: Location, tess: User, sign_in: SignIn
) -> None:
    make_repair(location=shop)
    assert sign_in(tess).get(reverse(name), query).status_code == 200


def test_search_finds_by_all_a_person_might_know(shop: Location, tess: User, actor: As) -> None:
    model = make_device_model("iPhone 13 Pro Max")
    customer = make_customer("Zoë Brown", email="zoe@example.com", phone="+442079460958")
    device = make_device(customer, model=model, serial="C02XYZ", imei="490154203237518")
    wanted = make_repair(location=shop, customer=customer, device=device)
    make_repair(location=shop)

    def found(text: str) -> list[Repair]:
        return search.page(search.Filters(text=text), by=actor(tess))[0]

    bare = wanted.code.removeprefix("RT-")
    for text in (
        wanted.code, wanted.code.lower(), bare, "zoë", "brown zoë", "zoe@example.com", "020 7946 0958", "+44 20 7946 0958",
        "c02xyz", "490154203237518", "iphone 13", "apple zoë", bare[:4],
    ):  # fmt: skip
        assert found(text) == [wanted], text
    for text in ("zoë green", "c02", "RT-0000000"):
        assert found(text) == [], text


def test_a_row_shows_each_change_at_once(shop: Location, tess: User, sign_in: SignIn) -> None:
    zoe = make_customer("Zoë")
    repair = make_repair(location=shop, status="booked", customer=zoe, device=make_device(zoe, described="Old phone"))
    staff = sign_in(tess)

    def row() -> str:
        return staff.get(reverse("repairs:queue")).text.partition("<tbody>")[2].partition("</tbody>")[0]

    assert "Old phone" in row()
    CustomerDevice.objects.update(described="Very old phone")
    assert "Very old phone" in row()
    Customer.objects.filter(pk=repair.customer_id).update(name="Zoë Green")
    assert "Zoë Green" in row()
    due = clock.now() + timedelta(minutes=30)
    for change, shown in (
        ({"assigned_to": tess}, str(tess)),
        ({"urgency": "same_day"}, "Same day"),
        ({"status": "diagnosis"}, str(s.STATUSES["diagnosis"].label)),
        ({"stage_due_at": due}, "Due soon"),
        ({"stage_due_at": due - timedelta(hours=2)}, "Late"),
        ({"version": 77}, f"{repair.code}:77"),
    ):
        assert shown not in row()
        Repair.objects.filter(pk=repair.pk).update(**change)
        assert shown in row()


@pytest.mark.parametrize(("few", "listed"), [(100, 3_000), (1, 3_000), (1, 1), (0, 3_000), (0, 0)])
def test_common_words_find_the_same_as_rare_ones(
    few: int, listed: int, shop: Location, olga: User, actor: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "FEW", few)
    monkeypatch.setattr(finding, "LISTED", listed)
    models = [
        make_device_model(name) for name in ("MacBook Pro 14-inch", "MacBook Pro 16-inch", "MacBook Air", "iPhone Max")
    ]
    people = [
        make_customer(name, email=f"{name.split()[0]}@x.example") for name in ("Max Smith", "Max Book", "Ann Smith")
    ]
    told: dict[Repair, str] = {}
    for number, person in enumerate(people, 2958):  # by letters on the keys "serial-2958 max" is a telephone number
        for model in models:
            device = make_device(person, model=model)
            repair = make_repair(location=shop, customer=person, device=device, code=f"RT-{len(told):07}")
            told[repair] = f"{person.name} {person.email} {model} {repair.code}".casefold()
        device = make_device(person, described="A pro camera of Smith", serial=f"SERIAL-{number}")
        repair = make_repair(location=shop, customer=person, device=device, code=f"RT-{len(told):07}")
        told[repair] = f"{person.name} {person.email} {device.described} {device.serial} {repair.code}".casefold()
    for text in (
        "macbook", "macbook pro", "macbook pro 14-inch", "pro max", "max", "max smith", "smith macbook", "smith pro air",
        "max iphone", "macbook iphone", "ann iphone max", "apple macbook", "book", "pro smith", "qqq macbook", "serial-2958 max",
    ):  # fmt: skip
        shown, _next, counts = search.page_and_counts(search.Filters(text=text), by=actor(olga))
        wanted = {repair.pk for repair, words in told.items() if all(word in words for word in text.split())}
        assert {line.pk for line in shown} == wanted, text
        assert sum(counts.values()) == len(wanted), text


def test_a_whole_code_goes_straight_to_its_repair(
    shop: Location, manchester: Location, tess: User, sign_in: SignIn
) -> None:
    here, there = (
        make_repair(location=shop, status="completed", outcome="repaired", completed_at=clock.now()),
        make_repair(location=manchester),
    )
    answer = sign_in(tess).get(reverse("repairs:queue"), {"q": here.code.lower()})
    assert (answer.status_code, answer["Location"]) == (302, reverse("repairs:show", args=[here.code]))
    assert sign_in(tess).get(reverse("repairs:queue"), {"q": there.code}).status_code == 200


def test_filters(shop: Location, manchester: Location, tess: User, olga: User, actor: As) -> None:
    mine = make_repair(location=shop, status="diagnosis", assigned_to=tess)
    late = make_repair(location=shop, status="repair_work", stage_due_at=clock.now() - timedelta(minutes=1))
    hurry = make_repair(location=manchester, status="booked", urgency="same_day")
    closed = at("cancelled", shop)

    def found(by: User = olga, **query: str) -> set[Repair]:
        return set(search.page(search.Filters.read(query), by=actor(by))[0])

    assert found() == {mine, late, hurry}
    assert found(tess) == {mine, late}
    assert found(tess, whose="mine") == {mine}
    assert found(whose="nobody") == {late, hurry}
    assert found(late="1") == {late}
    assert found(urgency="same_day") == {hurry}
    assert found(location=str(manchester.pk)) == {hurry}
    assert found(status="diagnosis") == {mine}
    assert found(status="cancelled") == {closed}
    assert found(closed="1") == {mine, late, hurry, closed}
    assert found(tess, location=str(manchester.pk)) == set()


def test_counts_follow_the_other_filters(shop: Location, manchester: Location, tess: User, actor: As) -> None:
    for status in ("diagnosis", "diagnosis", "repair_work"):
        make_repair(location=shop, status=status)
    make_repair(location=shop, status="diagnosis", assigned_to=tess)
    make_repair(location=manchester, status="diagnosis")
    by = actor(tess)
    every = search.counts(search.Filters(), by=by)
    assert {key: number for key, number in every.items() if number} == {"diagnosis": 3, "repair_work": 1}
    assert search.counts(search.Filters(status="repair_work"), by=by) == every
    assert search.counts(search.Filters(whose="mine"), by=by)["diagnosis"] == 1


def queries_of(client: Client, address: str) -> int:
    client.get(address)  # the first answer also fills caches of the process
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("name", ["repairs:queue", "repairs:queue_now", "repairs:board", "repairs:board_now"])
def test_as_many_queries_for_thirty_rows_as_for_one(
    name: str, shop: Location, tess: User, mona: User, sign_in: SignIn
) -> None:
    model = make_device_model()
    client = sign_in(tess)

    def add() -> None:
        for status in s.OPEN:
            customer = make_customer()
            repair = at(status, shop)
            Repair.objects.filter(pk=repair.pk).update(
                customer=customer, device=make_device(customer, model=model), assigned_to=mona
            )

    add()
    few = queries_of(client, reverse(name))
    add()
    add()
    assert queries_of(client, reverse(name)) == few
    assert few <= (18 if "queue" in name else 24)


def test_pages_of_one_repair_do_not_ask_more_as_it_grows(
    shop: Location, tess: User, alice: User, sign_in: SignIn, actor: As
) -> None:
    repair = make_repair(location=shop, customer=alice.customer, status="diagnosis", agreed_pence=100)
    staff, customer, visitor = sign_in(tess), sign_in(alice), Client()
    pages = [
        (staff, reverse("repairs:show", args=[repair.code]), 32),
        (staff, reverse("repairs:show_now", args=[repair.code]), 32),
        (visitor, reverse("repairs:track", args=[repair.token]), 14),
        (visitor, reverse("repairs:track_now", args=[repair.token]), 14),
        (customer, reverse("repairs:portal_track", args=[repair.code]), 23),
        (customer, reverse("repairs:portal"), 16),
    ]
    actions.add_note(repair.code, body="One", for_customer=True, by=actor(tess))
    before = [queries_of(client, address) for client, address, _most in pages]
    for number in range(8):
        actions.add_note(repair.code, body=f"Note {number}", for_customer=bool(number % 2), by=actor(tess))
        make_repair(location=shop, customer=alice.customer, status="diagnosis")
    actions.move(repair.code, "repair_work", by=actor(tess))
    actions.move(repair.code, "quality_check", by=actor(tess))
    after = [queries_of(client, address) for client, address, _most in pages]
    assert all(now <= then for now, then in zip(after, before, strict=True)), (before, after)
    assert all(number <= most for number, (_client, _address, most) in zip(before, pages, strict=True)), before
