"""What a channel says of one attempt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Delivery:
    """`accepted`: the other server took it. `later`: try again. `refused`: never will. `off`: the channel is not set up.

    `answer` is what the server said, for staff.
    """

    state: Literal["accepted", "later", "refused", "off"]
    answer: str
