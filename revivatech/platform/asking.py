"""Statements that are run again and again keep their cursor.

psycopg works out for each cursor, and for each other statement on it, how values are written and rows are read. A cursor that meets the
statement it ran last knows already, which is a third of what a small question costs. They live as long as their connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper

MOST = 500  # of a connection: a question with a list is one statement for each length of it


def ask(sql: str, values: Sequence[Any] | dict[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of the answer. `sql` is a text the caller keeps, not one put together for this time."""
    cursor = _run(sql, values)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def tell(sql: str, values: Sequence[Any] | dict[str, Any]) -> None:
    """The same for a statement without an answer."""
    _run(sql, values)


def _run(sql: str, values: Sequence[Any] | dict[str, Any]) -> CursorWrapper:
    """What `connection.cursor()` does, with a cursor from before."""
    connection = connections[DEFAULT_DB_ALIAS]
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursors: dict[str, Any] = connection.connection.__dict__.setdefault("cursors_kept", {})
    kept = cursors.get(sql)
    if kept is None or kept.closed:
        if len(cursors) >= MOST:
            cursors.clear()
        with connection.wrap_database_errors:
            kept = cursors[sql] = connection.create_cursor()
    cursor: CursorWrapper = connection._prepare_cursor(kept)  # type: ignore[attr-defined]  # notes what is asked, in tests
    cursor.execute(sql, values)
    return cursor
