"""The event log: `record(SomethingHappened(...), by=actor)` inside the transaction that makes it true."""

from .base import Event

__all__ = ["Event"]
