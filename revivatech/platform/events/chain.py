"""The log of each subject is a chain: every row carries the hash of the row before it, and a signed head names the last one.

What a check of it shows: a row changed, inserted, taken out of the middle or cut off the end, by whatever hand, as long as that
hand did not also hold `signing.key`. What it cannot show is written in docs/develop/documents.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction

from revivatech.platform import signing
from revivatech.platform.inserting import insert
from revivatech.platform.questions import Question

from .models import EventHead, EventRecord

FIRST = "0" * 64  # what the first row of a log has for the hash before it
BATCH = 200  # subjects looked at in one statement, and so in one snapshot
PURPOSE = "revivatech event head 1"
REDACTION = "revivatech event redaction 1"


def digest(row: EventRecord) -> str:
    """The SHA-256 of a row, hex. The form is fixed for ever: a stored hash must be found again by any later release."""
    told = {
        "subject": [row.subject_kind, row.subject_id],
        "sequence": row.sequence,
        "name": row.name,
        "payload": _as_stored(json.loads(json.dumps(row.payload))),
        "actor": [row.actor_kind, row.actor_id, row.actor_label],
        "request": row.request_id,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "previous": row.previous_hash,
    }
    if getattr(row, "address", ""):  # rows from before it was kept have none, nor does the migration that linked them
        told["address"] = row.address
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _as_stored(value: Any) -> Any:
    """jsonb keeps the value of a number and not its spelling: 1e2 comes back as 100."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else repr(value)
    if isinstance(value, dict):
        return {key: _as_stored(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_stored(inner) for inner in value]
    return value


_HEAD = Question(
    lambda kind, pk: EventHead.objects.select_for_update(no_key=True).filter(subject_kind=kind, subject_id=pk)
)


def head_of(kind: str, pk: int, *, is_new: bool = False) -> EventHead:
    """The head of a log, locked until the transaction ends; an unsaved one for a subject nothing has happened to yet.

    `is_new`: that is known, and not asked. Were it wrong, the database would refuse a second first event.
    """
    found = None if is_new else _HEAD.first(kind=kind, pk=pk)
    return found or EventHead(subject_kind=kind, subject_id=pk, hash=FIRST)


def append(head: EventHead, row: EventRecord) -> None:
    """Write `row`, which follows from `head`, and let the head name it: one statement, so neither is there without the other."""
    seal = signing.sign(PURPOSE, sealed_text(head.subject_kind, head.subject_id, row.sequence, row.hash))
    if head._state.adding:
        of = [head.subject_kind, head.subject_id]
        insert(row, then=_BEGIN, given=[*of, row.sequence, row.hash, seal])
    else:
        insert(row, then=_GO_ON, given=[row.sequence, row.hash, seal, head.pk])


_BEGIN = """INSERT INTO platform_eventhead (subject_kind, subject_id, sequence, hash, seal, event_id)
SELECT %s, %s::bigint, %s::integer, %s, %s, written.id FROM written"""
_GO_ON = """UPDATE platform_eventhead SET sequence = %s, hash = %s, seal = %s, event_id = written.id
FROM written WHERE platform_eventhead.id = %s"""


def sealed_text(kind: str, pk: int, sequence: int, last_hash: str) -> bytes:
    return f"{kind}:{pk}:{sequence}:{last_hash}".encode()


@dataclass(frozen=True, slots=True)
class Broken:
    """The log of one subject does not hold. `sequence` is the first row that is wrong, 0 when it is the head."""

    kind: str
    pk: int
    sequence: int
    why: str
    only_seal: bool = False  # the rows hold together, but the signature is not one of ours

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}" + (f", event {self.sequence}" if self.sequence else "") + f": {self.why}"


@dataclass(slots=True)
class Report:
    """What was looked at and what was found. `subjects_left` were not looked at."""

    events: int = 0
    subjects: int = 0
    subjects_left: int = 0
    broken: list[Broken] = field(default_factory=list)


def verify(*, at_most: int | None = None) -> Report:
    """Check the logs, those that changed last first; all of them, or until `at_most` rows were read."""
    report = Report(broken=[*_headless()])
    below: int | None = None
    while at_most is None or report.events < at_most:
        seen = 0
        for key, rows in groupby(_rows(below), key=itemgetter("head_event_id")):
            below, seen = key, seen + 1
            _check(list(rows), report)
        if seen < BATCH:
            break
    report.subjects_left = EventHead.objects.filter(event_id__lt=below).count() if below else 0
    return report


def _check(rows: list[dict[str, Any]], report: Report) -> None:
    """One subject: its head, joined to each of its rows in order (or to none)."""
    head = rows[0]
    report.subjects += 1
    report.events += 0 if head["sequence"] is None else len(rows)
    wrong = _fault(rows)
    if wrong:
        report.broken.append(Broken(head["subject_kind"], head["subject_id"], *wrong))
        return
    text = sealed_text(head["subject_kind"], head["subject_id"], head["head_sequence"], head["head_hash"])
    if not signing.is_ours(PURPOSE, text, head["seal"]):
        why = "its head was not signed by this shop"
        report.broken.append(Broken(head["subject_kind"], head["subject_id"], 0, why, only_seal=True))


def _fault(rows: list[dict[str, Any]]) -> tuple[int, str] | None:
    head, previous, expected = rows[0], FIRST, 1
    if head["sequence"] is None:
        return 1, "all its events are gone"
    for row in rows:
        if row["sequence"] != expected:
            return expected, "the event is missing"
        if row["previous_hash"] != previous:
            return expected, "it does not follow from the one before"
        if not _is_as_written(row):
            return expected, "the event was changed"
        previous, expected = row["hash"], expected + 1
    if head["head_sequence"] >= expected:
        return expected, "the last events are missing"
    if (head["head_sequence"], head["head_hash"], head["head_event_id"]) != (expected - 1, previous, rows[-1]["id"]):
        return 0, "its head names another event than the last"
    return None


def _is_as_written(row: dict[str, Any]) -> bool:
    """The hash is that of the row, or what was taken out of the row was taken out under our signature."""
    found = _digest_of(row)
    if not row["redaction"]:
        return bool(found == row["hash"])
    return signing.is_ours(REDACTION, redacted_text(row["id"], row["hash"], found), row["redaction"])


def redacted_text(pk: int, kept_hash: str, digest_now: str) -> bytes:
    """What the signature on a redacted row covers: which row, the hash it had and keeps, what is left of it."""
    return f"{pk}:{kept_hash}:{digest_now}".encode()


def _digest_of(row: dict[str, Any]) -> str:
    payload = row["payload"]
    stored = EventRecord(
        subject_kind=row["subject_kind"], subject_id=row["subject_id"], sequence=row["sequence"], name=row["name"],
        payload=json.loads(payload) if isinstance(payload, str) else payload, actor_kind=row["actor_kind"],
        actor_id=row["actor_id"], actor_label=row["actor_label"], request_id=row["request_id"], at=row["at"], address=row["address"],
        previous_hash=row["previous_hash"],
    )  # fmt: skip
    return digest(stored)


# Heads and their rows in one statement: a log that grows meanwhile is seen with both or with neither.
_HEADS_WITH_ROWS = """
SELECT h.subject_kind, h.subject_id, h.sequence AS head_sequence, h.hash AS head_hash, h.event_id AS head_event_id, h.seal,
       e.id, e.sequence, e.name, e.payload::text AS payload, e.actor_kind, e.actor_id, e.actor_label, e.request_id, e.at, e.address, e.redaction,
       e.previous_hash, e.hash
  FROM (SELECT * FROM platform_eventhead WHERE %(below)s::bigint IS NULL OR event_id < %(below)s
        ORDER BY event_id DESC LIMIT %(batch)s) h
  LEFT JOIN platform_eventrecord e ON e.subject_kind = h.subject_kind AND e.subject_id = h.subject_id
 ORDER BY h.event_id DESC, e.sequence
"""


def _rows(below: int | None) -> Iterator[dict[str, Any]]:
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_HEADS_WITH_ROWS, {"below": below, "batch": BATCH})
        names: list[str] = []
        while chunk := cursor.fetchmany(1_000):
            names = names or [column.name for column in cursor.description]
            for values in chunk:
                yield dict(zip(names, values, strict=True))


def _headless() -> Iterator[Broken]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT subject_kind, subject_id FROM platform_eventrecord e WHERE NOT EXISTS (SELECT FROM"
            " platform_eventhead h WHERE h.subject_kind = e.subject_kind AND h.subject_id = e.subject_id)"
            " ORDER BY subject_kind, subject_id LIMIT 100"
        )
        for kind, pk in cursor.fetchall():
            yield Broken(kind, pk, 0, "its head is gone")


def last_link(kind: str, pk: int) -> tuple[int, str]:
    """Sequence and hash of the newest row; what a signed paper quotes to pin the log down outside the database."""
    found = EventHead.objects.filter(subject_kind=kind, subject_id=pk).values_list("sequence", "hash").first()
    return found or (0, FIRST)


__all__ = ["Broken", "EventHead", "Report", "append", "digest", "head_of", "last_link", "verify"]
