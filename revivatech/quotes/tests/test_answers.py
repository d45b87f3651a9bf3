"""Yes, no, twice, too late, to the wrong version; and what follows by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor, by_link, system, visitor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound, Problem
from revivatech.quotes import actions
from revivatech.quotes.models import Quote, QuoteAnswer
from revivatech.quotes.problems import AnsweredAlready, AnswerTheQuote, QuoteOver, QuoteReplaced
from revivatech.repairs import actions as repairs
from revivatech.repairs.models import Repair
from revivatech.repairs.problems import PriceNotAgreed
from revivatech.shop.models import Location
from revivatech.testing.factories import make_business, make_repair
from revivatech.testing.quotes import approve, given, line, link, make_draft, make_sent, option, send

As = Callable[[User], Actor]


def names() -> list[str]:
    return list(EventRecord.objects.order_by("id").values_list("name", flat=True))


def test_a_yes_starts_the_work_by_itself(shop: Location, tess: User, actor: As) -> None:
    quote = make_sent(by=actor(tess))
    assert (quote.low_pence, quote.high_pence) == (16900, 26400)
    repair = Repair.objects.get()
    assert (repair.status, repair.proposed_pence, repair.agreed_pence) == ("awaiting_approval", 26400, None)
    answer = approve(quote, "Original part", "Protective case", pence=23400)
    repair.refresh_from_db()
    quote.refresh_from_db()
    assert (repair.status, repair.proposed_pence, repair.agreed_pence) == ("repair_work", None, 23400)
    assert (repair.bench_minutes, quote.status) == (60, "approved")
    assert names() == [
        "repair.quote_started", "repair.quote_sent", "repair.price_proposed", "repair.quote_approved",
        "repair.price_answered", "repair.stage_changed",
    ]  # fmt: skip
    last = EventRecord.objects.order_by("-id")[0]
    assert (last.actor_kind, last.payload["reason"]) == ("system", "Quote approved by Alice.")
    kept = answer.snapshot
    assert kept["chosen"]["total_pence"] == 23400 == answer.total_pence
    assert [row["label"] for row in kept["chosen"]["lines"]] == ["Original screen", "Cleaning", "Protective case"]
    assert [row["title"] for row in kept["options"]] == ["Original part", "Standard part"]
    assert kept["finding"] == quote.finding


def test_parts_to_order_come_first(shop: Location) -> None:
    quote = make_sent(needs_parts=True, lead_days=4)
    approve(quote, "Standard part", pence=16900)
    repair = Repair.objects.get()
    assert (repair.status, repair.lead_days) == ("parts_ordering", 4)


def test_a_no_sends_the_device_back_with_the_fee_they_were_told(shop: Location) -> None:
    make_business(diagnostic_bench_pence=2500)
    quote = make_sent()
    assert quote.decline_pence == 2500
    answer = actions.decline(quote.pk, reason="Too dear.", given=given(), by=link(quote))
    repair = Repair.objects.get()
    assert (repair.status, repair.outcome, repair.agreed_pence) == ("ready_for_pickup", "declined", None)
    assert (answer.total_pence, answer.reason, answer.approved) == (2500, "Too dear.", False)
    ready = EventRecord.objects.get(name="repair.ready")
    assert ready.payload["summary"] == "You declined our quote. £25.00 is due for the diagnosis."


@pytest.mark.parametrize(
    ("price", "waived", "fee"),
    [({}, False, 2500), ({}, True, 0), ("fixed", False, 0), ("estimate", False, 2500), ("estimate", True, 0)],
)
def test_the_diagnosis_costs_what_was_said_when_they_booked(
    price: object, waived: bool, fee: int, shop: Location
) -> None:
    from revivatech.catalogue.pricing import DeviceAsk, IssueAsk, Policy, Rule, Rulebook, ServiceInfo, compute

    stored = {}
    if price:
        rule = Rule(1, "screen", 15000, from_price=price == "estimate")
        book = Rulebook(Policy(), {"screen": ServiceInfo("screen", "Screen")}, (rule,))
        stored = compute(book, [DeviceAsk("laptop", label="X", issues=(IssueAsk("screen"),))]).as_json()
    quote = make_sent(make_repair(status="diagnosis", services=[], price=stored), fee_waived=waived)
    assert quote.decline_pence == fee


def test_a_no_to_more_leaves_the_price_agreed_before(shop: Location, tess: User, actor: As) -> None:
    quote = make_sent(make_repair(status="repair_work", services=[], agreed_pence=15000))
    actions.decline(quote.pk, reason="Too dear.", given=given(), by=link(quote))
    repair = Repair.objects.get()
    assert (repair.status, repair.agreed_pence, repair.proposed_pence) == ("awaiting_approval", 15000, None)
    assert repairs.move(repair.code, "repair_work", by=actor(tess)).status == "repair_work"


@pytest.mark.parametrize("times", [2, 3])
def test_the_same_answer_again_changes_nothing(times: int, shop: Location) -> None:
    quote = make_sent()
    answers = {approve(quote, "Original part", pence=21900).pk for _ in range(times)}
    assert len(answers) == 1
    assert (QuoteAnswer.objects.count(), names().count("repair.quote_approved")) == (1, 1)
    with pytest.raises(AnsweredAlready, match="approved by Alice"):
        approve(quote, "Standard part", pence=16900)
    with pytest.raises(AnsweredAlready):
        actions.decline(quote.pk, reason="Changed my mind.", given=given(), by=link(quote))
    assert Repair.objects.get().agreed_pence == 21900


@pytest.mark.parametrize("seen", [0, 16899, 16901, 21900])
def test_only_the_total_that_was_seen_is_agreed_to(seen: int, shop: Location) -> None:
    quote = make_sent()
    with pytest.raises(Invalid) as refused:
        approve(quote, "Standard part", pence=seen)
    assert refused.value.extra["total_pence"] == 16900
    assert not QuoteAnswer.objects.exists()


def test_ticks_of_another_option_do_not_count(shop: Location) -> None:
    quote = make_sent()
    answer = approve(quote, "Standard part", "Data saved to a stick", pence=16900)
    assert answer.ticked == []


@pytest.mark.parametrize("choice", ["none", "foreign", "not optional", "unknown line"])
def test_a_choice_must_be_one_of_those_offered(choice: str, shop: Location) -> None:
    quote, other = make_sent(), make_sent()
    mine = option(quote, "Original part")
    chosen = {
        "none": actions.Choice(None),
        "foreign": actions.Choice(option(other, "Original part")),
        "not optional": actions.Choice(mine, frozenset({line(quote, "Cleaning")})),
        "unknown line": actions.Choice(mine, frozenset({line(other, "Protective case")})),
    }[choice]
    with pytest.raises(Invalid):
        actions.approve(quote.pk, chosen, seen_pence=21900, given=given(), by=link(quote))
    assert not QuoteAnswer.objects.exists()


def test_a_no_needs_a_reason_and_a_name(shop: Location) -> None:
    quote = make_sent()
    with pytest.raises(Invalid):
        actions.decline(quote.pk, reason=" ", given=given(), by=link(quote))
    with pytest.raises(Invalid):
        actions.decline(quote.pk, reason="Too dear.", given=given(said_by=" "), by=link(quote))
    assert not QuoteAnswer.objects.exists()


WHO: dict[str, str | type[Problem]] = {
    "tess": "phone", "fred": "counter", "mona": "email", "olga": "phone", "alice": "portal", "bob": NotFound,
    "eve": NotFound, "visitor": NotFound, "its link": "link", "another link": NotFound, "link of the repair": Denied,
    "system": Denied,
}  # fmt: skip


@pytest.mark.parametrize("verb", ["approve", "decline"])
@pytest.mark.parametrize("who", WHO)
def test_who_may_answer(
    who: str, verb: str, shop: Location, alice: User, request: pytest.FixtureRequest, actor: As
) -> None:
    quote = make_sent(make_repair(customer=alice.customer, status="diagnosis", services=[]))
    other = make_sent()
    by = {
        "visitor": visitor(), "its link": link(quote), "another link": link(other), "system": system(),
        "link of the repair": by_link("repair", quote.repair_id),
    }.get(who) or actor(request.getfixturevalue(who))  # fmt: skip
    how = WHO[who]
    way = how if isinstance(how, str) else "link"

    def answer() -> None:
        if verb == "approve":
            approve(quote, "Standard part", pence=16900, how=way, by=by)
        else:
            actions.decline(quote.pk, reason="No.", given=given(way), by=by)

    if isinstance(how, str):
        answer()
    else:
        with pytest.raises(how):
            answer()
    assert QuoteAnswer.objects.filter(quote=quote).count() == isinstance(how, str)
    status = Repair.objects.get(pk=quote.repair_id).status
    assert (status == "awaiting_approval") == (not isinstance(how, str))


@pytest.mark.parametrize(("who", "how"), [("tess", "link"), ("tess", "portal"), ("alice", "phone"), ("alice", "link")])
def test_nobody_says_it_came_another_way(
    who: str, how: str, shop: Location, alice: User, request: pytest.FixtureRequest, actor: As
) -> None:
    quote = make_sent(make_repair(customer=alice.customer, status="diagnosis", services=[]))
    with pytest.raises(Invalid):
        approve(quote, "Standard part", pence=16900, how=how, by=actor(request.getfixturevalue(who)))
    assert not QuoteAnswer.objects.exists()


def test_an_old_version_leads_to_the_new_one(shop: Location) -> None:
    old = make_sent()
    new = send(make_draft(old.repair))
    assert (new.version, Quote.objects.get(pk=old.pk).status) == (2, "superseded")
    with pytest.raises(QuoteReplaced) as refused:
        approve(old, "Standard part", pence=16900)
    assert refused.value.extra["newer"] == new.token
    approve(new, "Standard part", pence=16900)
    assert Repair.objects.get().agreed_pence == 16900


def test_out_of_time_is_no_answer_and_can_be_asked_for_again(shop: Location, tess: User, actor: As) -> None:
    quote = make_sent()
    assert quote.valid_until is not None
    with clock.frozen(quote.valid_until):
        with pytest.raises(QuoteOver):
            approve(quote, "Standard part", pence=16900)
        actions.ask_again(quote.pk, by=link(quote))
        actions.ask_again(quote.pk, by=link(quote))
        assert names().count("repair.quote_asked_again") == 1
        assert actions.expire(quote.pk)
        assert not actions.expire(quote.pk)
        repair = Repair.objects.get()
        with pytest.raises(PriceNotAgreed):
            repairs.move(repair.code, "repair_work", by=actor(tess))
        renewed = send(actions.start(repair.code, by=actor(tess)), by=actor(tess))
        approve(renewed, "Standard part", pence=16900)
    assert Repair.objects.get().status == "repair_work"


def test_asking_again_is_the_customers(shop: Location, tess: User, alice: User, eve: User, actor: As) -> None:
    quote = make_sent(make_repair(customer=alice.customer, status="diagnosis", services=[]))
    assert quote.valid_until is not None
    with clock.frozen(quote.valid_until + timedelta(hours=1)):
        for who, problem in ((actor(tess), Denied), (actor(eve), NotFound), (visitor(), NotFound)):
            with pytest.raises(problem):
                actions.ask_again(quote.pk, by=who)
        assert "repair.quote_asked_again" not in names()
        actions.ask_again(quote.pk, by=actor(alice))
    quote.refresh_from_db()
    assert quote.asked_again_at is not None


def test_a_bare_yes_is_not_taken_while_a_quote_asks(shop: Location, tess: User, actor: As) -> None:
    quote = make_sent()
    repair = Repair.objects.get()
    with pytest.raises(AnswerTheQuote):
        repairs.record_answer(
            repair.code, approved=True, pence=26400, said_by="Alice", how="link", by=by_link("repair", repair.pk)
        )
    repair.refresh_from_db()
    assert (repair.agreed_pence, repair.proposed_pence, quote.status) == (None, 26400, "sent")


@pytest.mark.parametrize("after", ["diagnosis", "ready_for_pickup", "cancelled"])
def test_moving_on_without_the_customer_takes_the_quote_back(after: str, shop: Location, mona: User, actor: As) -> None:
    quote = make_sent()
    code, by = quote.repair.code, actor(mona)
    if after == "diagnosis":
        repairs.move(code, after, by=by)
    elif after == "cancelled":
        repairs.cancel(code, reason="As asked.", by=by)
    else:
        with pytest.raises(AnswerTheQuote):  # a no to what was offered is an answer to the offer
            repairs.mark_ready(code, outcome="declined", summary="As asked.", said_by="Al", how="phone", by=by)
        repairs.mark_ready(code, outcome="not_repairable", summary="As asked.", by=by)
    quote.refresh_from_db()
    assert quote.status == "superseded"
    with pytest.raises(QuoteReplaced) as refused:
        approve(quote, "Standard part", pence=16900)
    assert refused.value.extra["newer"] is None


# agreed, asked, and whether parts and work may begin: a price above the approved one stops the repair.
STOPS = [
    (None, None, False), (None, 20000, False), (20000, None, True), (20000, 15000, True), (20000, 20000, True),
    (20000, 20001, False), (20000, 90000, False),
]  # fmt: skip


@pytest.mark.parametrize("after", ["repair_work", "parts_ordering"])
@pytest.mark.parametrize(("agreed", "asked", "goes"), STOPS)
def test_a_price_above_the_approved_one_stops_the_repair(
    agreed: int | None, asked: int | None, goes: bool, after: str, shop: Location, tess: User, actor: As
) -> None:
    repair = make_repair(status="awaiting_approval", agreed_pence=agreed, proposed_pence=asked)
    if goes:
        assert repairs.move(repair.code, after, by=actor(tess)).status == after
    else:
        with pytest.raises(PriceNotAgreed):
            repairs.move(repair.code, after, by=actor(tess))
        repair.refresh_from_db()
        assert repair.status == "awaiting_approval"


def test_a_dearer_quote_stops_work_in_hand_until_it_is_approved(shop: Location, tess: User, actor: As) -> None:
    repair = make_repair(status="repair_work", agreed_pence=15000, services=[])
    quote = make_sent(repair, by=actor(tess))
    repair.refresh_from_db()
    assert repair.status == "awaiting_approval"
    with pytest.raises(PriceNotAgreed):
        repairs.move(repair.code, "repair_work", by=actor(tess))
    assert quote.valid_until is not None
    with clock.frozen(quote.valid_until):
        actions.expire(quote.pk)
        with pytest.raises(PriceNotAgreed):  # silence is not a yes
            repairs.move(repair.code, "repair_work", by=actor(tess))


def test_problems_have_words(shop: Location) -> None:
    for problem in (QuoteReplaced, QuoteOver, AnsweredAlready, AnswerTheQuote):
        assert issubclass(problem, Problem)
        assert str(problem.title)
