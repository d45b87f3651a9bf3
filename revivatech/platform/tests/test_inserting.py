"""A row inserted by the kept statement is the row that `save()` would have written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Model
from django.db.models.functions import Now
from django.db.models.signals import post_save
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from revivatech.customers.models import Customer
from revivatech.platform.events.models import EventHead
from revivatech.platform.inserting import insert, insert_unless_taken
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.factories import make_customer, make_device

pytestmark = pytest.mark.django_db


def test_the_same_row_as_saved(shop: Location) -> None:
    customer = make_customer()
    fields = {
        "location": shop, "customer": customer, "device": make_device(customer), "description": "Dark, 100 % é \\ '\"", "services": ["screen"],
        "price": {"total_pence": 1, "lines": [None, 1.5, "é"]}, "code": "RT-1111111", "token": "t1", "created_at": datetime(2026, 3, 1, tzinfo=UTC),
    }  # fmt: skip
    other = {**fields, "code": "RT-2222222", "token": "t2"}
    for _again in range(2):
        with CaptureQueriesContext(connection) as asked:
            one = insert(Repair(**fields))
        assert len(asked) == 1
        two = Repair.objects.create(**other)
        for row in (one, two):
            assert not row._state.adding
            assert {k: v for k, v in vars(row).items() if k != "_state"}.keys() == {
                f.attname for f in Repair._meta.concrete_fields
            }
        stored: list[Any] = [Repair.objects.values().get(pk=row.pk) for row in (one, two)]
        assert {k for k in stored[0] if stored[0][k] != stored[1][k]} == {"id", "code", "token"}
        assert (one.queue_rank, one.queue_due) == (two.queue_rank, two.queue_due)
        one.delete()
        two.delete()


def test_errors_are_those_of_save(shop: Location) -> None:
    insert(EventHead(subject_kind="test", subject_id=1, event_id=-1))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(EventHead(subject_kind="test", subject_id=1, event_id=-2))
    with pytest.raises(DataError), transaction.atomic():
        insert(EventHead(subject_kind="x" * 99, subject_id=2, event_id=-3))
    with pytest.raises(ValueError, match="unsaved related object"):
        insert(Repair(location=shop, customer=Customer(name="Nobody")))
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            insert(EventHead(subject_kind="test", subject_id=1, event_id=-2))
        with pytest.raises(TransactionManagementError):  # as after save(): the transaction is lost, and Django knows
            EventHead.objects.count()
        transaction.set_rollback(True)


def test_what_is_not_plain_is_saved_as_ever() -> None:
    assert insert(Customer(name="Zoe", phone="+442079460958", created_at=Now())).pk
    assert insert(Customer(pk=10**9, name="Zoe", phone="+442079460958")).pk == 10**9
    heard: list[Model] = []

    def listen(instance: Model, **_more: object) -> None:
        heard.append(instance)

    post_save.connect(listen, sender=Location)
    try:
        place = insert(Location(name="Leeds", slug="leeds"))
    finally:
        post_save.disconnect(listen, sender=Location)
    assert heard == [place]


def test_another_statement_in_the_same_one() -> None:
    with CaptureQueriesContext(connection) as asked:
        row = insert(
            EventHead(subject_kind="test", subject_id=1, event_id=-1),
            then="INSERT INTO platform_eventhead (subject_kind, subject_id, sequence, hash, seal, event_id)"
            " SELECT %s, written.id, 0, '', '', -2 FROM written",
            given=["other"],
        )
    assert len(asked) == 1
    assert EventHead.objects.get(subject_kind="other").subject_id == row.pk


def test_what_is_taken_is_left_and_the_transaction_goes_on() -> None:
    one, two = (EventHead(subject_kind="test", subject_id=1, event_id=number) for number in (-1, -2))
    assert insert_unless_taken(one)
    assert not insert_unless_taken(two)
    assert EventHead.objects.get(subject_kind="test").pk == one.pk
