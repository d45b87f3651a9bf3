"""Fifty people and three places: real connections, real locks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from revivatech.booking import actions
from revivatech.booking.models import Booking, CapPlace, SlotPlace
from revivatech.booking.problems import SlotTaken
from revivatech.customers.actions import Details
from revivatech.customers.models import Customer
from revivatech.platform.actors import system, visitor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.idempotency import IdempotencyKey
from revivatech.shop.models import DailyCap, Location
from revivatech.testing.booking import hold_place, make_booking, make_request, make_service, next_opening

pytestmark = pytest.mark.django_db(transaction=True)
Outcome = Booking | Exception


def at_once(calls: Sequence[Callable[[], Booking]]) -> list[Outcome]:
    """Run all calls in threads that start together, each on its own connection."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Booking]) -> Outcome:
        try:
            start.wait(timeout=60)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def ten(shop: Location) -> datetime:
    """Ten o'clock on the next working day, with three places."""
    Location.objects.filter(pk=shop.pk).update(slot_capacity=4, walk_in_places=1)
    make_service("screen")
    return next_opening(shop)


def person(number: int) -> Details:
    return Details(name=f"Guest {number}", email=f"guest{number}@example.com")


def test_fifty_confirm_three_places_three_book_and_the_rest_are_offered_the_next_free_times(
    shop: Location, ten: datetime
) -> None:
    requests = [make_request(shop, ten, contact=person(number)) for number in range(50)]
    outcomes = at_once(
        [
            partial(actions.confirm, request, idempotency_key=str(number), by=visitor())
            for number, request in enumerate(requests)
        ]
    )
    booked = [outcome for outcome in outcomes if isinstance(outcome, Booking)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, SlotTaken)]
    assert (len(booked), len(refused)) == (3, 47), [repr(o) for o in outcomes if not isinstance(o, Booking | SlotTaken)]
    assert Booking.objects.count() == Customer.objects.count() == IdempotencyKey.objects.count() == 3
    assert sorted(SlotPlace.objects.values_list("place", flat=True)) == [1, 2, 3]
    assert EventRecord.objects.filter(name="booking.confirmed").count() == 3
    for refusal in refused:
        assert len(refusal.next_free) == 5
        assert refusal.next_free == sorted(refusal.next_free)
        assert refusal.next_free[0] > ten


def test_ten_times_the_same_form_books_once(shop: Location, ten: datetime) -> None:
    request = make_request(shop, ten)
    outcomes = at_once([lambda: actions.confirm(request, idempotency_key="one form", by=visitor())] * 10)
    assert {outcome.pk if isinstance(outcome, Booking) else repr(outcome) for outcome in outcomes} == {
        Booking.objects.get().pk
    }
    assert SlotPlace.objects.count() == 1
    assert EventRecord.objects.filter(name="booking.confirmed").count() == 1


def test_ten_times_the_same_draft_books_once(shop: Location, ten: datetime) -> None:
    draft = actions.save_step("", "urgency", "standard", by=visitor())
    request = make_request(shop, ten)
    outcomes = at_once(
        [
            partial(actions.confirm, request, idempotency_key=key, by=visitor(), draft_token=draft.token)
            for key in "abcdefghij"
        ]
    )
    assert {outcome.pk if isinstance(outcome, Booking) else repr(outcome) for outcome in outcomes} == {
        Booking.objects.get().pk
    }


def test_a_daily_cap_holds_over_different_slots(shop: Location, ten: datetime) -> None:
    DailyCap.objects.create(location=shop, kind="screen", at_most=2)
    hours = [next_opening(shop, hour=hour) for hour in (10, 11, 12, 14, 15, 16)]
    outcomes = at_once(
        [
            partial(
                actions.confirm,
                make_request(shop, hour, contact=person(number)),
                idempotency_key=str(number),
                by=visitor(),
            )
            for number, hour in enumerate(hours)
        ]
    )
    assert sum(isinstance(outcome, Booking) for outcome in outcomes) == 2
    assert sum(isinstance(outcome, SlotTaken) for outcome in outcomes) == 4
    assert sorted(CapPlace.objects.filter(kind="screen").values_list("place", flat=True)) == [1, 2]


def test_two_bookings_that_swap_places_neither_wait_for_ever_nor_lose_their_place(
    shop: Location, ten: datetime
) -> None:
    Location.objects.filter(pk=shop.pk).update(slot_capacity=2, walk_in_places=0)
    other = next_opening(shop, days=4, hour=15)
    here, there = hold_place(shop, ten).booking, hold_place(shop, other).booking
    outcomes = at_once(
        [
            lambda: actions.reschedule(here.pk, other, by=system()),
            lambda: actions.reschedule(there.pk, ten, by=system()),
        ]
    )
    assert all(isinstance(outcome, Booking) for outcome in outcomes), outcomes
    assert dict(SlotPlace.objects.values_list("booking_id", "starts_at")) == {here.pk: other, there.pk: ten}


def test_everybody_moving_to_the_last_place_leaves_one_there_and_the_others_where_they_were(
    shop: Location, ten: datetime
) -> None:
    Location.objects.filter(pk=shop.pk).update(slot_capacity=8, walk_in_places=0)
    eleven = next_opening(shop, hour=11)
    movers = [hold_place(shop, ten).booking for _ in range(8)]
    for _ in range(7):
        hold_place(shop, eleven)
    outcomes = at_once([partial(actions.reschedule, booking.pk, eleven, by=system()) for booking in movers])
    assert sum(isinstance(outcome, Booking) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, SlotTaken) for outcome in outcomes) == 7
    assert SlotPlace.objects.filter(starts_at=eleven).count() == 8
    assert SlotPlace.objects.filter(starts_at=ten).count() == 7


def test_the_database_refuses_an_overlapping_place_whoever_writes_it(shop: Location, ten: datetime) -> None:
    held = hold_place(shop, ten)
    booking = make_booking(location=shop, starts_at=ten)
    half_past = ten + (held.ends_at - held.starts_at) / 2
    with pytest.raises(IntegrityError), transaction.atomic():
        SlotPlace.objects.create(location=shop, starts_at=half_past, ends_at=held.ends_at, place=1, booking=booking)
    SlotPlace.objects.create(
        location=shop,
        starts_at=held.ends_at,
        ends_at=half_past + (held.ends_at - held.starts_at),
        place=1,
        booking=booking,
    )
