"""Health: alive without anything else; ready only when everything answers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from revivatech.platform.housekeeping import tidy
from revivatech.platform.web import health
from revivatech.testing.live import running_hub


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with running_hub() as running:
        monkeypatch.setattr(settings, "LIVE_PORT", running.port)
        yield


def worker_heard(ago: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval)", [ago])


def ready(client: Client) -> tuple[int, Any]:
    response = client.get("/health/ready")
    return response.status_code, response.json()


def test_alive_needs_no_database(client: Client) -> None:
    response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]
    assert client.post("/health/live").status_code == 405


@pytest.mark.django_db
def test_ready_when_everything_answers(client: Client, hub: None) -> None:
    worker_heard("5 seconds")
    status, report = ready(client)
    assert (status, report["status"]) == (200, "ok")
    assert {name: check["ok"] for name, check in report["checks"].items()} == {
        "database": True,
        "migrations": True,
        "jobs": True,
        "live": True,
        "disk": True,
    }
    assert report["checks"]["live"] == {"ok": True, "connections": 0}


@pytest.mark.django_db
def test_no_worker_or_a_silent_one_is_not_ready(client: Client, hub: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
    status, report = ready(client)
    assert (status, report["checks"]["jobs"]["problem"]) == (503, "no worker is running")
    worker_heard("61 seconds")
    assert ready(client)[1]["checks"]["jobs"]["problem"] == "no worker is running"


@pytest.mark.django_db
def test_a_job_that_waits_too_long_is_told_with_its_age(client: Client, hub: None) -> None:
    worker_heard("1 second")
    tidy.defer(timestamp=0)
    assert ready(client)[1]["checks"]["jobs"] | {"worker_seen_seconds_ago": 0, "oldest_waiting_seconds": 0} == {
        "ok": True,
        "worker_seen_seconds_ago": 0,
        "waiting": 1,
        "oldest_waiting_seconds": 0,
    }
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '301 seconds'")
    status, report = ready(client)
    assert (status, report["checks"]["jobs"]["problem"]) == (503, "jobs are waiting too long")
    assert 301 <= report["checks"]["jobs"]["oldest_waiting_seconds"] < 330


@pytest.mark.django_db
def test_a_job_for_later_is_not_late(client: Client, hub: None) -> None:
    worker_heard("1 second")
    tidy.configure(schedule_in={"hours": 2}).defer(timestamp=0)
    assert ready(client)[1]["checks"]["jobs"]["waiting"] == 0


@pytest.mark.django_db
def test_a_missing_migration_is_not_ready(client: Client, hub: None) -> None:
    worker_heard("1 second")
    MigrationRecorder(connection).record_unapplied("platform", "0001_initial")
    status, report = ready(client)
    assert (status, report["checks"]["migrations"]) == (503, {"ok": False, "waiting": 1})


@pytest.mark.django_db
def test_without_a_hub_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    worker_heard("1 second")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and never answers
        monkeypatch.setattr(settings, "LIVE_PORT", silent.getsockname()[1])
        status, report = ready(client)
    assert (status, report["checks"]["live"]) == (503, {"ok": False, "problem": "the live hub does not answer"})


@pytest.mark.django_db
def test_a_full_disk_is_not_ready(client: Client, hub: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "MIN_FREE_BYTES", 10**18)
    assert ready(client)[1]["checks"]["disk"]["ok"] is False


def test_tidying_is_scheduled() -> None:
    from procrastinate.contrib.django import app

    scheduled = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert scheduled["revivatech.platform.housekeeping.tidy"] == "*/10 * * * *"
