"""Databases for tests: one server a run, one migrated template for each state of the migrations, a copy for every worker."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg import sql

from .embedded import embedded_server
from .postmaster import alive

SOURCES = Path(__file__).resolve().parents[2]
WRITTEN_AFTERWARDS = ("accounts/permissions.py", "repairs/checklists/starter.py")  # rows that come with `migrate`
KEEP_TEMPLATES = 5
PREFIX = "revivatech_test"


@contextmanager
def server_for_tests(database_url: str) -> Iterator[str]:
    """The address tests use: the given one, or an embedded server in the system's temporary folder, kept between runs."""
    if database_url:
        yield database_url
        return
    folder = Path(tempfile.gettempdir()) / f"revivatech-tests-{os.getuid()}"
    folder.mkdir(mode=0o711, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode):
        raise RuntimeError(f"{folder} belongs to somebody else: remove it or set TMPDIR")
    with embedded_server(folder / "postgres", fsync=False) as server:
        yield server.url


@contextmanager
def worker_database(worker: str, blocker: Any) -> Iterator[None]:
    """Point Django at a fresh copy of the template, named after this run and worker.

    After a test with real commits the whole copy is replaced, rather than emptied table by table: what migrations put in is
    back, and tables that refuse deletion need no exception.
    """
    name = f"{PREFIX}_{os.environ.get('REVIVATECH_TEST_RUN', os.getpid())}_{worker}"
    before = connection.settings_dict["NAME"]

    def replace(_case: TransactionTestCase) -> None:
        connections.close_all()
        _copy(template, name)

    with blocker.unblock():
        _drop_leftovers()
        template = _ensure_template()
        _copy(template, name)
    connection.settings_dict["NAME"] = name
    try:
        with mock.patch.object(TransactionTestCase, "_fixture_teardown", replace):
            yield
    finally:
        with blocker.unblock():
            connections.close_all()
            connection.settings_dict["NAME"] = before
            _run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def make_template(blocker: Any) -> None:
    """Begin with the template before any worker needs it; whoever comes meanwhile waits at the lock."""
    with blocker.unblock():
        _ensure_template()


def _run(statement: str, *names: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def _copy(template: str, name: str) -> None:
    _run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)


def migrations_stamp() -> str:
    """A hash over every migration of every installed app, and what is written after them: the same stamp, the same database."""
    digest = hashlib.blake2b(django.__version__.encode(), digest_size=8)
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for path in sorted((Path(app.path) / "migrations").glob("*.py")):
            digest.update(f"{app.label}/{path.name}\n".encode() + path.read_bytes())
    for name in WRITTEN_AFTERWARDS:
        digest.update((SOURCES / name).read_bytes())
    return digest.hexdigest()


def _ensure_template() -> str:
    """The template's name. The first worker to come migrates while the others wait at the lock."""
    name = f"{PREFIX}_template_{migrations_stamp()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            building = f"{PREFIX}_building"
            _run("DROP DATABASE IF EXISTS {} WITH (FORCE)", building)
            _run("CREATE DATABASE {} TEMPLATE template0", building)
            before = connection.settings_dict["NAME"]
            connection.settings_dict["NAME"] = building
            try:
                call_command("migrate", verbosity=0, interactive=False)
            finally:
                connections.close_all()
                connection.settings_dict["NAME"] = before
            _run("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", building)
            _run("ALTER DATABASE {} RENAME TO {}", building, name)
            _drop_old_templates()
    return name


def _names(pattern: str) -> list[str]:
    """Databases whose name matches, the newest first."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ %s ORDER BY oid DESC", [pattern])
        return [row[0] for row in cursor.fetchall()]


def _drop_old_templates() -> None:
    for name in _names(f"^{PREFIX}_template_")[KEEP_TEMPLATES:]:
        _run("DROP DATABASE IF EXISTS {}", name)


def _drop_leftovers() -> None:
    """Remove copies of runs that were killed; only where runs are processes of this machine."""
    if not connection.settings_dict["HOST"].startswith("/"):
        return
    for name in _names(rf"^{PREFIX}_\d+_"):
        found = re.match(rf"{PREFIX}_(\d+)_", name)
        if found and not alive(int(found[1])):
            _run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
