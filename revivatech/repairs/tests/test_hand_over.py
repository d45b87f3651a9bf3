"""The hand-over: the right person, everything that was left with us, a way that can be followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.catalogue.pricing import DeviceAsk, IssueAsk, quote
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Invalid, Problem
from revivatech.repairs import actions
from revivatech.repairs.actions.hand_over import accessory_list, handover_code, to_pay
from revivatech.repairs.models import Handover, Repair
from revivatech.shop.models import Location
from revivatech.testing.api import as_person
from revivatech.testing.booking import make_service
from revivatech.testing.factories import make_repair

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]
LEFT = "Charger, blue case; SIM card\nCharger"


@pytest.fixture
def repair(shop: Location, tess: User, alice: User, actor: As) -> Repair:
    """Alice's, made ready by the verbs so that its visit to the counter has a code."""
    made = make_repair(
        location=shop, customer=alice.customer, status="final_testing", agreed_pence=15000, accessories=LEFT
    )
    return actions.mark_ready(made.code, outcome="repaired", by=actor(tess))


def wrong_code(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06d}"


ALL = ("Charger", "blue case", "SIM card")
WRONG: list[tuple[str, dict[str, Any], set[str]]] = [
    ("nobody said how", {"identity": ""}, {"identity"}),
    ("an invented way", {"identity": "nice face"}, {"identity"}),
    ("a wrong code", {"identity": "code", "given_code": "wrong"}, {"given_code"}),
    ("no code", {"identity": "code", "given_code": ""}, {"given_code"}),
    ("delivered to nobody known", {"method": "delivered", "identity": ""}, {"identity"}),
    ("thrown", {"method": "thrown"}, {"method"}),
    ("posted without carrier", {"method": "posted", "tracking_number": "AB1"}, {"carrier"}),
    ("posted without number", {"method": "posted", "carrier": "Royal Mail", "tracking_number": " "}, {"tracking_number"}),
    ("posted with neither", {"method": "posted"}, {"carrier", "tracking_number"}),
    ("a long carrier", {"method": "posted", "carrier": "x" * 61, "tracking_number": "1"}, {"carrier"}),
    ("something is missing", {"returned": ["Charger"]}, {"accessories_note"}),
    ("nothing went back", {"returned": [], "accessories_note": "  "}, {"accessories_note"}),
    ("a thing nobody left", {"returned": [*ALL, "Gold bar"]}, {"returned"}),
    ("a long note", {"accessories_note": "x" * 501}, {"accessories_note"}),
    ("all at once", {"identity": "", "returned": []}, {"identity", "accessories_note"}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "changes", "fields"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_refused(
    what: str, changes: dict[str, Any], fields: set[str], repair: Repair, fred: User, actor: As
) -> None:
    before = EventRecord.objects.count()
    given = {"received_by": "Alice", "method": "collected", "identity": "name", "returned": ALL, **changes}
    if given.get("given_code") == "wrong":
        given["given_code"] = wrong_code(handover_code(repair))
    with pytest.raises(Invalid) as refused:
        actions.hand_over(repair.code, by=actor(fred), **given)
    assert set(refused.value.errors) == fields
    repair.refresh_from_db()
    assert (repair.status, repair.completed_at) == ("ready_for_pickup", None)
    assert not Handover.objects.exists()
    assert EventRecord.objects.count() == before


RIGHT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("code", {"identity": "code", "given_code": "right"}, {"identity": "code", "carrier": ""}),
    ("code with a space", {"identity": "code", "given_code": "right, spaced"}, {"identity": "code"}),
    ("name", {"identity": "name"}, {"identity": "name", "accessories_note": ""}),
    ("document", {"identity": "id", "method": "delivered"}, {"identity": "id", "method": "delivered"}),
    (
        "post", {"identity": "", "method": "posted", "carrier": " Royal Mail ", "tracking_number": "AB 12"},
        {"identity": "", "carrier": "Royal Mail", "tracking_number": "AB 12"},
    ),
    ("a stray number is not kept", {"identity": "name", "tracking_number": "AB 12"}, {"tracking_number": ""}),
    (
        "something missing, said", {"identity": "name", "returned": ["Charger"], "accessories_note": "Never came."},
        {"accessories_note": "Never came."},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("what", "changes", "kept"), RIGHT, ids=[row[0] for row in RIGHT])
def test_what_is_taken(
    what: str, changes: dict[str, Any], kept: dict[str, Any], repair: Repair, fred: User, actor: As
) -> None:
    code = handover_code(repair)
    given = {"received_by": "Alice", "method": "collected", "returned": ALL, **changes}
    spelt = {"right": code, "right, spaced": f" {code[:3]} {code[3:]} "}
    if "given_code" in given:
        given["given_code"] = spelt[given["given_code"]]
    actions.hand_over(repair.code, by=actor(fred), **given)
    row = Handover.objects.get()
    assert {name: getattr(row, name) for name in kept} == kept
    returned = set(given["returned"])
    assert row.accessories == [{"name": thing, "returned": thing in returned} for thing in ALL]
    event = EventRecord.objects.get(name="repair.completed")
    assert event.payload["missing"] == [thing for thing in ALL if thing not in returned]
    assert code not in str(event.payload)


def test_the_code_is_of_one_visit_and_on_the_customers_page_only(
    repair: Repair, tess: User, fred: User, sign_in: SignIn, client: Client, actor: As
) -> None:
    code = handover_code(repair)
    assert len(code) == 6
    assert code.isdigit()
    assert handover_code(repair) == code
    spaced = f"{code[:3]} {code[3:]}"
    assert spaced in client.get(reverse("repairs:track", args=[repair.token])).content.decode()
    for name in ("repairs:show", "repairs:change_handover"):
        page = sign_in(fred).get(reverse(name, args=[repair.code])).content.decode()
        assert spaced not in page
        assert code not in page
    run = repair.runs.get(status="ready_for_pickup")
    repair.runs.filter(pk=run.pk).update(ended_at=run.started_at)
    assert handover_code(repair) == ""
    other = repair.runs.create(stage=7, status="ready_for_pickup", started_at=run.started_at)
    assert other.pk != run.pk
    assert handover_code(repair) not in ("", code)


def test_a_code_cannot_be_found_by_trying(repair: Repair, fred: User, sign_in: SignIn) -> None:
    client, page = sign_in(fred), reverse("repairs:change_handover", args=[repair.code])
    wrong = wrong_code(handover_code(repair))
    data = {
        "version": repair.version, "received_by": "Alice", "method": "collected", "identity": "code",
        "given_code": wrong, "returned": ALL,
    }  # fmt: skip
    answers = [client.post(page, data).status_code for _try in range(11)]
    assert answers == [422] * 10 + [429]
    repair.refresh_from_db()
    assert repair.status == "ready_for_pickup"


def test_nor_by_a_program_that_gives_each_try_a_key_of_its_own(repair: Repair, fred: User) -> None:
    wrong = wrong_code(handover_code(repair))
    body = {"received_by": "Alice", "method": "collected", "identity": "code", "given_code": wrong, "returned": ALL}
    send, address = as_person(fred), f"/api/v1/repairs/{repair.code}/handover"
    answers = [send.post(address, body, key=f"a-key-of-its-own-{number}").status_code for number in range(11)]
    assert answers == [422] * 10 + [429]


@pytest.mark.parametrize(("who", "status"), [("tess", 403), ("alice", 403), ("eve", 404), ("fred", 200), ("mona", 200)])
def test_who_may(who: str, status: int, repair: Repair, request: pytest.FixtureRequest, actor: As) -> None:
    by = actor(request.getfixturevalue(who))
    given: dict[str, Any] = {"received_by": "Alice", "method": "collected", "identity": "name", "returned": ALL}
    if status == 200:
        assert actions.hand_over(repair.code, by=by, **given).status == "completed"
        return
    with pytest.raises(Problem) as refused:
        actions.hand_over(repair.code, by=by, **given)
    assert refused.value.status == status
    assert not Handover.objects.exists()


def test_one_screen_from_ready_to_completed(repair: Repair, fred: User, sign_in: SignIn) -> None:
    client, page = sign_in(fred), reverse("repairs:change_handover", args=[repair.code])
    shown = client.get(page).content.decode()
    for words in ("£150.00", "blue case", "SIM card", "Payments are not recorded here yet", "none was made"):
        assert words in shown
    data = {
        "version": repair.version, "received_by": "Alice’s brother", "method": "posted", "carrier": "DPD",
        "tracking_number": "", "returned": ["Charger", "blue case"], "accessories_note": "SIM is in the phone",
    }  # fmt: skip
    assert client.post(page, {}).status_code == 422
    refused = client.post(page, data)
    assert refused.status_code == 422
    body = refused.content.decode()
    for words in ("Enter the tracking number", "DPD", "SIM is in the phone", "Alice’s brother"):
        assert words in body
    assert client.post(page, {**data, "tracking_number": "15 976"})["Location"] == reverse(
        "repairs:show", args=[repair.code]
    )
    track = Client().get(reverse("repairs:track", args=[repair.token])).content.decode()
    assert "Posted with DPD, 15 976" in track
    assert client.get(page)["Location"] == reverse("repairs:show", args=[repair.code])


def test_a_stale_screen_hands_nothing_over(repair: Repair, fred: User, sign_in: SignIn) -> None:
    data = {"version": 1, "received_by": "Alice", "method": "collected", "identity": "name", "returned": ALL}
    answer = sign_in(fred).post(reverse("repairs:change_handover", args=[repair.code]), data)
    assert answer.status_code == 409
    assert not Handover.objects.exists()


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("", []), (" , ;\n", []), ("Charger", ["Charger"]), (LEFT, list(ALL)), ("a; a ,b", ["a", "b"]),
    ],
)  # fmt: skip
def test_accessories_are_read_thing_by_thing(text: str, things: list[str]) -> None:
    assert accessory_list(Repair(accessories=text)) == things


def test_what_is_to_pay(db: None, shop: Location) -> None:
    make_service("custom", pence=10000)
    price = quote([DeviceAsk("laptop", issues=(IssueAsk("custom"),))], urgency="standard", handover="drop_off")
    stored = price.as_json()
    assert to_pay(Repair(outcome="repaired", agreed_pence=12300)) == 12300
    assert to_pay(Repair(outcome="repaired")) is None
    assert to_pay(Repair(outcome="declined", agreed_pence=12300, price=stored)) == (price.if_declined_pence or None)
    for outcome in ("no_fault_found", "not_repairable", "declined"):
        assert to_pay(Repair(outcome=outcome, agreed_pence=12300)) is None
