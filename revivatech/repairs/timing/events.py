"""What happens to time on the job. None of it is for the customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from ..events import STATUSES, RepairEvent
from .models import Ended


@dataclass(frozen=True, kw_only=True)
class TimeEvent(RepairEvent):
    """`technician` is whose time it is; `status` where the repair stood."""

    entry_id: int
    technician_id: int
    technician: str
    status: str


@dataclass(frozen=True, kw_only=True)
class ClockStarted(TimeEvent):
    """A technician began or went on working."""

    name: ClassVar[str] = "repair.clock_started"
    says = _("A technician’s clock was started")
    codes = {"status": STATUSES}


@dataclass(frozen=True, kw_only=True)
class ClockEnded(TimeEvent):
    """A clock stopped with that many `minutes`. `why`: paused, stopped, switched (started another job), moved (the repair
    went on), reassigned, or forgotten (counted until closing time)."""

    name: ClassVar[str] = "repair.clock_ended"
    says = _("A technician’s clock was stopped")
    codes = {"status": STATUSES, "why": dict(Ended.choices)}
    why: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class TimeCorrected(TimeEvent):
    """Minutes added (`before` 0), changed or removed (`after` 0), with the reason."""

    name: ClassVar[str] = "repair.time_corrected"
    says = _("Time on a repair was corrected")
    codes = {"status": STATUSES}
    before: int
    after: int
    reason: str
