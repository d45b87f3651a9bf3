"""Live topics of customers."""

from __future__ import annotations


def customer(pk: int) -> str:
    """Profile, devices, bookings and repairs of one customer: its owner and staff who may see customers."""
    return f"customer:{pk}"
