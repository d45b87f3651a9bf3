"""The action behind the last button, without its pages: what it refuses, and that a refusal leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from revivatech.accounts.models import User
from revivatech.booking import actions
from revivatech.booking.models import Booking, BookingDraft, CapPlace, SlotPlace
from revivatech.booking.problems import NotTakingBookings, PriceChanged, SlotTaken
from revivatech.booking.requests import BookingRequest, DeviceRequest
from revivatech.customers.actions import Details
from revivatech.customers.models import Customer
from revivatech.platform import clock
from revivatech.platform.actors import Actor, visitor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.idempotency import IdempotencyKey
from revivatech.platform.problems import Invalid
from revivatech.repairs.models import Repair
from revivatech.shop.models import Business, DailyCap, Location
from revivatech.testing.booking import make_request, make_service, next_opening
from revivatech.testing.factories import make_device, make_device_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten(shop: Location) -> datetime:
    make_service("screen")
    make_service("hinge", categories=["laptop"])
    make_service("secret", bookable=False)
    return next_opening(shop)


def device(request: BookingRequest, **changes: Any) -> BookingRequest:
    return replace(request, devices=(replace(request.devices[0], **changes),))


def contact(request: BookingRequest, **changes: Any) -> BookingRequest:
    return replace(request, contact=replace(request.contact, **changes))


def nothing_happened() -> bool:
    kinds = (Booking, Customer, SlotPlace, CapPlace, Repair, EventRecord, IdempotencyKey)
    return not any(kind.objects.exists() for kind in kinds)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda r: replace(r, devices=()), "devices"),
        (lambda r: replace(r, devices=r.devices * 4), "devices"),
        (lambda r: device(r, described=""), "devices.0.described"),
        (lambda r: device(r, category="car"), "devices.0.category"),
        (lambda r: device(r, model_id=10**12), "devices.0.device"),
        (lambda r: device(r, own_device_id=10**12), "devices.0.device"),
        (lambda r: device(r, issues=()), "devices.0.issues"),
        (lambda r: device(r, issues=("screen", "screen")), "devices.0.issues"),
        (lambda r: device(r, issues=("hinge",)), "devices.0.issues"),
        (lambda r: device(r, issues=("secret",)), "devices.0.issues"),
        (lambda r: device(r, issues=("nothing",)), "devices.0.issues"),
        (lambda r: device(r, description="too short"), "devices.0.description"),
        (lambda r: device(r, description="x" * 1501), "devices.0.description"),
        (lambda r: device(r, backup="maybe"), "devices.0.backup"),
        (lambda r: device(r, imei="352099001761482"), "devices.0.identity"),
        (lambda r: device(r, serial="x" * 41), "devices.0.identity"),
        (lambda r: device(r, condition="x" * 301), "devices.0.condition"),
        (lambda r: replace(r, urgency="yesterday"), "urgency"),
        (lambda r: replace(r, handover="teleport"), "handover"),
        (lambda r: replace(r, location_id=10**12), "location"),
        (lambda r: replace(r, location_id=None), "location"),
        (lambda r: replace(r, starts_at=None), "slot"),
        (lambda r: replace(r, starts_at=datetime(2026, 12, 1, 10)), "slot"),
        (lambda r: device(replace(r, handover="post", starts_at=None), swollen_battery=True), "handover"),
        (lambda r: replace(r, handover="post", starts_at=None, urgency="same_day"), "handover"),
        (lambda r: replace(r, handover="collection", address=replace(r.address, postcode="")), "address.postcode"),
        (lambda r: replace(r, handover="collection", address=replace(r.address, town="x" * 81)), "address.town"),
        (lambda r: contact(replace(r, handover="collection"), phone=""), "contact.phone"),
        (lambda r: contact(r, name=" "), "contact.name"),
        (lambda r: contact(r, email=""), "contact.email"),
        (lambda r: contact(r, email="nobody"), "contact.email"),
        (lambda r: contact(r, phone="12"), "contact.phone"),
        (lambda r: contact(r, preferred_contact="sms", phone=""), "contact.phone"),
        (lambda r: contact(r, is_business=True), "contact.company"),
        (lambda r: replace(r, terms_version=2), "terms"),
        (lambda r: replace(r, marketing=("pigeon",)), "marketing"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(
    shop: Location, ten: datetime, change: Callable[[BookingRequest], BookingRequest], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        actions.confirm(change(make_request(shop, ten)), idempotency_key="one", by=visitor())
    assert list(refused.value.errors) == [field]
    assert nothing_happened()


def test_another_price_than_shown_books_nothing(shop: Location, ten: datetime) -> None:
    with pytest.raises(PriceChanged) as refused:
        actions.confirm(make_request(shop, ten, shown_pence=14999), idempotency_key="one", by=visitor())
    assert refused.value.extra == {"shown_pence": 14999, "total_pence": 15000}
    assert nothing_happened()


@pytest.mark.parametrize("shift", [timedelta(days=-7), timedelta(days=400), timedelta(minutes=1), timedelta(hours=-8)])
def test_a_time_that_is_not_offered_books_nothing(shop: Location, ten: datetime, shift: timedelta) -> None:
    with pytest.raises(SlotTaken) as refused:
        actions.confirm(make_request(shop, ten + shift), idempotency_key="one", by=visitor())
    assert len(refused.value.next_free) == 5
    assert nothing_happened()


def test_after_a_refusal_the_same_form_can_be_sent_again(shop: Location, ten: datetime) -> None:
    with pytest.raises(PriceChanged):
        actions.confirm(make_request(shop, ten, shown_pence=1), idempotency_key="one", by=visitor())
    assert actions.confirm(make_request(shop, ten), idempotency_key="one", by=visitor()).starts_at == ten


def test_a_shop_that_is_not_open_takes_none(shop: Location, ten: datetime) -> None:
    Business.objects.update(opened_at=None)
    with pytest.raises(NotTakingBookings):
        actions.confirm(make_request(shop, ten), idempotency_key="one", by=visitor())
    assert nothing_happened()


def test_a_location_that_does_not_collect_or_take_post(shop: Location, ten: datetime) -> None:
    Location.objects.update(offers_post=False, offers_collection=False)
    for request in (make_request(shop), make_request(shop, ten, handover="collection", shown_pence=16500)):
        with pytest.raises(Invalid) as refused:
            actions.confirm(request, idempotency_key="one", by=visitor())
        assert list(refused.value.errors) == ["handover"]


def test_keys_of_different_people_do_not_meet(
    shop: Location, ten: datetime, alice: User, bob: User, actor: Callable[[User], Actor]
) -> None:
    first = actions.confirm(make_request(shop, ten), idempotency_key="same", by=actor(alice))
    second = actions.confirm(make_request(shop, ten), idempotency_key="same", by=actor(bob))
    assert first.pk != second.pk
    assert (first.customer.user_id, second.customer.user_id) == (alice.pk, bob.pk)


def test_anothers_device_is_not_found(
    shop: Location, ten: datetime, alice: User, bob: User, actor: Callable[[User], Actor]
) -> None:
    theirs = make_device(alice.customer)  # type: ignore[attr-defined,unused-ignore]
    request = device(make_request(shop, ten), own_device_id=theirs.pk)
    with pytest.raises(Invalid) as refused:
        actions.confirm(request, idempotency_key="one", by=actor(bob))
    assert "devices.0.device" in refused.value.errors


def test_a_same_day_promise_is_kept_or_not_given(shop: Location, ten: datetime) -> None:
    make_service("board", pence=40000, minutes=5 * 60)
    asked = device(make_request(shop, urgency="same_day", shown_pence=60000), issues=("board",))
    late, early = next_opening(shop, hour=14), next_opening(shop, hour=13)
    with pytest.raises(SlotTaken):
        actions.confirm(replace(asked, handover="drop_off", starts_at=late), idempotency_key="late", by=visitor())
    booking = actions.confirm(
        replace(asked, handover="drop_off", starts_at=early), idempotency_key="early", by=visitor()
    )
    assert sorted(booking.cap_places.values_list("kind", flat=True)) == ["board", "same_day"]


def test_a_cap_reached_offers_another_day(shop: Location, ten: datetime) -> None:
    DailyCap.objects.create(location=shop, kind="screen", at_most=1)
    actions.confirm(make_request(shop, ten), idempotency_key="one", by=visitor())
    with pytest.raises(SlotTaken) as refused:
        actions.confirm(make_request(shop, ten + timedelta(hours=1)), idempotency_key="two", by=visitor())
    assert refused.value.next_free[0].date() > ten.date()


def test_the_price_is_stored_as_shown_and_held(shop: Location, ten: datetime) -> None:
    Business.objects.update(price_holds_days=7)
    booking = actions.confirm(make_request(shop, ten), idempotency_key="one", by=visitor())
    assert booking.price["lines"][0]["amount_pence"] == 15000
    assert timedelta(days=6, hours=23) < booking.price_holds_until - clock.now() <= timedelta(days=7)


def test_the_confirmation_is_one_event_of_whoever_booked(shop: Location, ten: datetime) -> None:
    booking = actions.confirm(make_request(shop, ten), idempotency_key="one", by=visitor())
    row = EventRecord.objects.get(name="booking.confirmed")
    assert (row.subject_id, row.sequence, row.actor_kind, row.actor_id) == (booking.pk, 1, "visitor", None)


def test_the_draft_is_used_up_and_forgets_what_was_typed(shop: Location, ten: datetime) -> None:
    draft = actions.save_step("", "details", {"name": "Grace"}, by=visitor())
    booking = actions.confirm(make_request(shop, ten), idempotency_key="one", by=visitor(), draft_token=draft.token)
    draft.refresh_from_db()
    assert (draft.booking, draft.answers) == (booking, {})
    fresh = actions.save_step(draft.token, "details", {}, by=visitor())
    assert fresh.pk != draft.pk


def test_drafts_are_deleted_when_their_day_is_over(db: None) -> None:
    old = actions.save_step("", "urgency", "standard", by=visitor())
    with clock.frozen(clock.now() + timedelta(hours=12)):
        young = actions.save_step("", "urgency", "standard", by=visitor())
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert actions.forget_drafts() == 1
    assert list(BookingDraft.objects.values_list("pk", flat=True)) == [young.pk]
    assert old.pk != young.pk


def test_guests_who_share_an_address_stay_two_people(shop: Location, ten: datetime) -> None:
    for hour, name in enumerate(("Grace Guest", "Gordon Guest", "grace  guest")):
        request = make_request(
            shop, ten + timedelta(hours=hour), contact=Details(name=name, email="family@example.com")
        )
        actions.confirm(request, idempotency_key=name, by=visitor())
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["Gordon Guest", "Grace Guest"]


def test_a_model_merged_into_another_is_booked_as_that_one(shop: Location, ten: datetime) -> None:
    kept, gone = make_device_model("iPhone 13"), make_device_model("iPhone 13 (2021)")
    type(gone).objects.filter(pk=gone.pk).update(merged_into=kept, hidden=True)
    phone = DeviceRequest(
        category="smartphone",
        model_id=gone.pk,
        issues=("screen",),
        description="It does not start at all.",
        backup="none",
    )
    booking = actions.confirm(make_request(shop, ten, devices=(phone,)), idempotency_key="one", by=visitor())
    assert booking.devices.get().device.model == kept
