"""`revivatech prepare`: bring the database, the shipped data and the static files up to date. Safe to run at any time.

`serve` runs it in a process of its own and only when something changed. Installs with separate processes run it once per release.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from . import stamps
from .problems import OWNER_LINK
from .processes import close_pools

LOCK = "revivatech prepare"


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is going on, and how long it took."""
    began = time.monotonic()
    print(f"{what} …", flush=True)
    yield
    print(f"{what}: done in {time.monotonic() - began:.1f} s", flush=True)


def prepare(data: Path) -> None:
    """Everything that is out of date, then the owner's link when the shop has no owner."""
    django.setup()
    url = os.environ["DATABASE_URL"]
    stamp = stamps.database_stamp()
    if stamps.read_database(url).get("stamp") != stamp:
        _update_database(url, stamp)
    if not stamps.static_is_current(data):
        _collect_static(data)
    link = owner_link()
    if link is None:
        stamps.note_database(url, owned=True)
    else:
        print(f"{OWNER_LINK}{link}", flush=True)


def _update_database(url: str, stamp: str) -> None:
    from django.core.management import call_command, get_commands
    from django.db import connection

    with connection.cursor() as cursor:
        # Two machines that start a new release at once must not migrate at once. The server frees the lock if we die.
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [LOCK])
        if not cursor.fetchone()[0]:
            with step("Waiting for another process that updates the database"):
                cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [LOCK])
        try:
            with step("Updating the database tables"):
                call_command("migrate", interactive=False, verbosity=0)
            if "load_catalogue" in get_commands():
                with step("Loading the device catalogue"):
                    call_command("load_catalogue", verbosity=0)
            stamps.note_database(url, stamp=stamp)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [LOCK])


# Pages and scripts that libraries bring and no page of ours asks for: most of the bytes there were to compress.
UNUSED = ["ninja", "django_htmx"]


def _collect_static(data: Path) -> None:
    from django.core.management import call_command

    stamp = stamps.static_stamp()
    with step("Collecting and compressing the static files"):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)
        note = stamps.static_note(data)
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(stamp)


def owner_link() -> str | None:
    """The one-time link that makes the owner's account; None when the shop has an owner. Asked by name: accounts build on us."""
    if importlib.util.find_spec("revivatech.accounts.first_run") is None:
        return None
    link: str | None = importlib.import_module("revivatech.accounts.first_run").owner_link()
    return link


def main(data: Path) -> int:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management.base import CommandError
    from django.db import Error

    try:
        prepare(data)
    except (Error, CommandError, ImproperlyConfigured, OSError) as problem:
        reason = " ".join(str(problem).split()) or type(problem).__name__
        print(f"The shop cannot be prepared: {reason}", file=sys.stderr)
        return 1
    finally:
        close_pools()
    return 0
