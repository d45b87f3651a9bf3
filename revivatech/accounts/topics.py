"""Live topics of accounts."""

from __future__ import annotations


def staff_topic() -> str:
    """The list of staff: somebody joined, left, was invited or changed. Its page issues the token to holders of staff.view."""
    return "staff:all"
