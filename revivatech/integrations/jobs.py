"""The sending of webhooks."""

from __future__ import annotations

from revivatech.platform.jobs import job

from . import delivering


@job(queue="webhooks")
def deliver(delivery_id: int) -> None:
    """One request to one endpoint. A refusal is tried again by the delivery itself, which keeps count; a crash by the queue."""
    delivering.deliver_now(delivery_id)
