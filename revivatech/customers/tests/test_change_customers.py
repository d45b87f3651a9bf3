"""Create, edit, merge, devices and consent: what changes, what is told, who may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from revivatech.accounts.models import User
from revivatech.customers import actions, queries
from revivatech.customers.actions import Details
from revivatech.customers.models import Consent, Customer, CustomerDevice
from revivatech.customers.problems import CustomerChangedMeanwhile
from revivatech.platform.actors import Actor, visitor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.testing.factories import make_customer, make_device_model

ActorOf = Callable[[User], Actor]
DETAILS = Details(name="Ana Souza", email="ana@example.com", phone="+351912345678")


@pytest.fixture
def guest(db: None) -> Customer:
    return make_customer("Guest", email="guest@example.com")


def everything() -> dict[str, Any]:
    return {
        m.__name__: list(m.objects.order_by("pk").values()) for m in (Customer, CustomerDevice, Consent, EventRecord)
    }


VERBS: dict[str, Callable[[Customer, Actor], object]] = {
    "create": lambda guest, by: actions.create(DETAILS, by=by),
    "edit": lambda guest, by: actions.edit(guest.pk, DETAILS, by=by),
    "merge": lambda guest, by: actions.merge(guest.pk, make_customer("Twin").pk, by=by),
    "add device": lambda guest, by: actions.add_device(guest, category="laptop", described="Laptop", by=by),
    "record consent": lambda guest, by: actions.record_consent(
        guest, topic="marketing", channel="email", given=True, wording="Yes", source="counter", by=by
    ),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["alice", "eve", "tess", "fred", "mona", "olga"])
def test_who_may(verb: str, who: str, guest: Customer, actor: ActorOf, request: pytest.FixtureRequest) -> None:
    """Front desk, manager and owner edit customers; a technician only reads them; customers touch nobody else."""
    by = actor(request.getfixturevalue(who))
    if who in {"fred", "mona", "olga"}:
        VERBS[verb](guest, by)
        return
    before = everything()
    with pytest.raises((Denied, NotFound)):
        VERBS[verb](guest, by)
    after = everything()
    after["Customer"] = [row for row in after["Customer"] if row["name"] != "Twin"]
    assert after == before


def test_a_visitor_edits_nobody(guest: Customer) -> None:
    before = everything()
    with pytest.raises(NotFound):
        actions.edit(guest.pk, DETAILS, by=visitor())
    with pytest.raises(Denied):
        actions.create(DETAILS, by=visitor())
    assert everything() == before


def test_who_sees_whom(guest: Customer, alice: User, tess: User, actor: ActorOf) -> None:
    assert list(Customer.objects.visible_to(actor(alice))) == [alice.customer]
    assert set(Customer.objects.visible_to(actor(tess))) == {guest, alice.customer}
    assert list(Customer.objects.visible_to(visitor())) == []


def test_the_log_names_fields_and_no_values(guest: Customer, fred: User, actor: ActorOf) -> None:
    actions.edit(guest.pk, DETAILS, by=actor(fred))
    row = EventRecord.objects.get()
    assert row.payload == {"customer_id": guest.pk, "fields": ["name", "email", "phone"]}
    actions.edit(guest.pk, DETAILS, by=actor(fred))
    assert EventRecord.objects.count() == 1


def test_a_stale_form_is_told(guest: Customer, fred: User, actor: ActorOf) -> None:
    seen = Details.of(guest).fingerprint
    actions.edit(guest.pk, DETAILS, seen=seen, by=actor(fred))
    with pytest.raises(CustomerChangedMeanwhile):
        actions.edit(guest.pk, Details(name="Other", email="o@example.com"), seen=seen, by=actor(fred))
    guest.refresh_from_db()
    assert guest.name == "Ana Souza"


def test_customers_change_their_own(alice: User, actor: ActorOf) -> None:
    own = actions.save_own(DETAILS, by=actor(alice))
    assert (own.pk, own.name, own.user) == (alice.customer.pk, "Ana Souza", alice)
    with pytest.raises(NotFound):
        actions.save_own(DETAILS, by=visitor())


# --- Devices -----------------------------------------------------------------------------------
def test_the_same_imei_or_serial_is_the_same_device(guest: Customer) -> None:
    phone = actions.add_device(guest, category="smartphone", described="Phone", imei="490154203237518", by=visitor())
    again = actions.add_device(
        guest, category="smartphone", described="My phone", imei="49-015420-323751-8", by=visitor()
    )
    laptop = actions.add_device(guest, category="laptop", described="Laptop", serial="c02xl", by=visitor())
    assert again == phone
    assert actions.add_device(guest, category="laptop", described="x", serial="C02XL", by=visitor()) == laptop
    assert actions.add_device(guest, category="laptop", described="Laptop", by=visitor()) != laptop


def test_another_customers_device_is_another_row(guest: Customer) -> None:
    mine = actions.add_device(guest, category="laptop", described="Laptop", serial="C02", by=visitor())
    sold = actions.add_device(make_customer(), category="laptop", described="Laptop", serial="C02", by=visitor())
    assert mine != sold


def test_a_device_of_the_catalogue(guest: Customer) -> None:
    model = make_device_model("iPhone 13")
    made = actions.add_device(guest, category="smartphone", model_id=model.pk, colour="Blue", by=visitor())
    assert (made.model, made.colour) == (model, "Blue")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({}, "described"), ({"described": "x" * 121}, "described"), ({"described": "Phone", "imei": "490154203237519"}, "imei"),
     ({"described": "Phone", "serial": "x" * 41}, "serial")],
)  # fmt: skip
def test_unusable_devices_name_their_field(fields: dict[str, str], wrong: str, guest: Customer) -> None:
    with pytest.raises(Invalid) as refused:
        actions.add_device(guest, category="smartphone", **fields, by=visitor())  # type: ignore[arg-type]
    assert list(refused.value.errors) == [wrong]
    assert CustomerDevice.objects.count() == 0


# --- Consent -----------------------------------------------------------------------------------
def test_consent_keeps_its_words_and_the_newest_counts(guest: Customer, alice: User, actor: ActorOf) -> None:
    assert queries.may_contact(guest, "marketing", "email") is False
    for given in (True, False):
        actions.record_consent(
            guest, topic="marketing", channel="email", given=given, wording="Offers by e-mail", source="booking",
            by=visitor(),
        )  # fmt: skip
        assert queries.may_contact(guest, "marketing", "email") is given
    assert queries.may_contact(guest, "marketing", "sms") is False
    assert list(Consent.objects.values_list("given", "wording")) == [
        (True, "Offers by e-mail"),
        (False, "Offers by e-mail"),
    ]
    with pytest.raises(NotFound):
        actions.record_consent(guest, topic="terms", given=True, wording="", source="portal", by=actor(alice))
