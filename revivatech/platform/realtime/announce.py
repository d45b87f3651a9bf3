"""Tell the live hub that something changed. Delivered when the transaction commits, dropped when it rolls back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection

from revivatech.platform.asking import ask

from .channel import CHANNEL

_gathered: ContextVar[dict[str, None] | None] = ContextVar("gathered", default=None)


@contextmanager
def announced_together() -> Iterator[None]:
    """What is announced within is said in one statement at the end, each topic once. Within a transaction, and in none
    when something fails: then nothing was changed that could be told of."""
    if _gathered.get() is not None:
        yield
        return
    topics: dict[str, None] = {}
    before = _gathered.set(topics)
    try:
        yield
    finally:
        _gathered.reset(before)
    if topics:
        announce(*topics)


def announce(*topics: str) -> None:
    """Say that each topic has a new version. A topic is `kind:id`, such as `repair:12`; no data travels."""
    gathered = _gathered.get()
    if gathered is not None:
        gathered.update(dict.fromkeys(topics))
        return
    told = [json.dumps({"topic": topic}) for topic in topics]
    ask("SELECT pg_notify(%s, told) FROM unnest(%s::text[]) AS told", [CHANNEL, told])


def revoke(principal: str) -> None:
    """Close every live subscription of a principal, such as `user:12`, after log-out or a change of role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"revoke": principal})])
