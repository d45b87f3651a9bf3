"""A new sealing key, and everything sealed with the old one sealed anew.

Seals are found by what they are, in every text and JSON column of every table, so that no package can be forgotten: what
does not open with our keys is not a seal of ours and stays as it is.

The order keeps every secret readable at every moment, also to processes that are running and when this one is killed:
the new key goes on top of the file, transactions that may have sealed with the old one are waited for, all rows change in one
transaction, readers that saw the rows before it are waited for, and only then does the old key go.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from . import sealing
from .locking import lock
from .problems import Conflict

START = "gAAAAA"  # how every Fernet token begins until the year 2106
SHORTEST = 100  # characters of the seal of nothing
WAIT_SECONDS = 60
_PAUSE = 0.1


class StillBusy(Conflict):
    """A transaction from before the new key has not ended. Both keys are kept; run the rotation again."""

    code = "still_busy"
    title = _("An old transaction is still open. Both keys are kept and everything can be read; run the command again.")


@dataclass(slots=True)
class Rotation:
    """`sealed` counts the secrets sealed anew; `unreadable` names rows no key of ours opens, left as they were."""

    sealed: int = 0
    unreadable: list[str] = field(default_factory=list)


def rotate(*, wait: float = WAIT_SECONDS) -> Rotation:
    """Change the key. Raises StillBusy, with nothing lost, when something old keeps running for `wait` seconds."""
    fresh = sealing.new_key()
    sealing.write_keys([fresh, *sealing.key_lines()])
    wait_for_older_transactions(wait)
    done = reseal(fresh)
    wait_for_older_transactions(wait)
    again = reseal(fresh)  # sealed outside a transaction, in the blink between reading the old file and writing the row
    done.sealed += again.sealed
    sealing.write_keys([fresh])
    return done


@transaction.atomic
def reseal(key: str) -> Rotation:
    """Seal with `key`, which is on top of the file, whatever another one sealed. All of it or nothing."""
    lock("platform.sealing")
    report = Rotation()
    for model, name in _columns():
        for row in _holding(model, name):
            before = getattr(row, name)
            after = _renewed(before, key, report, f"{model._meta.label} {row.pk}: {name}")
            if after != before:
                type(row)._base_manager.filter(pk=row.pk).update(**{name: after})
    return report


def seals() -> Iterator[tuple[str, str]]:
    """Where each seal is (table, row, column), and the seal; text that only looks like one included."""
    for model, name in _columns():
        for row in _holding(model, name):
            for text in _texts(getattr(row, name)):
                yield f"{model._meta.label} {row.pk}: {name}", text


def _columns() -> Iterator[tuple[type[models.Model], str]]:
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        if model._meta.proxy or not model._meta.managed:
            continue
        for column in model._meta.local_concrete_fields:
            wide = isinstance(column, models.TextField) or (
                isinstance(column, models.CharField) and (column.max_length or SHORTEST) >= SHORTEST
            )
            if wide or isinstance(column, models.JSONField):
                yield model, column.name


def _holding(model: type[models.Model], name: str) -> Iterator[models.Model]:
    """Rows that may hold a seal there, locked when in a transaction, in the order of their keys."""
    rows = model._base_manager.annotate(searched_text=models.functions.Cast(name, models.TextField()))
    rows = rows.filter(searched_text__contains=START).order_by("pk")
    if connection.in_atomic_block:
        rows = rows.select_for_update(of=("self",), no_key=True)
    yield from rows.iterator(chunk_size=500)


def _texts(value: Any) -> Iterator[str]:
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    _mapped(value, note)
    yield from found


def _renewed(value: Any, key: str, report: Rotation, where: str) -> Any:
    def renew(text: str) -> str:
        if sealing.opens(text, key):
            return text
        try:
            clear = sealing.unseal(text)
        except sealing.SealBroken:
            report.unreadable.append(where)
            return text
        report.sealed += 1
        return sealing.seal(clear)

    return _mapped(value, renew)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every string that begins like a seal changed, at any depth of lists and objects."""
    if isinstance(value, str):
        return change(value) if value.startswith(START) and len(value) >= SHORTEST else value
    if isinstance(value, dict):
        return {name: _mapped(inner, change) for name, inner in value.items()}
    if isinstance(value, list):
        return [_mapped(inner, change) for inner in value]
    return value


def wait_for_older_transactions(seconds: float) -> None:
    """Return when every other transaction of this database that is open now has ended. Raises StillBusy."""
    until = time.monotonic() + seconds
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(array_agg(pid || ' ' || xact_start), '{}') FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
            " AND backend_type = 'client backend'"
        )
        older = cursor.fetchone()[0]
        while older:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction would see the first answer again
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid || ' ' || xact_start = ANY(%s)", [older])
            if not cursor.fetchone()[0]:
                return
            if time.monotonic() >= until:
                raise StillBusy
            time.sleep(_PAUSE)
