"""The event log: written with the change or not at all, and never rewritten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy

from revivatech.platform.actors import staff, system
from revivatech.platform.events.base import Event
from revivatech.platform.events.models import EventRecord
from revivatech.platform.events.record import record
from revivatech.platform.realtime.announce import announce, announced_together
from revivatech.platform.web.request_id import begin


@dataclass(frozen=True, kw_only=True)
class KettleBoiled(Event):
    name: ClassVar[str] = "kettle.boiled"
    says = gettext_lazy("The kettle boiled")
    subject_field: ClassVar[str] = "kettle_id"
    kettle_id: int
    cups: int


TESS = staff(7, "Tess", (), second_factor=True)


@pytest.mark.django_db
def test_an_event_is_a_row_with_who_what_when() -> None:
    begin("request-0001")
    row = record(KettleBoiled(kettle_id=3, cups=2), by=TESS)
    stored = EventRecord.objects.values(
        "name",
        "subject_kind",
        "subject_id",
        "sequence",
        "payload",
        "actor_kind",
        "actor_id",
        "actor_label",
        "request_id",
    ).get(pk=row.pk)
    assert stored == {
        "name": "kettle.boiled",
        "subject_kind": "kettle",
        "subject_id": 3,
        "sequence": 1,
        "payload": {"kettle_id": 3, "cups": 2},
        "actor_kind": "staff",
        "actor_id": 7,
        "actor_label": "Tess",
        "request_id": "request-0001",
    }


@pytest.mark.django_db
def test_each_subject_counts_for_itself() -> None:
    rows = [record(KettleBoiled(kettle_id=kettle, cups=1), by=system()) for kettle in (1, 1, 2, 1)]
    assert [(row.subject_id, row.sequence) for row in rows] == [(1, 1), (1, 2), (2, 1), (1, 3)]


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_a_transaction_and_goes_with_it() -> None:
    with pytest.raises(RuntimeError, match="needs a transaction"):
        record(KettleBoiled(kettle_id=1, cups=1), by=system())
    with pytest.raises(ValueError, match="undo"), transaction.atomic():
        _record_and_fail()
    assert EventRecord.objects.count() == 0


def _record_and_fail() -> None:
    record(KettleBoiled(kettle_id=1, cups=1), by=system())
    raise ValueError("undo")


@pytest.mark.django_db
def test_the_log_refuses_to_be_changed_or_shortened() -> None:
    row = record(KettleBoiled(kettle_id=1, cups=1), by=system())
    everything = EventRecord.objects.filter(pk=row.pk)
    for attempt in (
        lambda: everything.update(payload={"kettle_id": 1, "cups": 9}),
        lambda: everything.update(sequence=F("sequence") + 1),
        lambda: everything.delete(),
        row.save,
    ):
        with pytest.raises(IntegrityError, match="the event log is append-only"), transaction.atomic():
            attempt()
    assert list(everything.values_list("payload", "sequence")) == [({"kettle_id": 1, "cups": 1}, 1)]


@pytest.mark.django_db
def test_one_place_in_a_log_is_taken_once() -> None:
    row = record(KettleBoiled(kettle_id=1, cups=1), by=system())
    row.pk = None
    with pytest.raises(IntegrityError, match="event_sequence_once"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.django_db
def test_the_first_event_of_what_was_just_made_is_one_statement() -> None:
    for is_first, statements in ((True, 1), (False, 2)):
        with CaptureQueriesContext(connection) as asked:
            record(KettleBoiled(kettle_id=1, cups=1), by=system(), is_first=is_first)
        assert len(asked) == statements
    with pytest.raises(IntegrityError, match="event_sequence_once"), transaction.atomic():
        record(KettleBoiled(kettle_id=1, cups=1), by=system(), is_first=True)


@pytest.mark.django_db
def test_what_is_announced_together_is_said_once_and_not_at_all_when_it_fails() -> None:
    with CaptureQueriesContext(connection) as asked, announced_together():
        announce("kettle:1", "kettle:2")
        with announced_together():
            announce("kettle:1")
    (said,) = asked.captured_queries
    assert said["sql"].count("kettle:1") == said["sql"].count("kettle:2") == 1
    with CaptureQueriesContext(connection) as asked, pytest.raises(ValueError, match="undo"):
        _announce_and_fail()
    assert not asked.captured_queries


@announced_together()
def _announce_and_fail() -> None:
    announce("kettle:1")
    raise ValueError("undo")
