"""Run what was enqueued, here and now, in the test's own transaction. The worker itself has tests of its own."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def run_jobs(queue: str = "") -> list[str]:
    """Run every waiting job, also those that the jobs enqueue; returns the names of their tasks. A failure is raised."""
    ran: list[str] = []
    while True:
        waiting = ProcrastinateJob.objects.filter(status="todo").order_by("id")
        job = (waiting.filter(queue_name=queue) if queue else waiting).first()
        if job is None:
            return ran
        app.tasks[job.task_name].func(**job.args)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [job.pk])
        ran.append(job.task_name)
