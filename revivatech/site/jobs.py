"""The clock of the public side."""

from __future__ import annotations

from revivatech.platform.jobs import scheduled

from .reviews import asking


@scheduled("23 8-18 * * *")
def ask_for_reviews(timestamp: int) -> None:
    """Ask customers about repairs finished some days ago. Safe to run twice."""
    for pk in asking.due().values_list("pk", flat=True):
        asking.ask(pk)
