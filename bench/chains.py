"""Event logs as the product writes them, a million at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from revivatech.platform import signing
from revivatech.platform.events.chain import FIRST, PURPOSE, digest, sealed_text
from revivatech.repairs import statuses as s


@dataclass(slots=True)
class _Row:
    """What `digest` reads of a row, without a model's weight."""

    subject_kind: str
    subject_id: int
    sequence: int
    name: str
    payload: dict[str, Any]
    actor_kind: str
    actor_id: int | None
    actor_label: str
    request_id: str
    at: datetime
    previous_hash: str


class Log:
    """`head` is the sequence and hash of the log that `of` gave last."""

    head: tuple[int, str] = (0, FIRST)

    def of(
        self,
        kind: str,
        pk: int,
        told: Sequence[tuple[str, dict[str, Any]]],
        *,
        actor: tuple[str, int, str],
        at: datetime,
    ) -> Iterator[tuple[Any, ...]]:
        """Rows for COPY, from `name` on, an hour apart."""
        self.head = (0, FIRST)
        for sequence, (name, payload) in enumerate(told, start=1):
            full = {**payload, f"{kind}_id": pk}
            row = _Row(kind, pk, sequence, name, full, *actor, "", at + timedelta(hours=sequence), self.head[1])
            hashed = digest(row)  # type: ignore[arg-type]
            yield (name, kind, pk, sequence, Jsonb(full), *actor, "", row.at, row.previous_hash, hashed)
            self.head = (sequence, hashed)

    def seal(self, kind: str, pk: int) -> str:
        return signing.sign(PURPOSE, sealed_text(kind, pk, *self.head))


def told_of(status: str, *, booked: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names and payloads of what happened to a repair up to `status`."""
    if booked:
        yield "repair.booked", {}
    if status == s.BOOKED:
        return
    yield "repair.received", {"before": s.BOOKED, "after": s.INITIAL_ASSESSMENT}
    if status == s.CANCELLED:
        yield "repair.cancelled", {"before": s.INITIAL_ASSESSMENT, "after": s.CANCELLED, "reason": "Not worth it"}
        return
    steps = [s.INITIAL_ASSESSMENT, s.DIAGNOSIS, s.REPAIR_WORK]
    stage = s.STATUSES[status].stage or 7
    for before, after in itertools.pairwise(steps):
        if (s.STATUSES[after].stage or 0) <= stage:
            yield "repair.stage_changed", {"before": before, "after": after, "reason": "", "worked_minutes": None}
    if stage == 7:
        yield (
            "repair.ready",
            {"before": s.FINAL_TESTING, "after": s.READY_FOR_PICKUP, "outcome": "repaired", "summary": ""},
        )
    if status == s.COMPLETED:
        yield "repair.completed", {
            "before": s.READY_FOR_PICKUP, "after": s.COMPLETED, "received_by": "The customer", "method": "collected",
            "identity": "name", "carrier": "", "tracking_number": "", "missing": [],
        }  # fmt: skip
