"""Scheduled work of repairs."""

from __future__ import annotations

from revivatech.platform.jobs import scheduled

from .passcodes import actions as passcodes


@scheduled("17 * * * *")
def destroy_old_passcodes(timestamp: int) -> None:
    """Destroy passcodes given 30 days ago, and any that a closed repair still holds."""
    passcodes.destroy_old()
