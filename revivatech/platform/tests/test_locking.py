"""Advisory locks: one at a time, no deadlock, gone with the transaction."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from revivatech.platform.locking import lock

pytestmark = pytest.mark.django_db(transaction=True)


def held() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_a_lock_needs_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="needs a transaction"):
        lock("slot:1")


def test_a_lock_ends_with_its_transaction() -> None:
    with transaction.atomic():
        lock("slot:1", "slot:2", "slot:1")
        assert held() == 2
    assert held() == 0


def test_opposite_orders_do_not_deadlock_and_only_one_is_inside() -> None:
    start, inside = Barrier(8), []

    def enter(number: int) -> int:
        start.wait(timeout=10)
        names = ["slot:1", "slot:2", "slot:3"]
        try:
            with transaction.atomic():
                lock(*(names if number % 2 else reversed(names)))
                inside.append(number)
                seen = len(inside)
                inside.remove(number)
                return seen
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(enter, range(8))) == [1] * 8
