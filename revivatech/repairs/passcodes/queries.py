"""What pages show of a passcode: to staff, to the customer, and the passcode itself to whom it was opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.questions import Question
from revivatech.platform.sealing import unseal

from .. import statuses as s
from ..models import Passcode, PasscodeView, Repair
from . import rules
from .models import Kind


@dataclass(frozen=True, slots=True)
class State:
    """`row` None: never asked by a person. `needed`: while it is open. `wanted`: the customer may give it now."""

    row: Passcode | None
    needed: bool
    wanted: bool
    views: list[PasscodeView]

    @property
    def is_shown(self) -> bool:
        """Whether there is anything for the customer to read or do."""
        return self.wanted or bool(self.row and self.row.kind)


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """The passcode in clear, for one page. It has no repr that could reach a log."""

    kind: str
    text: str
    until: datetime

    @property
    def grid(self) -> list[list[int]]:
        """For a pattern: three rows of the step at which each dot is touched, 0 for never."""
        steps = [self.text.find(str(dot)) + 1 for dot in range(1, 10)]
        return [steps[0:3], steps[3:6], steps[6:9]]


_OF_REPAIR = Question(lambda repair: Passcode.objects.filter(repair_id=repair))


def state(repair: Repair) -> State:
    row = _OF_REPAIR.first(repair=repair.pk)
    open_now = not s.STATUSES[repair.status].is_closed
    needed = open_now and rules.needed(repair)
    wanted = needed or (open_now and bool(row and row.asked_reason))
    return State(row, needed, wanted, list(row.views.all()) if row else [])


def on_bench(repair: Repair, actor: Actor) -> dict[str, Any]:
    """For the repair page."""
    return {"passcode": state(repair), "may_see_passcode": rules.may_see(actor, repair), "passcode_kinds": Kind.choices}


def for_customer(repair: Repair) -> dict[str, Any]:
    """For the tracking page; the same for link and portal."""
    return {"passcode": state(repair), "passcode_kinds": Kind.choices}


def opened(repair: Repair, *, by: Actor) -> Opened | None:
    """What `by` may see right now: their own look, not over yet, while they still may. Asked anew for every page."""
    now = clock.now()
    seen = (
        PasscodeView.objects.filter(passcode__repair=repair, viewer_id=by.user_id, until__gt=now)
        .exclude(passcode__sealed="")
        .select_related("passcode")
        .last()
    )
    if seen is None or by.user_id is None or s.STATUSES[repair.status].is_closed or not rules.may_see(by, repair):
        return None
    return Opened(seen.passcode.kind, unseal(seen.passcode.sealed), seen.until)
