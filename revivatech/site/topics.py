"""Live topics of the public side."""

from __future__ import annotations

INBOX = "inbox:1"  # a visitor wrote, or somebody answered: staff who may read messages
