"""What of a booking decides which times it can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Work:
    """The arguments that availability takes for one booking."""

    handover: str
    urgency: str
    services: frozenset[str]
    work_minutes: int

    def asked(self) -> dict[str, Any]:
        return {
            "handover": self.handover,
            "urgency": self.urgency,
            "services": self.services,
            "work_minutes": self.work_minutes,
        }
