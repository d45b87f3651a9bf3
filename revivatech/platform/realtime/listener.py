"""The one connection to PostgreSQL of a hub process: LISTEN, notice when the line dies, come back."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import Any

import psycopg
from django.conf import settings

from .channel import CHANNEL
from .hub import Hub

log = logging.getLogger(__name__)

# Not for libpq: these steer Django's own use of the connection.
_DJANGO_OPTIONS = {"pool", "server_side_binding", "isolation_level", "assume_role", "prepare_threshold", "context"}
QUIET_CHECK = 15.0  # seconds without a word after which the line is tried
LONGEST_PAUSE = 5.0


async def listen(hub: Hub) -> None:
    """Feed `hub` for ever. Cancel to stop."""
    pause = 0.1
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**connection_parameters(), autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                hub.listens_again()
                pause = 0.1
                log.info("live hub listens")
                await _pass_on(connection, hub)
        except (psycopg.Error, OSError) as error:
            hub.listening = False
            log.warning("live hub lost the database, trying again: %s", str(error).strip().partition("\n")[0])
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads the hubs, keeps no secret
        pause = min(pause * 2, LONGEST_PAUSE)


async def _pass_on(connection: psycopg.AsyncConnection[Any], hub: Hub) -> None:
    while True:
        async for notification in connection.notifies(timeout=QUIET_CHECK):
            hub.heard(notification.payload)
        await asyncio.wait_for(connection.execute("SELECT 1"), timeout=5)


def connection_parameters() -> dict[str, Any]:
    """libpq's words for Django's database settings. Needs a direct connection: a transaction pooler drops LISTEN."""
    database = settings.DATABASES["default"]
    named = {
        "dbname": database["NAME"],
        "user": database["USER"],
        "password": database["PASSWORD"],
        "host": database["HOST"],
        "port": database["PORT"],
    }
    extra = {key: value for key, value in database.get("OPTIONS", {}).items() if key not in _DJANGO_OPTIONS}
    dead_line = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "connect_timeout": 5}
    return {
        **dead_line,
        **{key: value for key, value in (named | extra).items() if value},
        "application_name": "revivatech live",
    }
