"""Reactions to events, and the sending itself."""

from __future__ import annotations

from revivatech.platform.jobs import job

from . import outbox


@job(queue="messages")
def tell_customer(event_id: int) -> None:
    """Write the message an event asks for into the outbox. Safe to run twice."""
    outbox.queue_for(event_id)


@job(queue="messages")
def tell_staff(event_id: int) -> None:
    """Write to the colleagues an event leaves something to do for. Safe to run twice."""
    outbox.queue_for_staff(event_id)


@job(queue="messages")
def deliver(message_id: int) -> None:
    """One attempt. Refusals are retried by the outbox, which knows how often; only a crash is retried by the queue."""
    outbox.deliver_now(message_id)
