"""`/health/live`: the process answers. `/health/ready`: everything it needs answers too (200, else 503).

The report names states and ages, never addresses, versions or error texts: anybody may read it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from revivatech.platform import clock

Report = dict[str, Any]
WORKER_SILENT_AFTER = 60.0  # seconds; a worker reports every 10
JOB_LATE_AFTER = 300.0
MIN_FREE_BYTES = 500_000_000
NEED_DATABASE = {"migrations", "jobs"}
NO_DATABASE: Report = {"ok": False, "problem": "no answer from the database"}


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    return _answer({"status": "ok"}, 200)


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    checks: dict[str, Report] = {}
    for name, check in CHECKS.items():
        # Without a database the others would each wait for the same time-out.
        down = name in NEED_DATABASE and not checks["database"]["ok"]
        checks[name] = NO_DATABASE if down else _report(check)
    ok = all(check["ok"] for check in checks.values())
    return _answer({"status": "ok" if ok else "failing", "checks": checks}, 200 if ok else 503)


def _report(check: Callable[[], Report]) -> Report:
    try:
        return check()
    except DatabaseError:
        return NO_DATABASE


def _answer(report: Report, status: int) -> JsonResponse:
    response = JsonResponse(report, status=status)
    add_never_cache_headers(response)
    return response


def database() -> Report:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


def migrations() -> Report:
    waiting = len(_known_migrations() - MigrationRecorder(connection).applied_migrations().keys())
    return {"ok": waiting == 0, "waiting": waiting}


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """All migrations in the installed packages; they cannot change while the process lives."""
    return frozenset(MigrationLoader(None).graph.nodes)


def jobs() -> Report:
    """A worker reported lately, and no job that is due has been waiting for long."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        heard: datetime | None = cursor.fetchone()[0]
        # A job without a date is due from the moment it was deferred.
        cursor.execute(
            """
            SELECT count(*), min(coalesce(job.scheduled_at, deferred.at))
            FROM procrastinate_jobs AS job
            LEFT JOIN LATERAL (
                SELECT max(at) AS at FROM procrastinate_events
                WHERE job_id = job.id AND type IN ('deferred', 'deferred_for_retry')
            ) AS deferred ON true
            WHERE job.status = 'todo' AND coalesce(job.scheduled_at, '-infinity') <= now()
            """
        )
        waiting, oldest = cursor.fetchone()
    silent, age = _seconds_since(heard), _seconds_since(oldest) or 0.0
    problem = ""
    if silent is None or silent > WORKER_SILENT_AFTER:
        problem = "no worker is running"
    elif age > JOB_LATE_AFTER:
        problem = "jobs are waiting too long"
    report = {"ok": not problem, "worker_seen_seconds_ago": silent, "waiting": waiting, "oldest_waiting_seconds": age}
    return report | ({"problem": problem} if problem else {})


def live_hub() -> Report:
    """The hub on this machine, over HTTP. Behind LIVE_URL it may run elsewhere; then the local port decides nothing."""
    import httpx  # here: a start reads it for nothing

    host = settings.LIVE_PROBE_HOST
    try:
        answer = httpx.get(f"http://{host}:{settings.LIVE_PORT}/health/live", timeout=1.0, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return {"ok": False, "problem": "the live hub does not answer"}
    listening = bool(answer.get("listening"))
    report = {"ok": listening, "connections": answer.get("connections")}
    return report if listening else report | {"problem": "the live hub is not connected to the database"}


def disk() -> Report:
    free = shutil.disk_usage(settings.DATA_DIR).free
    return {"ok": free >= MIN_FREE_BYTES, "free_megabytes": free // 1_000_000}


CHECKS: dict[str, Callable[[], Report]] = {
    "database": database,
    "migrations": migrations,
    "jobs": jobs,
    "live": live_hub,
    "disk": disk,
}


def _seconds_since(moment: datetime | None) -> float | None:
    return None if moment is None else round((clock.now() - moment).total_seconds(), 1)


urlpatterns = [path("live", live, name="health_live"), path("ready", ready, name="health_ready")]
