"""What the shop does when something happens elsewhere. Run inside the transaction of the event."""

from __future__ import annotations

from revivatech.platform.actors import Actor
from revivatech.platform.events.base import Event
from revivatech.platform.events.models import EventRecord

from . import steps
from .actions.common import lock_business
from .models import SetupStep


def finish_prices_step(event: Event, row: EventRecord, by: Actor) -> None:
    """The starter prices were reviewed: that page of the set-up is done."""
    lock_business()
    SetupStep.objects.get_or_create(key=steps.PRICES)
