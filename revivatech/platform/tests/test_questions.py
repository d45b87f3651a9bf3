"""A question put together once answers as the query set does, for other values and in other threads."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import FETCH_RAISE
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from revivatech.platform.questions import Question, remember
from revivatech.shop.models import Location, OpeningHours

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> list[Location]:
    return [
        Location.objects.create(name=name, slug=name.lower(), slot_minutes=30) for name in ("Leeds", "York", "Hull")
    ]


def test_the_same_rows_for_each_value(places: list[Location]) -> None:
    by_name = Question(lambda name: Location.objects.filter(name=name))
    assert [by_name(name=place.name) for place in places] == [[place] for place in places]
    assert by_name.first(name="Nowhere") is None
    found = by_name.first(name="York")
    assert found is not None
    assert vars(found).keys() == vars(Location.objects.get(name="York")).keys()


def test_each_asking_is_one_statement_with_its_values_apart(places: list[Location]) -> None:
    by_name = Question(
        lambda name, step: Location.objects.filter(name=name, slot_minutes=step).values_list("pk", "name")
    )
    with CaptureQueriesContext(connection) as asked:
        assert by_name(name="Hull", step=30) == [(places[2].pk, "Hull")]
        assert by_name(name="Hull", step=31) == []
        assert by_name(name="x' OR ''='", step=30) == []
    assert len(asked) == 3


def test_several_values_are_a_question_for_their_number(places: list[Location]) -> None:
    among = Question(lambda ids: Location.objects.filter(pk__in=ids).order_by("name").values_list("name"))
    assert among(ids=(places[0].pk, places[2].pk)) == [("Hull",), ("Leeds",)]
    assert among(ids=(places[1].pk,)) == [("York",)]
    assert among(ids=()) == []


def test_related_rows_and_modes_come_along(places: list[Location]) -> None:
    hours = OpeningHours.objects.create(location=places[0], weekday=1, opens="09:00", closes="17:00")
    question = Question(
        lambda place: OpeningHours.objects.filter(location_id=place).select_related("location").fetch_mode(FETCH_RAISE)
    )
    found = question(place=places[0].pk)
    with CaptureQueriesContext(connection) as asked:
        assert [(row.pk, row.location.name) for row in found] == [(hours.pk, "Leeds")]
    assert len(asked) == 0


def test_none_and_booleans_belong_to_the_question(places: list[Location]) -> None:
    active = Question(lambda on, until: Location.objects.filter(active=on, created_at__lt=until).values_list("pk"))
    assert len(active(on=True, until=datetime(2999, 1, 1, tzinfo=UTC))) == Location.objects.filter(active=True).count()
    assert active(on=False, until=datetime(2999, 1, 1, tzinfo=UTC)) == []


def test_a_value_that_python_changes_first_is_refused(places: list[Location]) -> None:
    question = Question(lambda place: Location.objects.filter(pk=place + 1))
    with pytest.raises(ValueError, match="no place"):
        question(place=places[0].pk)
    with pytest.raises(TypeError):
        Question(lambda place: Location.objects.filter(pk=place))(place=1.5)


def test_remembered_rows_are_not_asked_for(places: list[Location]) -> None:
    rows = [OpeningHours(location=places[0], weekday=2, opens="09:00", closes="17:00")]
    remember(places[0], "hours", rows)
    with CaptureQueriesContext(connection) as asked:
        assert list(places[0].hours.all()) == rows
    assert len(asked) == 0


@pytest.mark.django_db(transaction=True)
def test_threads_ask_on_their_own_connections() -> None:
    Location.objects.create(name="Leeds", slug="leeds")
    by_name = Question(lambda name: Location.objects.filter(name=name).values_list("name"))
    answers: dict[int, list[Any]] = {}

    def ask(number: int) -> None:
        try:
            answers[number] = [by_name(name="Leeds" if number % 2 else "Nowhere") for _ in range(20)]
        finally:
            connection.close()

    threads = [Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [answers[number] for number in range(4)] == [[[]] * 20, [[("Leeds",)]] * 20] * 2


@pytest.mark.django_db(transaction=True)
def test_a_question_that_locks_is_asked_in_a_transaction() -> None:
    locked = Question(lambda pk: Location.objects.select_for_update().filter(pk=pk))
    with pytest.raises(TransactionManagementError):
        list(locked(pk=1))
    with transaction.atomic():
        assert list(locked(pk=1)) == []
