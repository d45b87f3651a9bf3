"""Scheduled work of repairs."""

from __future__ import annotations

from revivatech.platform.jobs import scheduled

from .bulk import actions as bulk
from .passcodes import actions as passcodes
from .timing import actions as timing


@scheduled("17 * * * *")
def destroy_old_passcodes(timestamp: int) -> None:
    """Destroy passcodes given 30 days ago, and any that a closed repair still holds."""
    passcodes.destroy_old()


@scheduled("*/15 * * * *")
def end_forgotten_clocks(timestamp: int) -> None:
    """End clocks that ran on two hours after closing time; they count until that closing time."""
    timing.end_forgotten()


@scheduled("37 3 * * *")
def forget_bulk_changes(timestamp: int) -> None:
    """Delete what was noted for undoing a step chosen for several repairs, 30 days after it; each repair's log stays."""
    bulk.forget_old()
