"""A walk-in: one screen, one transaction, once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.catalogue.models import PriceRule
from revivatech.catalogue.store import rebuild_terms
from revivatech.customers.actions import Details
from revivatech.customers.models import Consent, Customer, CustomerDevice
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid
from revivatech.repairs import actions
from revivatech.repairs.models import Repair
from revivatech.shop.models import Business, Location
from revivatech.testing.booking import make_service
from revivatech.testing.factories import make_customer, make_device, make_device_model

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]
ADDRESS = "/workbench/walk-in/"
FAULT = "Fell off the table, the glass is cracked."


def typed(shop: Location, **changes: Any) -> dict[str, Any]:
    return {
        "key": "form-1", "customer": "new", "name": "Grace Guest", "email": "grace@example.com", "phone": "020 7946 0123",
        "device": "words", "category": "smartphone", "described": "Nokia 3310", "description": FAULT,
        "urgency": "standard", "location": shop.pk, **changes,
    }  # fmt: skip


def untouched() -> bool:
    return not any(model.objects.exists() for model in (Repair, Customer, CustomerDevice, EventRecord, Consent))


def test_a_stranger_with_a_phone(shop: Location, fred: User, sign_in: SignIn) -> None:
    answer = sign_in(fred).post(
        ADDRESS,
        typed(shop, identity="490154203237518", accessories="Case", condition="Scratched", storage_place="B4"),
    )
    repair = Repair.objects.select_related("customer", "device").get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("repairs:intake", args=[repair.code]))
    assert (repair.status, repair.accessories, repair.condition, repair.storage_place) == (
        "initial_assessment", "Case", "Scratched", "B4",
    )  # fmt: skip
    assert (repair.customer.name, repair.customer.phone, repair.device.imei) == (
        "Grace Guest", "+442079460123", "490154203237518",
    )  # fmt: skip
    assert (repair.agreed_pence, repair.price, repair.services) == (None, {}, [])
    assert repair.received_at is not None
    assert repair.ready_by is not None
    names = list(EventRecord.objects.filter(subject_kind="repair").values_list("name", "actor_label"))
    assert names == [("repair.booked", "Fred"), ("repair.received", "Fred")]


def test_a_known_customer_with_their_own_device_at_a_fixed_price(
    shop: Location, fred: User, alice: User, sign_in: SignIn
) -> None:
    make_service("screen", qualities={"premium": 19900})
    device = make_device(alice.customer, model=make_device_model("iPhone 13"))
    form = typed(
        shop, customer=alice.customer.pk, device=f"own:{device.pk}", services=["screen"], quality="premium",
        urgency="priority", agreed="on", shown_pence=24875,
    )  # fmt: skip
    assert sign_in(fred).post(ADDRESS, form).status_code == 302
    repair = Repair.objects.get()
    assert (repair.customer_id, repair.device_id, repair.services) == (alice.customer.pk, device.pk, ["screen"])
    assert (repair.agreed_pence, repair.bench_minutes, repair.urgency) == (24875, 60, "priority")
    assert repair.price["total_pence"] == 24875
    assert (Customer.objects.count(), CustomerDevice.objects.count()) == (1, 1)


def test_sent_twice_it_is_taken_in_once(shop: Location, fred: User, sign_in: SignIn) -> None:
    client, form = sign_in(fred), typed(shop)
    first, again = client.post(ADDRESS, form), client.post(ADDRESS, form)
    assert first["Location"] == again["Location"]
    assert (Repair.objects.count(), Customer.objects.count()) == (1, 1)
    other = client.post(ADDRESS, {**form, "description": "Quite another fault of it"})
    assert other.status_code == 409  # the page is open again with a key of its own
    body = other.content.decode()
    assert "Quite another fault of it" in body
    assert 'value="form-1"' not in body
    assert Repair.objects.count() == 1


def test_everything_wrong_is_said_at_once_and_everything_typed_is_kept(
    shop: Location, fred: User, sign_in: SignIn
) -> None:
    Business.objects.update(terms="Be kind.")
    form = typed(
        shop, name="", email="not an address", described="x", description="short", identity="490154203237519",
        accessories="Red <bag>", storage_place="B4", marketing=["sms"], urgency="priority",
    )  # fmt: skip
    answer = sign_in(fred).post(ADDRESS, form)
    body = answer.content.decode()
    assert answer.status_code == 422
    for message in (
        "Enter a name.", "Enter an e-mail address", "in 2 to 120 characters", "at least 10 characters",
        "One digit of this IMEI is wrong", "Show the customer our terms",
    ):  # fmt: skip
        assert message in body, message
    for kept in ("not an address", "short", "490154203237519", "Red &lt;bag&gt;", "B4", "020 7946 0123"):
        assert kept in body, kept
    assert re.search(r'value="priority"[^>]*checked', body)
    assert re.search(r'value="sms"[^>]*checked', body)
    assert untouched()


def test_possible_duplicates_are_shown_before_a_second_profile_is_made(
    shop: Location, fred: User, sign_in: SignIn
) -> None:
    known = make_customer("Gregor Guest", email="GRACE@example.com")
    client, form = sign_in(fred), typed(shop)
    asked = client.post(ADDRESS, form)
    body = asked.content.decode()
    assert asked.status_code == 409
    assert "Gregor Guest" in body
    assert f'name="seen" value="{known.pk}"' in body
    assert not Repair.objects.exists()
    assert client.post(ADDRESS, {**form, "seen": str(known.pk)}).status_code == 302
    assert Customer.objects.count() == 2
    same = client.post(ADDRESS, {**form, "key": "form-2", "customer": known.pk})
    assert same.status_code == 302
    assert Customer.objects.count() == 2


def test_only_a_price_that_was_on_the_screen_is_agreed(shop: Location, fred: User, sign_in: SignIn) -> None:
    make_service("screen", pence=15000)
    client, form = sign_in(fred), typed(shop, services=["screen"], agreed="on", shown_pence=14000)
    moved = client.post(ADDRESS, form)
    assert moved.status_code == 409
    assert "The price has changed" in moved.content.decode()
    assert "£150.00" in moved.content.decode()
    PriceRule.objects.update(from_price=True)
    estimate = client.post(ADDRESS, {**form, "shown_pence": 15000})
    assert estimate.status_code == 422
    assert "This is not a fixed price" in estimate.content.decode()
    assert untouched()
    assert client.post(ADDRESS, {**form, "agreed": ""}).status_code == 302
    assert Repair.objects.get().agreed_pence is None


def test_consent_is_kept_in_its_words(shop: Location, fred: User, sign_in: SignIn) -> None:
    Business.objects.update(terms="Be kind.", terms_version=4)
    assert sign_in(fred).post(ADDRESS, typed(shop, terms="on", marketing=["sms"])).status_code == 302
    rows = Consent.objects.values_list("topic", "channel", "given", "version", "source")
    assert list(rows) == [("terms", "", True, 4, "counter"), ("marketing", "sms", True, 1, "counter")]
    assert Consent.objects.get(topic="terms").wording == "Be kind."


@pytest.mark.parametrize(
    ("who", "status"), [("fred", 302), ("mona", 302), ("olga", 302), ("tess", 403), ("alice", 403), ("eve", 403)]
)
def test_who_may(who: str, status: int, shop: Location, request: pytest.FixtureRequest, sign_in: SignIn) -> None:
    client = sign_in(request.getfixturevalue(who))
    assert client.post(ADDRESS, typed(shop)).status_code == status
    assert client.get(ADDRESS).status_code == (200 if status == 302 else 403)
    assert Repair.objects.count() == (status == 302)


def test_only_at_ones_own_location(
    shop: Location, manchester: Location, fred: User, olga: User, sign_in: SignIn, actor: As
) -> None:
    refused = sign_in(fred).post(ADDRESS, typed(manchester))
    assert refused.status_code == 422
    intake = actions.Intake(
        location_id=manchester.pk, contact=Details(name="G", email="g@example.com"), category="laptop",
        described="A laptop", description=FAULT,
    )  # fmt: skip
    with pytest.raises(Denied):
        actions.take_in(intake, idempotency_key="k", by=actor(fred))
    assert untouched()
    page = sign_in(olga).get(ADDRESS).content.decode()
    assert "Manchester" in page
    assert "Manchester" not in sign_in(fred).get(ADDRESS).content.decode()


def test_a_device_of_somebody_else_is_not_theirs(
    shop: Location, fred: User, alice: User, bob: User, actor: As, sign_in: SignIn
) -> None:
    device = make_device(bob.customer)
    intake = actions.Intake(location_id=shop.pk, customer_id=alice.customer.pk, device_id=device.pk, description=FAULT)
    with pytest.raises(Invalid) as refused:
        actions.take_in(intake, idempotency_key="k", by=actor(fred))
    assert set(refused.value.errors) == {"device"}
    answer = sign_in(fred).post(ADDRESS, typed(shop, customer=alice.customer.pk, device=f"own:{device.pk}"))
    assert answer.status_code == 422
    assert not Repair.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"customer": "99999999"}, {"customer": ""}, {"customer": "9" * 40}, {"device": "model:0"}, {"device": "model:999999"},
        {"device": ""}, {"device": "own:1"}, {"category": "toaster"}, {"services": ["screen"]}, {"urgency": "yesterday"},
        {"location": ""}, {"location": "x"}, {"description": "x" * 1501}, {"name": "x" * 121}, {"phone": "123"},
        {"condition": "x" * 301}, {"key": ""}, {"marketing": ["pigeon"]}, {"described": "\x00\x00"},
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_the_form(
    changes: dict[str, Any], shop: Location, fred: User, sign_in: SignIn
) -> None:
    form = typed(shop, **changes)
    if changes == {"customer": ""}:
        make_customer("Grace Before", email="old@example.com")
        form["who"] = "Grace"
    answer = sign_in(fred).post(ADDRESS, form)
    assert answer.status_code == 422, changes
    assert FAULT in answer.content.decode() or "x" * 1501 in answer.content.decode()
    assert not Repair.objects.exists()


def test_strange_names_are_names(shop: Location, fred: User, sign_in: SignIn) -> None:
    name = "<b>Zoë</b> 😀 שלום"
    client = sign_in(fred)
    assert client.post(ADDRESS, typed(shop, name=name, phone="+351 912 345 678")).status_code == 302
    assert Customer.objects.get().name == name
    page = client.get(reverse("repairs:show", args=[Repair.objects.get().code])).content.decode()
    assert "&lt;b&gt;Zoë&lt;/b&gt; 😀 שלום" in page


def look(client: Client, part: str, **fields: Any) -> str:
    answer = client.post(ADDRESS, {"look": part, **fields}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    body = answer.content.decode()
    assert "<html" not in body
    return body


def test_the_parts_follow_what_is_typed(shop: Location, fred: User, alice: User, sign_in: SignIn) -> None:
    client = sign_in(fred)
    model = make_device_model("iPhone 13")
    rebuild_terms([model.pk])
    device = make_device(alice.customer, model=model, serial="C02XYZ")
    make_service("screen", pence=15000)
    found = look(client, "customers", who="alice")
    assert f'value="{alice.customer.pk}"' in found
    assert "Somebody new" in found
    nobody = look(client, "customers", who="020 7946 0999")
    assert "Nobody we know fits" in nobody
    assert re.search(r'name="phone"[^>]*value="020 7946 0999"', nobody)
    # what the search filled in follows the search; what a person wrote stays
    longer = look(client, "customers", who="zed b", filled="zed", name="zed")
    assert re.search(r'name="name"[^>]*value="zed b"', longer)
    kept = look(client, "customers", who="zed b", filled="zed", name="Zed Brown")
    assert re.search(r'name="name"[^>]*value="Zed Brown"', kept)
    assert "C02XYZ" in look(client, "devices", customer=alice.customer.pk)
    assert "C02XYZ" not in look(client, "devices", customer="new")
    assert f'value="model:{model.pk}"' in look(client, "found", what="iphone 13")
    assert 'value="screen"' in look(client, "work", device=f"model:{model.pk}")
    assert 'value="screen"' in look(client, "work", customer=alice.customer.pk, device=f"own:{device.pk}")
    assert "Choose the device first" in look(client, "work")
    price = look(client, "price", device=f"model:{model.pk}", services=["screen"], urgency="same_day")
    assert "£225.00" in price
    assert 'name="shown_pence" value="22500"' in price


def test_without_scripts_the_searches_are_the_whole_page(
    shop: Location, fred: User, alice: User, sign_in: SignIn
) -> None:
    answer = sign_in(fred).post(ADDRESS, {"look": "customers", "who": "alice", "description": FAULT, "key": "k1"})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert f'value="{alice.customer.pk}"' in body
    assert FAULT in body
    assert 'value="k1"' in body
    assert "Please check what you entered" not in body


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_take_in_one_device(shop: Location, fred: User, sign_in: SignIn) -> None:
    client, form = sign_in(fred), typed(shop)
    answers: list[str] = []
    gate = threading.Barrier(4)

    def tap() -> None:
        try:
            gate.wait(timeout=10)
            mine = Client()
            mine.cookies = client.cookies
            answers.append(mine.post(ADDRESS, form)["Location"])
        finally:
            connection.close()

    threads = [threading.Thread(target=tap) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    repair = Repair.objects.get()
    assert answers == [reverse("repairs:intake", args=[repair.code])] * 4
    assert (Customer.objects.count(), CustomerDevice.objects.count()) == (1, 1)
