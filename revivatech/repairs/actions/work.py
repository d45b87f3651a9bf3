"""What happens around the stages: who does it, what is written down, what is promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.accounts.models import Membership, User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid

from .. import policies
from .. import statuses as s
from ..events import DetailsChanged, NoteAdded, ReadyByChanged, RepairAssigned
from ..models import Note, Repair
from ..problems import WrongStatus
from ..timing import rules as timing
from ..timing.models import Ended
from .change import changing, needs_text

DETAILS = {"accessories": 300, "condition": 300, "storage_place": 60, "description": 1500}


def technicians_at(location_id: int) -> list[User]:
    """Active people who may work on repairs at a location, by name."""
    held = Membership.objects.filter(role__permissions__contains=["repairs.work"], user__is_active=True)
    here = held.filter(location_id=location_id) | held.filter(location_id__isnull=True)
    return sorted(User.objects.filter(pk__in=here.values("user_id")), key=str)


def assign(code: str, technician_id: int | None, *, by: Actor, version: int | None = None) -> Repair:
    """Give a repair to a technician of its location, or to nobody. Technicians may take what is nobody's."""
    with changing(code, by=by, version=version) as repair:
        takes_free_one = technician_id == by.user_id is not None and repair.assigned_to_id is None
        require(by, "repairs.work" if takes_free_one else "repairs.assign", at=repair.location_id)
        _check_open(repair)
        people = {person.pk: person for person in technicians_at(repair.location_id)}
        if technician_id is not None and technician_id not in people:
            raise Invalid({"technician": [_("Choose a technician of this location.")]})
        before = repair.assigned_to
        repair.assigned_to = people[technician_id] if technician_id is not None else None
        if before is not None and before.pk != technician_id:
            timing.stop_locked(repair, Ended.REASSIGNED, by=by, technician_id=before.pk)
        record(
            RepairAssigned(
                repair_id=repair.pk,
                before_id=before.pk if before else None,
                before=str(before or ""),
                after_id=technician_id,
                after=str(repair.assigned_to or ""),
            ),
            by=by,
        )
        return repair


def add_note(code: str, *, body: str, for_customer: bool, by: Actor) -> Note:
    """Write a note, for colleagues or for the customer's timeline. No version is asked: notes do not conflict."""
    with changing(code, by=by) as repair:
        if not any(by.may(name, at=repair.location_id) for name in ("repairs.work", "repairs.receive")):
            require(by, "repairs.work", at=repair.location_id)
        text = needs_text("body", body, _("Write something first."), at_most=4000)
        note = Note.objects.create(
            repair=repair, body=text, for_customer=for_customer, author_id=by.user_id, author_label=by.label,
            stage=s.STATUSES[repair.status].stage,
        )  # fmt: skip
        record(NoteAdded(repair_id=repair.pk, note_id=note.pk, for_customer=for_customer), by=by)
        return note


def promise(code: str, ready_by: datetime, *, reason: str, by: Actor, version: int | None = None) -> Repair:
    """Tell the customer another date, with the reason."""
    with changing(code, by=by, version=version) as repair:
        policies.check_may_work(by, repair)
        _check_open(repair)
        if ready_by <= clock.now():
            raise Invalid({"ready_by": [_("Choose a moment in the future.")]})
        why = needs_text("reason", reason, _("Say why; the customer reads it."))
        before, repair.ready_by, repair.promised = repair.ready_by, ready_by, True
        record(
            ReadyByChanged(
                repair_id=repair.pk,
                before=before.isoformat() if before else None,
                after=ready_by.isoformat(),
                reason=why,
            ),
            by=by,
        )
        return repair


def change_details(code: str, changes: Mapping[str, str], *, by: Actor, version: int | None = None) -> Repair:
    """Correct accessories, condition, storage place or description. The log keeps before and after."""
    with changing(code, by=by, version=version) as repair:
        if not by.may("repairs.receive", at=repair.location_id):
            policies.check_may_work(by, repair)
        done: dict[str, list[str]] = {}
        for name, most in DETAILS.items():
            if name not in changes:
                continue
            value = changes[name].strip()
            if len(value) > most:
                raise Invalid({name: [_("Keep it under %(most)s characters.") % {"most": most}]})
            if name == "description" and len(value) < 10:
                raise Invalid({name: [_("Describe the fault in at least 10 characters.")]})
            before = getattr(repair, name)
            if value != before:
                done[name] = [before, value]
                setattr(repair, name, value)
        if done:
            record(DetailsChanged(repair_id=repair.pk, changes=done), by=by)
        return repair


def _check_open(repair: Repair) -> None:
    if s.STATUSES[repair.status].is_closed:
        raise WrongStatus(_("This repair is closed."))
