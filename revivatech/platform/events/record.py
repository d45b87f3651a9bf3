"""Write an event and set off its reactions, all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string
from procrastinate.tasks import Task

from revivatech.platform.actors import Actor
from revivatech.platform.web.request_id import current_address, current_request_id

from . import chain
from .base import Event
from .models import EventRecord

# A job runs after the commit, in the worker, with `event_id=`; a plain function runs at once, inside the transaction.
Reaction = Task[Any, Any, Any] | Callable[[Event, EventRecord, Actor], None]


# Subjects of which it matters from where somebody acted, whoever it was. Of customers' bookings and repairs it does not.
ABOUT_ACCESS = frozenset({"user", "invitation", "role"})


def record(event: Event, *, by: Actor, is_first: bool = False) -> EventRecord:
    """Append `event` to its subject's log and set off its reactions. Needs a transaction, so that all of it or nothing happens.

    The caller holds the subject's row lock; without it two writers could pick one sequence number, and the database refuses the second.
    `is_first`: the caller has made the subject in this transaction, and this is the first that happens to it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() needs a transaction: the event must commit with the change it tells of")
    kind, pk = event.subject
    head = chain.head_of(kind, pk, is_new=is_first)
    row = EventRecord(
        name=event.name,
        subject_kind=kind,
        subject_id=pk,
        sequence=head.sequence + 1,
        payload=event.payload(),
        actor_kind=by.kind,
        actor_id=by.user_id,
        actor_label=by.label,
        request_id=current_request_id(),
        address=current_address() if by.is_staff or kind in ABOUT_ACCESS else "",
        previous_hash=head.hash,
    )
    row.hash = chain.digest(row)
    chain.append(head, row)
    for reaction in _reactions().get(type(event), ()):
        if isinstance(reaction, Task):
            reaction.defer(event_id=row.pk)
        else:
            reaction(event, row, by)
    return row


@cache
def _reactions() -> Mapping[type[Event], Sequence[Reaction]]:
    table: Mapping[type[Event], Sequence[Reaction]] = import_string(settings.REVIVATECH_WIRING)
    return table
