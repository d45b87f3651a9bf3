"""The chain of the event log: whatever is done to it by hand shows, and doctor names where."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy

from revivatech.platform import signing
from revivatech.platform.actors import system
from revivatech.platform.commands.checks import OPTIONS
from revivatech.platform.events import chain
from revivatech.platform.events.base import Event
from revivatech.platform.events.checks import event_log
from revivatech.platform.events.models import EventHead, EventRecord
from revivatech.platform.events.record import record


@dataclass(frozen=True, kw_only=True)
class TeaPoured(Event):
    name: ClassVar[str] = "teapot.poured"
    says = gettext_lazy("Tea was poured")
    subject_field: ClassVar[str] = "teapot_id"
    teapot_id: int
    cups: Any = 1


def pour(teapot: int, *cups: Any) -> list[EventRecord]:
    with transaction.atomic():
        return [record(TeaPoured(teapot_id=teapot, cups=cup), by=system()) for cup in cups or (1,)]


@contextmanager
def by_hand() -> Iterator[Callable[..., None]]:
    """Statements of somebody who owns the tables and has switched the triggers off."""
    tables = ("platform_eventrecord", "platform_eventhead")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor.execute
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.django_db
def test_each_row_names_the_one_before() -> None:
    first, second = pour(1, 1, 2)
    assert first.previous_hash == chain.FIRST
    assert second.previous_hash == first.hash == chain.digest(first)
    assert chain.last_link("teapot", 1) == (2, second.hash)
    assert chain.last_link("teapot", 2) == (0, chain.FIRST)
    assert chain.verify().broken == []


@pytest.mark.django_db
def test_what_the_database_gives_back_has_the_same_hash() -> None:
    cups: list[Any] = [
        0.5,
        1e20,
        1e-7,
        -0.0,
        10**30,
        None,
        True,
        "é # “🙂” عمر \\u0041",
        {"b": [1, {"z": None}], "a": {"é": 2.0}},
        [],
    ]
    pour(1, *cups)
    rows = EventRecord.objects.filter(subject_kind="teapot")
    assert [chain.digest(row) for row in rows] == [row.hash for row in rows]
    report = chain.verify()
    assert (report.events, report.subjects, report.broken) == (len(cups), 1, [])


CHANGED = "the event was changed"
TAMPERING = {
    "payload": ("UPDATE platform_eventrecord SET payload = '{\"cups\": 9}' WHERE subject_id = 1 AND sequence = 2", (2, CHANGED)),
    "name": ("UPDATE platform_eventrecord SET name = 'teapot.washed' WHERE subject_id = 1 AND sequence = 1", (1, CHANGED)),
    "who": ("UPDATE platform_eventrecord SET actor_label = 'Eve' WHERE subject_id = 1 AND sequence = 3", (3, CHANGED)),
    "when": ("UPDATE platform_eventrecord SET at = at - interval '1 us' WHERE subject_id = 1 AND sequence = 3", (3, CHANGED)),
    "middle": ("DELETE FROM platform_eventrecord WHERE subject_id = 1 AND sequence = 2", (2, "the event is missing")),
    "renumbered": (
        "DELETE FROM platform_eventrecord WHERE subject_id = 1 AND sequence = 1;"
        "UPDATE platform_eventrecord SET sequence = 1 WHERE subject_id = 1 AND sequence = 2;"
        "UPDATE platform_eventrecord SET sequence = 2 WHERE subject_id = 1 AND sequence = 3",
        (1, "it does not follow from the one before"),
    ),
    "end": ("DELETE FROM platform_eventrecord WHERE subject_id = 1 AND sequence = 3", (3, "the last events are missing")),
    "everything": ("DELETE FROM platform_eventrecord WHERE subject_id = 1", (1, "all its events are gone")),
    "head": ("DELETE FROM platform_eventhead WHERE subject_id = 1", (0, "its head is gone")),
    "cut head too": (
        "DELETE FROM platform_eventrecord WHERE subject_id = 1 AND sequence = 3;"
        "UPDATE platform_eventhead SET sequence = 2, hash = e.hash, event_id = e.id FROM platform_eventrecord e"
        " WHERE platform_eventhead.subject_id = 1 AND e.subject_id = 1 AND e.sequence = 2",
        (0, "its head was not signed by this shop"),
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_shows_and_doctor_names_the_log(how: str) -> None:
    statement, (sequence, why) = TAMPERING[how]
    pour(1, 1, 2, 3)
    pour(2, 1)
    with by_hand() as execute:
        execute(statement)
    assert [(broken.kind, broken.pk, broken.sequence, broken.why) for broken in chain.verify().broken] == [
        ("teapot", 1, sequence, why)
    ]
    (sentence,) = event_log().problems
    assert sentence.startswith("The log of teapot 1")
    assert why in sentence


@pytest.mark.django_db
def test_hashes_computed_anew_do_not_hide_a_change() -> None:
    """Threat: somebody who owns the database and knows this code, but has no signing.key."""
    pour(1, 1, 2)
    with by_hand() as execute:
        execute("UPDATE platform_eventrecord SET payload = jsonb_set(payload, '{cups}', '9') WHERE sequence = 2")
        forged = EventRecord.objects.get(subject_kind="teapot", sequence=2)
        forged.hash = chain.digest(forged)
        execute("UPDATE platform_eventrecord SET hash = %s WHERE id = %s", [forged.hash, forged.pk])
        assert chain.verify().broken[0].why == "its head names another event than the last"
        execute("UPDATE platform_eventhead SET hash = %s", [forged.hash])
    assert [str(broken) for broken in chain.verify().broken] == ["teapot 1: its head was not signed by this shop"]


@pytest.mark.django_db
def test_the_head_goes_forward_by_one_and_nowhere_else() -> None:
    pour(1, 1, 2)
    heads = EventHead.objects.filter(subject_kind="teapot", subject_id=1)
    for attempt in (lambda: heads.update(sequence=1), lambda: heads.update(hash="f" * 64), lambda: heads.delete()):
        with pytest.raises(IntegrityError, match="only goes forward by one"), transaction.atomic():
            attempt()
    assert heads.get().sequence == 2


@pytest.mark.django_db
def test_another_signing_key_is_told_once_and_a_former_one_still_counts(tmp_path: Path, settings: LazySettings) -> None:
    settings.DATA_DIR = tmp_path
    pour(1)
    pour(2)
    former = signing.key_file().read_text()
    signing.key_file().write_text("another\n")
    assert event_log().problems == [
        "No log carries this shop's signature: signing.key is not the one it had. Put it back from a backup."
    ]
    signing.key_file().write_text(f"another\n{former}\n")
    assert event_log().problems == []
    pour(1)
    signing.key_file().write_text(former)
    assert [broken.pk for broken in chain.verify().broken] == [1]


@pytest.mark.django_db
def test_the_usual_check_is_bounded_and_begins_with_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    for teapot in (1, 2, 3):
        pour(teapot, 1, 2)
    pour(1)
    monkeypatch.setattr(chain, "BATCH", 1)
    report = chain.verify(at_most=4)
    assert (report.events, report.subjects, report.subjects_left) == (5, 2, 1)
    with by_hand() as execute:
        execute("DELETE FROM platform_eventrecord WHERE subject_id = 2 AND sequence = 2")
    assert chain.verify(at_most=4).broken == []
    assert [broken.pk for broken in chain.verify().broken] == [2]
    monkeypatch.setattr("revivatech.platform.events.checks.USUALLY_AT_MOST", 4)
    assert event_log().text == "5 events of 2 logs hold together; 1 older logs not looked at, add --full"
    monkeypatch.setattr(OPTIONS, "full", True)
    assert event_log().text == "1 of 3 logs do not hold"


@pytest.mark.django_db
def test_logs_from_before_the_chain_are_linked_by_the_migration() -> None:
    pour(1, 1, 2)
    pour(2, {"cups": 0.5})
    before = list(EventRecord.objects.values_list("pk", "previous_hash", "hash"))
    with by_hand() as execute:
        execute("ALTER TABLE platform_eventrecord DROP CONSTRAINT event_is_linked")
        execute("UPDATE platform_eventrecord SET hash = '', previous_hash = ''")
        execute("DELETE FROM platform_eventhead")
    migration = importlib.import_module("revivatech.platform.migrations.0003_event_chain")
    migration.link_what_is_there(apps, SimpleNamespace(connection=connection))
    assert list(EventRecord.objects.values_list("pk", "previous_hash", "hash")) == before
    report = chain.verify()
    assert (report.events, report.broken) == (3, [])
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        EventRecord.objects.update(name="teapot.washed")


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_make_one_chain() -> None:
    pour(1)
    barrier, failed = threading.Barrier(4), []

    def write() -> None:
        try:
            barrier.wait(10)
            for _ in range(5):
                pour(1)
        except Exception as problem:  # pragma: no cover - shown by the assertion
            failed.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    report = chain.verify()
    assert (report.events, report.broken) == (21, [])
