"""The worker: a job and what it enqueues share one fate."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from revivatech.platform.commands.processes import run_jobs


@pytest.fixture
def ran() -> Iterator[list[str]]:
    """What ran, in order. The jobs of this test are known to the application for its length only."""
    log: list[str] = []

    @app.task(name="tests.follow_up")
    def follow_up(after: str) -> None:
        log.append(f"follow-up of {after}")

    @app.task(name="tests.change")
    def change(who: str, fails: bool) -> None:
        with transaction.atomic():
            follow_up.defer(after=who)
            log.append(who)
            if fails:
                raise RuntimeError("the change could not be made")

    yield log
    for name in ("tests.follow_up", "tests.change"):
        del app.tasks[name]


@pytest.mark.django_db(transaction=True)
def test_what_a_job_enqueues_is_gone_when_the_job_is_rolled_back(ran: list[str]) -> None:
    app.tasks["tests.change"].defer(who="Tess", fails=False)
    app.tasks["tests.change"].defer(who="Eve", fails=True)
    connection.close()
    asyncio.run(run_jobs(concurrency=1, wait=False, install_signal_handlers=False))
    assert ran == ["Tess", "Eve", "follow-up of Tess"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, status FROM procrastinate_jobs WHERE task_name LIKE 'tests.%%' ORDER BY 1, 2", []
        )
        assert cursor.fetchall() == [
            ("tests.change", "succeeded"),
            ("tests.change", "failed"),
            ("tests.follow_up", "succeeded"),
        ]
