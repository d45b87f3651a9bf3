"""What becomes of somebody's open repairs when they leave."""

from __future__ import annotations

from revivatech.accounts.events import UserRemoved
from revivatech.accounts.models import User
from revivatech.platform.actors import Actor
from revivatech.platform.events.base import Event
from revivatech.platform.events.models import EventRecord
from revivatech.platform.events.record import record

from .actions.work import technicians_at
from .events import RepairAssigned
from .models import Repair
from .timing import rules as timing
from .timing.models import Ended
from .topics import announce_change


def hand_over_work(event: Event, row: EventRecord, by: Actor) -> None:
    """In the transaction that removes them, each open repair goes to the successor, or to nobody where the successor does
    not work. Whoever may remove a colleague may do this without the permission to assign: it follows from the removal."""
    assert isinstance(event, UserRemoved)
    leaver = User.objects.get(pk=event.user_id)
    workers: dict[int, dict[int, User]] = {}
    held = Repair.objects.open().filter(assigned_to_id=event.user_id).order_by("pk")
    for repair in held.select_for_update(of=("self",), no_key=True):
        if repair.location_id not in workers:
            workers[repair.location_id] = {person.pk: person for person in technicians_at(repair.location_id)}
        successor = workers[repair.location_id].get(event.successor_id or 0)
        repair.assigned_to = successor
        timing.stop_locked(repair, Ended.REASSIGNED, by=by, technician_id=leaver.pk)
        repair.version += 1
        repair.save(update_fields=["assigned_to", "version"])
        change = RepairAssigned(
            repair_id=repair.pk, before_id=leaver.pk, before=str(leaver),
            after_id=successor.pk if successor else None, after=str(successor or ""),
        )  # fmt: skip
        record(change, by=by)
        announce_change(repair)
