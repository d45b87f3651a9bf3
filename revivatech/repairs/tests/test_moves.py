"""Every transition and every refused one, from one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Problem
from revivatech.repairs import actions, policies
from revivatech.repairs import statuses as s
from revivatech.repairs.models import Repair
from revivatech.repairs.problems import WrongStatus
from revivatech.shop.models import Location
from revivatech.testing.factories import make_repair

As = Callable[[User], Actor]

# From each status, all that may follow; whatever is not here is refused.
FOLLOWS = {
    "booked": {"initial_assessment", "cancelled"},
    "initial_assessment": {"diagnosis", "cancelled"},
    "diagnosis": {"awaiting_approval", "parts_ordering", "repair_work", "ready_for_pickup", "cancelled"},
    "awaiting_approval": {"diagnosis", "parts_ordering", "repair_work", "ready_for_pickup", "cancelled"},
    "parts_ordering": {"repair_work", "awaiting_approval", "ready_for_pickup", "cancelled"},
    "repair_work": {"quality_check", "parts_ordering", "awaiting_approval", "ready_for_pickup"},
    "quality_check": {"final_testing", "repair_work"},
    "final_testing": {"ready_for_pickup", "repair_work"},
    "ready_for_pickup": {"completed"},
    "completed": set(),
    "cancelled": set(),
}

EVENT_OF = {
    "initial_assessment": "repair.received",
    "awaiting_approval": "repair.price_proposed",
    "ready_for_pickup": "repair.ready",
    "completed": "repair.completed",
    "cancelled": "repair.cancelled",
}

FOLLOW_UPS = ["repair.warranty_started", "repair.certificate_issued"]  # of a hand-over, after it

OUTCOME_FROM = {
    "diagnosis": "no_fault_found",
    "awaiting_approval": "not_repairable",
    "parts_ordering": "not_repairable",
    "repair_work": "not_repairable",
    "final_testing": "repaired",
}


def take(repair: Repair, after: str, by: Actor) -> Repair:
    """The verb that leads to `after`, called as the page would."""
    code = repair.code
    if after == s.INITIAL_ASSESSMENT:
        return actions.check_in(code, by=by, accessories="Charger")
    if after == s.AWAITING_APPROVAL:
        return actions.propose_price(code, pence=19900, finding="The board is corroded.", by=by)
    if after == s.READY_FOR_PICKUP:
        return actions.mark_ready(code, outcome=OUTCOME_FROM.get(repair.status, "repaired"), summary="See note.", by=by)
    if after == s.COMPLETED:
        return actions.hand_over(code, received_by="Alice", method="collected", identity="name", by=by)
    if after == s.CANCELLED:
        return actions.cancel(code, reason="Changed her mind.", by=by)
    if (repair.status, after) in s.FAILED_CHECKS:
        return actions.fail_check(code, reason="Touch is dead in one corner.", by=by)
    return actions.move(code, after, by=by)


def at(status: str, location: Location) -> Repair:
    """A repair in that status, with all that the database asks of it there."""
    fields: dict[str, Any] = {"outcome": "repaired"} if status in ("ready_for_pickup", "completed") else {}
    if status == "completed":
        fields["completed_at"] = clock.now()
    return make_repair(location=location, status=status, agreed_pence=15000, **fields)


def test_table_is_the_machines() -> None:
    assert {key: set(status.next) for key, status in s.STATUSES.items()} == FOLLOWS


@pytest.mark.parametrize("after", s.STATUSES)
@pytest.mark.parametrize("before", s.STATUSES)
def test_every_transition(before: str, after: str, shop: Location, olga: User, actor: As) -> None:
    repair = at(before, shop)
    if after in FOLLOWS[before]:
        moved = take(repair, after, actor(olga))
        repair.refresh_from_db()
        assert (repair.status, repair.version) == (after, 2) == (moved.status, moved.version)
        event, *more = EventRecord.objects.filter(subject_kind="repair", subject_id=repair.pk).order_by("sequence")
        assert [row.name for row in more] == (FOLLOW_UPS if after == s.COMPLETED else [])
        expected = "repair.check_failed" if (before, after) in s.FAILED_CHECKS else EVENT_OF.get(after)
        assert event.name == (expected or "repair.stage_changed")
        assert (event.payload["before"], event.payload["after"]) == (before, after)
        assert event.actor_label == "Olga"
        stage = s.STATUSES[after].stage
        assert [run.stage for run in repair.runs.filter(ended_at=None)] == ([stage] if stage else [])
    else:
        with pytest.raises(WrongStatus):
            take(repair, after, actor(olga))
        repair.refresh_from_db()
        assert (repair.status, repair.version) == (before, 1)
        assert not EventRecord.objects.exists()
        assert not repair.runs.exists()


# Who may take a repair of their location along, by the status it goes to. The owner and the system may everything.
MAY = {
    "initial_assessment": {"fred", "mona"},
    "diagnosis": {"tess", "mona"},
    "awaiting_approval": {"tess", "mona"},
    "parts_ordering": {"tess", "mona"},
    "repair_work": {"tess", "mona"},
    "quality_check": {"tess", "mona"},
    "final_testing": {"tess", "mona"},
    "ready_for_pickup": {"tess", "mona"},
    "completed": {"fred", "mona"},
    "cancelled": {"fred", "mona"},
}


@pytest.mark.parametrize("who", ["tess", "fred", "mona", "olga", "alice", "eve"])
@pytest.mark.parametrize(
    ("before", "after"), [(before, after) for before in FOLLOWS for after in sorted(FOLLOWS[before])]
)
def test_who_may(before: str, after: str, who: str, shop: Location, request: pytest.FixtureRequest, actor: As) -> None:
    user: User = request.getfixturevalue(who)
    repair = at(before, shop)
    allowed = who == "olga" or who in MAY[after]
    if allowed:
        take(repair, after, actor(user))
    else:
        with pytest.raises(Problem) as refused:
            take(repair, after, actor(user))
        assert refused.value.status == (404 if who in {"alice", "eve"} else 403)
    repair.refresh_from_db()
    assert repair.status == (after if allowed else before)
    assert EventRecord.objects.count() == (1 + (len(FOLLOW_UPS) if after == s.COMPLETED else 0) if allowed else 0)
    assert (after in policies.allowed_moves(actor(user), at(before, shop))) == allowed


def test_staff_of_another_location_find_nothing(shop: Location, manchester: Location, tess: User, actor: As) -> None:
    repair = make_repair(location=manchester, status="diagnosis", agreed_pence=100)
    with pytest.raises(Problem) as refused:
        actions.move(repair.code, "repair_work", by=actor(tess))
    assert refused.value.status == 404
    repair.refresh_from_db()
    assert repair.status == "diagnosis"
