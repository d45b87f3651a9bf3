"""The clock of quotes."""

from __future__ import annotations

from revivatech.platform import clock
from revivatech.platform.jobs import scheduled

from . import actions
from .models import Quote


@scheduled("*/10 * * * *")
def watch_quotes(timestamp: int) -> None:
    """End quotes whose time has passed, and remind customers once of those about to end. Safe to run twice."""
    now = clock.now()
    for pk in Quote.objects.over(now).values_list("pk", flat=True):
        actions.expire(pk)
    soon = Quote.objects.expiring().filter(reminded_at__isnull=True)
    for pk in soon.values_list("pk", flat=True):
        actions.remind(pk)
