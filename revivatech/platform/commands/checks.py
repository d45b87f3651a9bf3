"""What `doctor` looks at. A package adds its own by a module `checks.py`:

@check("mail")
def mail() -> Finding:
    return Finding("off", "no mail server is set", problems=["Set one under Settings, Mail."])
"""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

State = Literal["off", "sandbox", "live"]
LITTLE_DISK = 1_000_000_000
HEARTBEAT_WITHIN = 60  # seconds; a worker tells every 10
JOB_WAITS_TOO_LONG = 600


@dataclass(frozen=True, slots=True)
class Finding:
    """`state` is what is true now: `off`, `sandbox` (works, reaches nobody outside) or `live`. Problems are sentences."""

    state: State
    text: str
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Options:
    """How thorough to be; set from the command line before the checks run."""

    full: bool = False  # read everything, however long it takes


OPTIONS = Options()
Check = Callable[[], Finding]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check. A package's check of the same name replaces the one here."""

    def register(function: Check) -> Check:
        CHECKS[name] = function
        return function

    return register


@check("database")
def database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
        version, size = cursor.fetchone()
    embedded = Path(settings.DATA_DIR, "postgres").resolve()
    ours = connection.settings_dict["HOST"].startswith(str(embedded))
    return Finding("live", f"PostgreSQL {version}, {'embedded' if ours else 'DATABASE_URL'}, {size / 1e6:.0f} MB")


@check("migrations")
def migrations() -> Finding:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding("off", f"{len(waiting)} wait", ["The tables are out of date: run `revivatech prepare`."])
    return Finding("live", "all applied")


@check("jobs")
def jobs() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [HEARTBEAT_WITHIN],
        )
        workers = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'failed'),"
                       " extract(epoch FROM now() - min(coalesce(scheduled_at, e.at)) FILTER (WHERE status = 'todo'))"
                       " FROM procrastinate_jobs j LEFT JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events"
                       " WHERE job_id = j.id) e ON true")  # fmt: skip
        waiting, failed, longest = cursor.fetchone()
    problems = []
    if longest and longest > JOB_WAITS_TOO_LONG:
        problems.append(f"A job has been waiting for {longest / 60:.0f} minutes: is a worker running?")
    if failed:
        problems.append(f"{failed} jobs failed for good: `revivatech manage procrastinate shell` lists them.")
    if not workers and _web_answers():
        problems.append("The pages run but no worker does: start `revivatech worker`.")
    return Finding("live" if workers else "off", f"{workers} workers, {waiting} waiting, {failed} failed", problems)


def _answers(port: int) -> bool:
    from .serve import answers

    return asyncio.run(answers("127.0.0.1", port, "/health/live"))


def _web_answers() -> bool:
    return _answers(settings.WEB_PORT)


@check("web")
def web() -> Finding:
    running = _web_answers()
    return Finding("live" if running else "off", f"port {settings.WEB_PORT}{'' if running else ': not running'}")


@check("live hub")
def live_hub() -> Finding:
    if _answers(settings.LIVE_PORT):
        return Finding("live", f"port {settings.LIVE_PORT}")
    problems = ["The pages run but the live hub does not: start `revivatech live`."] if _web_answers() else []
    return Finding("off", f"port {settings.LIVE_PORT}: not running", problems)


@check("disk")
def disk() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR).free
    problems = [f"Only {free / 1e6:.0f} MB are free in {settings.DATA_DIR}."] if free < LITTLE_DISK else []
    return Finding("live", f"{free / 1e9:.0f} GB free in {settings.DATA_DIR}", problems)


@check("mail")
def mail() -> Finding:
    if not settings.MAIL_URL:
        return Finding("off", "no mail server is set; messages are kept and shown as not sent")
    host = urlsplit(settings.MAIL_URL).hostname or "?"
    problems = [] if settings.MAIL_FROM else ["REVIVATECH_MAIL_FROM is not set: mail needs a sender."]
    return Finding("sandbox" if _is_local(host) else "live", f"through {host}", problems)


@check("secret key")
def secret_key() -> Finding:
    if os.environ.get("REVIVATECH_SECRET_KEY"):
        return Finding("live", "from the environment")
    path = Path(settings.DATA_DIR) / "secret.key"
    mode = stat.S_IMODE(path.stat().st_mode)
    problems = [f"Others can read {path}: run chmod 600 {path}."] if mode & 0o077 else []
    return Finding("live", str(path), problems)


@check("address")
def address() -> Finding:
    url = settings.PUBLIC_URL
    if _is_local(urlsplit(url).hostname or ""):
        return Finding("sandbox", f"{url}: this machine only; links in messages lead nowhere else")
    if not settings.HTTPS:
        return Finding(
            "live", url, ["Passwords travel in the open: put a TLS proxy in front and set an https:// address."]
        )
    problems = (
        []
        if settings.TRUSTED_PROXIES
        else ["Behind a proxy set REVIVATECH_TRUSTED_PROXIES, or limits count the proxy."]
    )
    return Finding("live", url, problems)


@check("static files")
def static_files() -> Finding:
    from . import stamps

    if settings.DEBUG:
        return Finding("sandbox", "served from the sources (REVIVATECH_DEBUG is on)")
    if not stamps.static_is_current(Path(settings.DATA_DIR)):
        return Finding("off", "out of date", ["The static files are out of date: run `revivatech prepare`."])
    return Finding("live", str(settings.STATIC_ROOT))


def _is_local(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")
