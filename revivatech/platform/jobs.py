"""Background work. A job is enqueued on the caller's connection, so it commits or rolls back with the change.

@job(queue="mail", retry=5)
def send_message(message_id: int) -> None: ...

send_message.defer(message_id=7)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.manager import JobManager
from procrastinate.tasks import Task

HEARTBEAT = 5.0  # seconds between a worker's signs of life, and between its looks for others that give none
DEAD_AFTER = 30  # seconds of silence; a worker that was asked to leave is silent while it finishes its last jobs


def job(
    *, queue: str = "default", retry: int = 5, wait: int = 5, lock: str | None = None
) -> Callable[..., Task[Any, Any, Any]]:
    """Declare a job in a feature's `jobs.py`. Failed runs are retried `retry` times, waiting `wait`, then 6 × as long each time (seconds)."""
    strategy = RetryStrategy(max_attempts=retry, wait=wait, exponential_wait=6)
    return app.task(queue=queue, retry=strategy, lock=lock)


def scheduled(cron: str, *, queue: str = "default") -> Callable[[Callable[..., Any]], Task[Any, Any, Any]]:
    """Declare a job that runs on a cron line (UTC). The function takes `timestamp: int`, the moment it was due."""

    def declare(function: Callable[..., Any]) -> Task[Any, Any, Any]:
        return app.periodic(cron=cron)(app.task(queue=queue)(function))

    return declare


async def give_back_stalled(job_manager: JobManager) -> None:
    """Give back to the queue what a killed worker had in its hands. Every job is safe to run again."""
    for stalled in await job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER):
        await job_manager.retry_job(stalled)
