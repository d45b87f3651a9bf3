"""A kept cursor answers as a new one would."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from revivatech.platform.asking import ask

pytestmark = pytest.mark.django_db
HALF = "SELECT 10 / %s::integer, %s::text"


def test_each_answer_is_that_of_its_values_also_after_an_error() -> None:
    assert ask(HALF, [2, "a"]) == [(5, "a")]
    with pytest.raises(DataError), transaction.atomic():
        ask(HALF, [0, None])
    with CaptureQueriesContext(connection) as asked:
        assert ask(HALF, [5, None]) == [(2, None)]
    assert "10 / 5" in asked.captured_queries[0]["sql"]


def test_another_connection_has_cursors_of_its_own() -> None:
    def twice() -> list[object]:
        found: list[object] = []
        for number in (1, 2):
            found += ask(HALF, [number, "a"])
            connection.close()
        return found

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(twice).result() == [(10, "a"), (5, "a")]
