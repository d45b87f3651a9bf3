"""What the queue shows of the reader's own bench."""

from __future__ import annotations

from typing import Any

from revivatech.platform.actors import Actor

from ..search import Filters
from ..shifts import queries as shifts
from ..suggestions import queries as suggestions
from ..timing import queries as timing


def on_queue(filters: Filters, actor: Actor, *, first_page: bool) -> dict[str, Any]:
    """Two queries; more under "Mine", where the next job is suggested."""
    works = actor.is_staff and actor.may("repairs.work")
    asked = works and first_page and filters.whose == "mine" and not filters.text
    return {
        "shift_notes": shifts.unread(actor) if first_page else [],
        "shift_place": works or actor.may("repairs.receive"),
        "my_clock": timing.my_clock(actor) if works else None,
        "suggests": works,
        "suggested": suggestions.next_for(actor) if asked else None,
    }
