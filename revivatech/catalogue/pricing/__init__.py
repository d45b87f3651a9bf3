"""The one price engine. `quote(devices, urgency=…, handover=…)` answers an itemised, explained, storable `Price`.

`compute(rulebook, …)` is the pure core: same rulebook and same question, same answer. See README.md for the rules.
"""

from .engine import HANDOVERS, QUALITIES, URGENCIES, compute, compute_qualities, replay
from .price import DeviceAsk, DevicePart, IssueAsk, Line, LineKind, Price
from .rulebook import Candidate, Policy, Rule, Rulebook, ServiceInfo
from .stored import load_rulebook, qualities, quote

__all__ = [
    "HANDOVERS",
    "QUALITIES",
    "URGENCIES",
    "Candidate",
    "DeviceAsk",
    "DevicePart",
    "IssueAsk",
    "Line",
    "LineKind",
    "Policy",
    "Price",
    "Rule",
    "Rulebook",
    "ServiceInfo",
    "compute",
    "compute_qualities",
    "load_rulebook",
    "qualities",
    "quote",
    "replay",
]
