"""When a passcode is asked for, what one looks like, who may see it, and how it is destroyed."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Denied, Invalid, SecondFactorRequired
from revivatech.platform.questions import Question

from .. import statuses as s
from ..models import Passcode, PasscodeService, PasscodeView, Repair
from ..problems import WrongStatus
from .events import PasscodeDestroyed
from .models import Kind

SHIPPED = frozenset({"software", "data_recovery", "storage"})  # services that cannot be done on a locked device
SHOWN_FOR = timedelta(minutes=10)
KEPT_FOR = timedelta(days=30)


_SAID = Question(lambda: PasscodeService.objects.values_list("service_key", "needed"))


def needed(repair: Repair) -> bool:
    """Whether one of the services asked for cannot be done without it."""
    said = dict(_SAID())
    return any(said.get(key, key in SHIPPED) for key in repair.services)


def clean(kind: str, text: str) -> str:
    """The passcode as it is stored. Invalid never repeats what was typed."""
    text = text.strip() if kind != Kind.PASSWORD else text
    if kind == Kind.PIN and not re.fullmatch(r"[0-9]{3,16}", text):
        raise Invalid({"secret": [_("A PIN is 3 to 16 digits.")]})
    if kind == Kind.PATTERN and not (re.fullmatch(r"[1-9]{4,9}", text) and len(set(text)) == len(text)):
        raise Invalid({"secret": [_("A pattern is 4 to 9 dots, each once: 1 is top left, 9 is bottom right.")]})
    if kind == Kind.PASSWORD and not (0 < len(text) <= 200 and text.isprintable()):
        raise Invalid({"secret": [_("Enter the password, up to 200 characters.")]})
    if kind not in Kind.values:
        raise Invalid({"kind": [_("Choose what locks the device.")]})
    return "" if kind == Kind.NONE else text


def check_may_enter(actor: Actor, repair: Repair) -> str:
    """Who gives it: `customer` (their own repair or its private link) or `staff` of the location. Only while the repair is open."""
    if s.STATUSES[repair.status].is_closed:
        raise WrongStatus(_("This repair is closed; we do not need the passcode any more."))
    if actor.opened("repair", repair.pk) or is_owner(actor, repair):
        return "customer"
    if not any(actor.may(name, at=repair.location_id) for name in ("repairs.work", "repairs.receive")):
        require(actor, "repairs.receive", at=repair.location_id)
    return "staff"


def is_owner(actor: Actor, repair: Repair) -> bool:
    return actor.user_id is not None and repair.customer.user_id == actor.user_id


def check_may_see(actor: Actor, repair: Repair) -> bool:
    """The technician whose repair it is, or who assigns repairs there; with a second factor. Returns whether as a manager."""
    require(actor, "repairs.work", at=repair.location_id)
    as_manager = repair.assigned_to_id != actor.user_id
    if as_manager and not actor.may("repairs.assign", at=repair.location_id):
        raise Denied(_("Only the technician this repair is assigned to, or a manager, sees the passcode."))
    if actor.user_id is None:
        raise Denied  # the system itself has nothing to look up
    if not actor.second_factor:
        raise SecondFactorRequired
    return as_manager


def may_see(actor: Actor, repair: Repair) -> bool:
    try:
        check_may_see(actor, repair)
    except Denied:
        return False
    return True


def destroy_locked(repair: Repair, *, why: str, by: Actor) -> bool:
    """Forget the passcode of a repair that the caller has locked, and end every look at it. False when there was none."""
    row = Passcode.objects.select_for_update().filter(repair=repair, destroyed_at__isnull=True).exclude(kind="").first()
    if row is None:
        return False
    now = clock.now()
    held, row.sealed, row.destroyed_at = row.is_held, "", now
    row.save(update_fields=["sealed", "destroyed_at"])
    PasscodeView.objects.filter(passcode=row, until__gt=now).update(until=now)
    if held:
        record(PasscodeDestroyed(repair_id=repair.pk, why=why), by=by)
    return held
