"""Advisory locks for scarce things. Held to the end of the transaction; taken in sorted order, so two callers cannot deadlock."""

from __future__ import annotations

import hashlib

from django.db import connection

from .asking import ask


def lock(*names: str) -> None:
    """Wait for and hold the named locks until this transaction ends. Lock order: docs/develop/concurrency.md."""
    if not connection.in_atomic_block:
        raise RuntimeError("lock() needs a transaction: the lock would be gone at once")
    keys = sorted(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True) for name in names)
    ask("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])  # one after the other
