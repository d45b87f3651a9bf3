"""Background work of the booking package."""

from __future__ import annotations

from revivatech.platform.jobs import scheduled

from . import actions


@scheduled("17 * * * *")
def forget_drafts(timestamp: int) -> None:
    """Drafts are promised to be gone a day after they were left."""
    actions.forget_drafts()
