"""DATABASE_URL to Django's settings. PostgreSQL only; nothing here starts a server."""

from __future__ import annotations

from select import POLLIN, poll
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    import psycopg


def database_settings(url: str, *, testing: bool = False) -> dict[str, Any]:
    """Settings for `DATABASES`. An empty url yields a placeholder that fails on first use with a plain sentence.

    A Unix socket and its user go in the query: `postgresql:///revivatech?host=/run/postgresql&user=shop`.
    """
    parts = urlsplit(url or "postgresql:///revivatech?host=/nonexistent-embedded-server-not-started")
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL must begin with postgresql:// (it begins with {parts.scheme}://).")
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", parts.hostname or "")
    port = query.pop("port", str(parts.port or ""))
    user = query.pop("user", unquote(parts.username or ""))
    password = query.pop("password", unquote(parts.password or ""))
    options: dict[str, Any] = {"server_side_binding": True, "connect_timeout": 5, **query}
    # A statement asked for the sixth time on a connection is planned once and for all; PgBouncer from 1.21 passes it on.
    options["prepare_threshold"] = int(query["prepare_threshold"]) if "prepare_threshold" in query else 5
    if not testing:
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 5, "max_lifetime": 1800, "check": still_there}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "revivatech",
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": port,
        "CONN_HEALTH_CHECKS": testing is False,
        "OPTIONS": options,
        "ATOMIC_REQUESTS": False,
        "TEST": {"TEMPLATE": "template0"},
    }


def still_there(connection: psycopg.Connection[Any]) -> None:
    """Runs before every request takes its connection from the pool. A server that went away has closed the socket, which
    then has something to read: only in that case is the server asked. Asking each time is a round trip with every page.
    """
    from psycopg_pool import ConnectionPool

    if _has_something_to_read(connection.fileno()):
        ConnectionPool.check_connection(connection)


async def still_there_async(connection: psycopg.AsyncConnection[Any]) -> None:
    """The same, for the worker's connections to the queue."""
    from psycopg_pool import AsyncConnectionPool

    if _has_something_to_read(connection.fileno()):
        await AsyncConnectionPool.check_connection(connection)


def _has_something_to_read(socket: int) -> bool:
    watched = poll()
    watched.register(socket, POLLIN)
    return bool(watched.poll(0))
