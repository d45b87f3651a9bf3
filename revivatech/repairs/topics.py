"""Live topics of a repair: what to announce when it changes. Who may subscribe is decided by the page that issues the token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from revivatech.platform.realtime.announce import announce

if TYPE_CHECKING:
    from .models import Repair


def repair_topic(repair_id: int) -> str:
    return f"repair:{repair_id}"


def queue_topic(location_id: int) -> str:
    return f"queue:{location_id}"


def customer_topic(customer_id: int) -> str:
    return f"customer:{customer_id}"


def announce_change(repair: Repair) -> None:
    """Inside the transaction of the change: its page and tracking page, the queues, the customer's dashboard."""
    announce(repair_topic(repair.pk), queue_topic(repair.location_id), customer_topic(repair.customer_id))
