"""Work that costs money begins only at a price the customer agreed to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor, by_link, visitor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.repairs import actions
from revivatech.repairs.models import PriceAnswer, Repair
from revivatech.repairs.problems import NoNotRecorded, OutcomeMissing, PriceNotAgreed, WrongStatus
from revivatech.shop.models import Location
from revivatech.testing.factories import make_repair

As = Callable[[User], Actor]


@pytest.mark.parametrize("after", ["parts_ordering", "repair_work"])
@pytest.mark.parametrize(
    ("agreed", "proposed", "open_"),
    [
        (None, None, False),  # nobody asked
        (None, 9900, False),  # asked, not answered
        (15000, None, True),  # a fixed price that diagnosis confirms
        (15000, 19900, False),  # a higher one always asks again
        (15000, 9900, True),  # a lower one does not hold anything up
        (0, None, True),  # agreed to be free
    ],
)
def test_when_work_may_begin(
    after: str, agreed: int | None, proposed: int | None, open_: bool, shop: Location, tess: User, actor: As
) -> None:
    repair = make_repair(location=shop, status="awaiting_approval", agreed_pence=agreed, proposed_pence=proposed)
    if open_:
        assert actions.move(repair.code, after, by=actor(tess)).status == after
    else:
        with pytest.raises(PriceNotAgreed):
            actions.move(repair.code, after, by=actor(tess))
        repair.refresh_from_db()
        assert (repair.status, repair.version) == ("awaiting_approval", 1)
        assert not EventRecord.objects.exists()


def asked(shop: Location, tess: User, actor: As, *, agreed: int | None = None, pence: int = 19900) -> Repair:
    repair = make_repair(location=shop, status="diagnosis", agreed_pence=agreed)
    return actions.propose_price(repair.code, pence=pence, finding="The board is corroded.", by=actor(tess))


def test_a_yes_opens_the_work(shop: Location, tess: User, actor: As) -> None:
    repair = asked(shop, tess, actor, agreed=15000)
    link = by_link("repair", repair.pk)
    answered = actions.record_answer(repair.code, approved=True, pence=19900, said_by="Alice", how="link", by=link)
    assert (answered.status, answered.agreed_pence, answered.proposed_pence) == ("awaiting_approval", 19900, None)
    kept = PriceAnswer.objects.get()
    assert (kept.approved, kept.pence, kept.finding, kept.said_by, kept.how) == (
        True, 19900, "The board is corroded.", "Alice", "link",
    )  # fmt: skip
    assert actions.move(repair.code, "repair_work", by=actor(tess)).status == "repair_work"


def test_a_no_leaves_what_was_agreed_before(shop: Location, tess: User, fred: User, actor: As) -> None:
    repair = asked(shop, tess, actor)
    actions.record_answer(repair.code, approved=False, pence=19900, said_by="Al", how="phone", by=actor(fred))
    with pytest.raises(PriceNotAgreed):
        actions.move(repair.code, "repair_work", by=actor(tess))
    ready = actions.mark_ready(repair.code, outcome="declined", summary="As you asked.", by=actor(tess))
    assert (ready.status, ready.outcome) == ("ready_for_pickup", "declined")


def test_an_answer_is_to_the_price_told_and_only_once(shop: Location, tess: User, actor: As) -> None:
    repair = asked(shop, tess, actor)
    link = by_link("repair", repair.pk)
    with pytest.raises(Invalid):
        actions.record_answer(repair.code, approved=True, pence=100, said_by="Alice", how="link", by=link)
    with pytest.raises(Invalid):
        actions.record_answer(repair.code, approved=True, pence=19900, said_by=" ", how="link", by=link)
    with pytest.raises(Invalid):
        actions.record_answer(repair.code, approved=True, pence=19900, said_by="Alice", how="pigeon", by=link)
    assert not PriceAnswer.objects.exists()
    actions.record_answer(repair.code, approved=False, pence=19900, said_by="Alice", how="link", by=link)
    with pytest.raises(WrongStatus):
        actions.record_answer(repair.code, approved=True, pence=19900, said_by="Alice", how="link", by=link)
    assert PriceAnswer.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "problem"),
    [("tess", None), ("fred", None), ("mona", None), ("alice", None), ("bob", NotFound), ("visitor", NotFound)],
)
def test_who_may_answer(
    who: str, problem: type[Exception] | None, shop: Location, tess: User, alice: User, bob: User,
    request: pytest.FixtureRequest, actor: As,
) -> None:  # fmt: skip
    repair = asked(shop, tess, actor)
    Repair.objects.update(customer=alice.customer)
    by = visitor() if who == "visitor" else actor(request.getfixturevalue(who))
    if problem is None:
        actions.record_answer(repair.code, approved=True, pence=19900, said_by="Alice", how="portal", by=by)
    else:
        with pytest.raises(problem):
            actions.record_answer(repair.code, approved=True, pence=19900, said_by="Alice", how="portal", by=by)
    assert PriceAnswer.objects.count() == (problem is None)


def test_the_link_of_another_repair_answers_nothing(shop: Location, tess: User, actor: As) -> None:
    repair, other = asked(shop, tess, actor), make_repair(location=shop)
    with pytest.raises(NotFound):
        actions.record_answer(
            repair.code, approved=True, pence=19900, said_by="Eve", how="link", by=by_link("repair", other.pk)
        )
    assert not PriceAnswer.objects.exists()


@pytest.mark.parametrize(
    ("pence", "finding"), [(0, "Why"), (-1, "Why"), (10_000_001, "Why"), (100, " "), (100, "x" * 2001)]
)
def test_prices_that_cannot_be_asked(pence: int, finding: str, shop: Location, tess: User, actor: As) -> None:
    repair = make_repair(location=shop, status="diagnosis")
    with pytest.raises(Invalid):
        actions.propose_price(repair.code, pence=pence, finding=finding, by=actor(tess))
    repair.refresh_from_db()
    assert (repair.status, repair.proposed_pence) == ("diagnosis", None)


def test_the_front_desk_sets_no_price(shop: Location, fred: User, actor: As) -> None:
    repair = make_repair(location=shop, status="diagnosis")
    with pytest.raises(Denied):
        actions.propose_price(repair.code, pence=100, finding="A guess", by=actor(fred))


OUTCOMES = {
    "diagnosis": {"no_fault_found", "not_repairable"},
    "awaiting_approval": {"declined", "not_repairable"},
    "parts_ordering": {"declined", "not_repairable"},
    "repair_work": {"not_repairable"},
    "final_testing": {"repaired"},
}


@pytest.mark.parametrize("outcome", ["repaired", "declined", "no_fault_found", "not_repairable", "nonsense", ""])
@pytest.mark.parametrize("status", OUTCOMES)
def test_which_outcome_fits_where(status: str, outcome: str, shop: Location, tess: User, actor: As) -> None:
    repair = make_repair(location=shop, status=status, agreed_pence=100)
    no: dict[str, Any] = {"said_by": "Alice", "how": "phone"} if outcome == "declined" else {}
    if outcome in OUTCOMES[status]:
        ready = actions.mark_ready(repair.code, outcome=outcome, summary="In a sentence.", by=actor(tess), **no)
        assert (ready.status, ready.outcome) == ("ready_for_pickup", outcome)
        if outcome != "repaired":
            bare = make_repair(location=shop, status=status)
            with pytest.raises(Invalid):
                actions.mark_ready(bare.code, outcome=outcome, by=actor(tess))
    else:
        with pytest.raises(Invalid):
            actions.mark_ready(repair.code, outcome=outcome, summary="In a sentence.", by=actor(tess))
        assert not EventRecord.objects.exists()


# What was answered and asked before, and whether "declined" then needs no further word: (last answer, price asked since).
NOES = [(None, None, False), (True, None, False), (False, None, True), (False, 9900, False)]


@pytest.mark.parametrize("status", ["awaiting_approval", "parts_ordering"])
@pytest.mark.parametrize(("last", "proposed", "enough"), NOES)
def test_declined_needs_the_customers_no(
    last: bool | None, proposed: int | None, enough: bool, status: str, shop: Location, tess: User, actor: As
) -> None:
    repair = make_repair(location=shop, status=status, agreed_pence=100, proposed_pence=proposed)
    if last is not None:
        PriceAnswer.objects.create(repair=repair, approved=last, pence=100, said_by="Al", how="link", recorded_by="Al")
    before = PriceAnswer.objects.count()

    def ready(**more: Any) -> Repair:
        return actions.mark_ready(repair.code, outcome="declined", summary="As you asked.", by=actor(tess), **more)

    if enough:
        assert ready().outcome == "declined"
        assert PriceAnswer.objects.count() == before
        return
    with pytest.raises(NoNotRecorded):
        ready()
    with pytest.raises(Invalid):
        ready(said_by="Alice", how="link")
    repair.refresh_from_db()
    assert (repair.status, PriceAnswer.objects.count(), EventRecord.objects.count()) == (status, before, 0)
    assert ready(said_by="Alice", how="phone").outcome == "declined"
    kept = PriceAnswer.objects.last()
    assert kept is not None
    assert (kept.approved, kept.pence, kept.said_by, kept.how, kept.words, kept.recorded_by) == (
        False, proposed or 100, "Alice", "phone", "As you asked.", "Tess",
    )  # fmt: skip
    assert list(EventRecord.objects.order_by("id").values_list("name", flat=True)) == [
        "repair.price_answered", "repair.ready",
    ]  # fmt: skip


def test_no_outcome_no_hand_over(shop: Location, fred: User, actor: As) -> None:
    repair = make_repair(location=shop, status="ready_for_pickup", outcome="")
    with pytest.raises(OutcomeMissing):
        actions.hand_over(repair.code, received_by="Al", method="collected", identity="name", by=actor(fred))
    repair.refresh_from_db()
    assert (repair.status, repair.version) == ("ready_for_pickup", 1)


@pytest.mark.parametrize(("received_by", "method"), [("", "collected"), ("x" * 121, "collected"), ("Alice", "thrown")])
def test_hand_over_needs_a_name_and_a_way(received_by: str, method: str, shop: Location, fred: User, actor: As) -> None:
    repair = make_repair(location=shop, status="ready_for_pickup", outcome="repaired")
    with pytest.raises(Invalid):
        actions.hand_over(repair.code, received_by=received_by, method=method, by=actor(fred))
    repair.refresh_from_db()
    assert (repair.status, repair.completed_at) == ("ready_for_pickup", None)


def test_cancelling_needs_a_reason(shop: Location, fred: User, actor: As) -> None:
    repair = make_repair(location=shop, status="awaiting_approval", proposed_pence=9900)
    with pytest.raises(Invalid):
        actions.cancel(repair.code, reason=" ", by=actor(fred))
    cancelled = actions.cancel(repair.code, reason="Bought a new one.", by=actor(fred))
    assert (cancelled.status, cancelled.proposed_pence, cancelled.ready_by) == ("cancelled", None, None)
