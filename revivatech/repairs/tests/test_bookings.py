"""What a booking does to its repairs: in its own transaction, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from revivatech.accounts.models import User
from revivatech.booking.actions import cancel as cancel_booking
from revivatech.booking.actions import confirm
from revivatech.booking.models import BookedDevice, Booking
from revivatech.booking.problems import NotChangeable
from revivatech.catalogue.models import PriceRule
from revivatech.platform import clock
from revivatech.platform.actors import Actor, by_link, visitor
from revivatech.platform.events.models import EventRecord
from revivatech.repairs import actions
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.booking import make_booking, make_request, make_service, next_opening

As = Callable[[User], Actor]


@pytest.fixture
def booking(shop: Location) -> Booking:
    make_service("screen")
    return confirm(make_request(shop, next_opening(shop, days=2)), idempotency_key="one", by=visitor())


def test_confirming_opens_a_repair_with_its_price(booking: Booking) -> None:
    repair = Repair.objects.get()
    assert (repair.status, repair.location_id, repair.customer_id) == (
        "booked",
        booking.location_id,
        booking.customer_id,
    )
    assert (repair.agreed_pence, repair.bench_minutes, repair.services) == (15000, 60, ["screen"])
    assert BookedDevice.objects.get().repair == repair
    event = EventRecord.objects.get(name="repair.booked")
    assert (event.subject_id, event.sequence, event.actor_kind) == (repair.pk, 1, "visitor")


def test_an_estimate_is_not_agreed_by_booking(shop: Location) -> None:
    make_service("screen")
    PriceRule.objects.update(from_price=True)
    confirm(make_request(shop, next_opening(shop, days=2)), idempotency_key="one", by=visitor())
    assert Repair.objects.get().agreed_pence is None


def test_one_repair_for_each_device_and_not_twice(shop: Location) -> None:
    booking = make_booking(location=shop, starts_at=next_opening(shop), devices=3, issues=("screen", "battery"))
    opened = actions.open_booked(booking.pk, by=visitor())
    assert [repair.booked_device and repair.booked_device.position for repair in opened] == [1, 2, 3]
    assert all(sorted(repair.services) == ["battery", "screen"] for repair in opened)
    assert actions.open_booked(booking.pk, by=visitor()) == []
    assert Repair.objects.count() == 3


def test_a_booking_that_rolls_back_leaves_no_repair(shop: Location) -> None:
    make_service("screen")
    request = make_request(shop, next_opening(shop, days=2))

    class BackOutError(Exception):
        pass

    def booked_and_failed() -> None:
        with transaction.atomic():
            confirm(request, idempotency_key="one", by=visitor())
            assert Repair.objects.count() == 1
            raise BackOutError

    with pytest.raises(BackOutError):
        booked_and_failed()
    assert (Repair.objects.count(), Booking.objects.count(), EventRecord.objects.count()) == (0, 0, 0)


def test_cancelling_the_booking_cancels_what_has_not_come(booking: Booking) -> None:
    cancel_booking(booking.pk, reason="Found a cheaper one.", by=by_link("booking", booking.pk, label="Grace Guest"))
    repair = Repair.objects.get()
    assert repair.status == "cancelled"
    event = EventRecord.objects.get(name="repair.cancelled")
    assert (event.payload["reason"], event.actor_label) == ("Found a cheaper one.", "Grace Guest")


def test_a_device_that_is_here_stays_when_its_neighbour_is_cancelled(shop: Location, fred: User, actor: As) -> None:
    booking = make_booking(location=shop, starts_at=next_opening(shop, days=2), devices=2)
    first, second = actions.open_booked(booking.pk, by=visitor())
    actions.check_in(first.code, by=actor(fred))
    booking.refresh_from_db()
    assert booking.status == "arrived"
    Booking.objects.update(status="confirmed")
    cancel_booking(booking.pk, by=actor(fred))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("initial_assessment", "cancelled")


def test_checking_in_a_cancelled_booking_is_refused_as_a_whole(shop: Location, fred: User, actor: As) -> None:
    booking = make_booking(location=shop, starts_at=next_opening(shop, days=2))
    (repair,) = actions.open_booked(booking.pk, by=visitor())
    Booking.objects.update(status="cancelled", cancelled_at=clock.now())
    with pytest.raises(NotChangeable):
        actions.check_in(repair.code, by=actor(fred), accessories="Charger")
    repair.refresh_from_db()
    assert (repair.status, repair.accessories, repair.runs.count()) == ("booked", "", 0)


def test_the_live_update_waits_for_the_commit(shop: Location) -> None:
    """pg_notify is inside the transaction, so the database drops it with a rollback; here: it was sent at all."""
    booking = make_booking(location=shop, starts_at=next_opening(shop), devices=1)
    statements: list[str] = []

    def watch(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
        if "pg_notify" in sql:
            assert connection.in_atomic_block
            statements.append(str(params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        (repair,) = actions.open_booked(booking.pk, by=visitor())
    told = "".join(statements)
    for topic in (f"repair:{repair.pk}", f"queue:{shop.pk}", f"customer:{booking.customer_id}"):
        assert f'"{topic}"' in told
