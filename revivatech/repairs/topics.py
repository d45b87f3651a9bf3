"""Live topics of a repair: what to announce when it changes. Who may subscribe is decided by the page that issues the token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from revivatech.customers.topics import customer as customer_topic
from revivatech.platform.realtime.announce import announce

if TYPE_CHECKING:
    from .models import Repair


CLAIMS = "claims:1"  # a customer says that something is wrong again, or we answered: staff who take devices in


def repair_topic(repair_id: int) -> str:
    """Its page at the workbench and its tracking page."""
    return f"repair:{repair_id}"


def queue_topic(location_id: int) -> str:
    """The queue and the board of one location."""
    return f"queue:{location_id}"


def announce_change(repair: Repair) -> None:
    """Inside the transaction of the change: its pages, the queues, the customer's dashboard."""
    announce(repair_topic(repair.pk), queue_topic(repair.location_id), customer_topic(repair.customer_id))
