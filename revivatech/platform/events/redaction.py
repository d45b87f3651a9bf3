"""Taking a person out of the log without breaking it: the one change to a written event that the database lets through.

The row keeps its hash, so the chain over it holds; our signature says what the row was turned into. Whoever changes a row
without `signing.key` is found by `doctor`. Used to erase somebody who asked for it, never to correct history.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from revivatech.platform import signing

from .chain import REDACTION, digest, redacted_text
from .models import EventRecord


def redact(row: EventRecord, *, payload: dict[str, Any], actor_label: str, address: str = "") -> None:
    """Replace what `row` says; everything else of it stays. Needs a transaction, and is done again safely."""
    if not connection.in_atomic_block:
        raise RuntimeError("redact() needs a transaction: the erasure must be whole or not be")
    row.payload, row.actor_label, row.address = payload, actor_label, address
    row.redaction = signing.sign(REDACTION, redacted_text(row.pk, row.hash, digest(row)))
    row.save(update_fields=["payload", "actor_label", "address", "redaction"])
