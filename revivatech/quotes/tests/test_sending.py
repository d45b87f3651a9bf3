"""Sent complete or not at all; replaced, reminded of once, ended; and two people at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from revivatech.accounts.models import User
from revivatech.notifications.models import Message
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.quotes import actions, jobs
from revivatech.quotes.models import Kind, Quote, QuoteAnswer, QuoteLine, QuoteOption
from revivatech.quotes.problems import NotWaiting, QuoteReplaced
from revivatech.repairs.models import Repair
from revivatech.repairs.problems import ChangedMeanwhile, WrongStatus
from revivatech.repairs.tests.test_races import at_once
from revivatech.shop.models import Location
from revivatech.testing.factories import make_business, make_repair
from revivatech.testing.jobs import run_jobs
from revivatech.testing.quotes import add_line, approve, make_draft, make_sent, send

As = Callable[[User], Actor]


def spoil(quote: Quote, what: str) -> None:
    match what:
        case "finding":
            Quote.objects.filter(pk=quote.pk).update(finding="  ")
        case "no lines":
            quote.lines.all().delete()
        case "label":
            quote.lines.filter(label="Cleaning").update(label=" ")
        case "unpriced service":
            quote.lines.filter(label="Cleaning").update(unit_pence=0, service_key="cleaning", rule_id=None)
        case "option without a name":
            quote.options.filter(recommended=True).update(title="")
        case "option without lines":
            QuoteOption.objects.create(quote=quote, position=9, title="Replace it")
        case "discount too large":
            add_line(quote, "Discount", -90000, kind=Kind.DISCOUNT)
        case "nothing to pay":
            quote.options.all().delete()
            quote.lines.all().update(unit_pence=0)
        case "too much":
            quote.lines.filter(label="Cleaning").update(unit_pence=10_000_001)


SPOILT = {
    "finding": "finding", "no lines": "", "label": "-label", "unpriced service": "-unit_pence",
    "option without a name": "-title", "option without lines": "-title", "discount too large": "",
    "nothing to pay": "", "too much": "",
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILT)
def test_half_a_quote_is_not_sent(what: str, shop: Location, tess: User, actor: As) -> None:
    quote = make_draft()
    spoil(quote, what)
    with pytest.raises(Invalid) as refused:
        send(quote, by=actor(tess))
    assert [name for name in refused.value.errors if name.endswith(SPOILT[what])]
    quote.refresh_from_db()
    assert (quote.status, Repair.objects.get().status) == ("draft", "diagnosis")
    assert list(EventRecord.objects.values_list("name", flat=True)) == ["repair.quote_started"]


@pytest.mark.parametrize(("form", "holds", "days"), [(False, 14, 14), (True, 14, 30), (True, 60, 60)])
def test_how_long_it_holds(form: bool, holds: int, days: int, shop: Location) -> None:
    make_business(quote_holds_days=holds, gives_repair_form=form)
    quote = make_sent()
    assert quote.sent_at is not None
    assert (quote.valid_until, quote.repair_form) == (quote.sent_at + timedelta(days=days), form)


@pytest.mark.parametrize("status", ["initial_assessment", "quality_check", "final_testing"])
def test_a_quote_is_sent_only_from_where_a_price_may_be_asked(
    status: str, shop: Location, tess: User, actor: As
) -> None:
    draft = make_draft(make_repair(status=status, services=[], agreed_pence=100))
    with pytest.raises(WrongStatus):
        send(draft, by=actor(tess))
    draft.refresh_from_db()
    assert draft.status == "draft"


@pytest.mark.parametrize(("who", "problem"), [("fred", Denied), ("eve", NotFound), ("alice", NotFound)])
def test_who_may_not_send(
    who: str, problem: type[Exception], shop: Location, alice: User, request: pytest.FixtureRequest, actor: As
) -> None:
    quote = make_draft(make_repair(customer=alice.customer, status="diagnosis", services=[]))
    with pytest.raises(problem):
        send(quote, by=actor(request.getfixturevalue(who)))
    assert not Quote.objects.filter(status="sent").exists()


def test_what_is_sent_is_told_once_by_its_own_message(shop: Location, tess: User, actor: As) -> None:
    quote = make_sent(by=actor(tess))
    run_jobs("messages")
    message = Message.objects.get()
    assert message.template == "quote_sent"
    assert f"/quotes/{quote.token}/" in message.text
    assert "Give your answer" in message.text
    assert "81.11" not in message.html


def test_one_reminder_then_the_end(shop: Location) -> None:
    quote = make_sent()
    assert quote.valid_until is not None
    for at, names in (
        (quote.valid_until - timedelta(days=3, minutes=1), []),
        (quote.valid_until - timedelta(days=3), ["repair.quote_expiring"]),
        (quote.valid_until - timedelta(days=1), ["repair.quote_expiring"]),
        (quote.valid_until, ["repair.quote_expiring", "repair.quote_expired"]),
        (quote.valid_until + timedelta(days=9), ["repair.quote_expiring", "repair.quote_expired"]),
    ):
        with clock.frozen(at):
            jobs.watch_quotes(0)
            jobs.watch_quotes(0)
        told = EventRecord.objects.filter(name__in=["repair.quote_expiring", "repair.quote_expired"])
        assert list(told.order_by("id").values_list("name", flat=True)) == names
    run_jobs("messages")
    assert sorted(Message.objects.values_list("template", flat=True)) == ["quote_expiring", "quote_sent"]
    assert (Repair.objects.get().status, Quote.objects.get().status) == ("awaiting_approval", "expired")


def test_an_answered_quote_is_neither_reminded_of_nor_ended(shop: Location) -> None:
    quote = make_sent()
    approve(quote, "Standard part", pence=16900)
    assert quote.valid_until is not None
    with clock.frozen(quote.valid_until + timedelta(days=1)):
        assert not actions.remind(quote.pk)
        assert not actions.expire(quote.pk)
    quote.refresh_from_db()
    assert quote.status == "approved"


def test_a_short_quote_is_reminded_of_in_its_last_third(shop: Location) -> None:
    make_business(quote_holds_days=1)
    quote = make_sent()
    assert quote.sent_at is not None
    with clock.frozen(quote.sent_at + timedelta(hours=15)):
        assert not actions.remind(quote.pk)
    with clock.frozen(quote.sent_at + timedelta(hours=17)):
        assert actions.remind(quote.pk)


def test_sending_from_an_old_page_is_refused(shop: Location, tess: User, actor: As) -> None:
    old = make_sent(by=actor(tess))
    draft = make_draft(old.repair)
    seen = Repair.objects.get().version
    approve(old, "Standard part", pence=16900)
    draft.refresh_from_db()
    with pytest.raises(ChangedMeanwhile):
        actions.send(draft.pk, revision=draft.revision, repair_version=seen, by=actor(tess))
    draft.refresh_from_db()
    repair = Repair.objects.get()
    assert (draft.status, repair.status, repair.agreed_pence) == ("draft", "repair_work", 16900)


@pytest.mark.django_db(transaction=True)
def test_a_yes_and_a_new_version_at_the_same_moment(shop: Location, tess: User, actor: As) -> None:
    """Either the yes counts and the new version is refused, or the new version counts and the old link says so."""
    old = make_sent(by=actor(tess))
    draft = make_draft(old.repair)
    version, by = Repair.objects.get().version, actor(tess)
    answers = at_once(
        lambda: approve(old, "Standard part", pence=16900),
        lambda: actions.send(draft.pk, revision=draft.revision, repair_version=version, by=by),  # type: ignore[arg-type, return-value]
    )
    repair = Repair.objects.get()
    states = dict(Quote.objects.values_list("version", "status"))
    if isinstance(answers[1], ChangedMeanwhile):
        assert (repair.status, repair.agreed_pence, states) == ("repair_work", 16900, {1: "approved", 2: "draft"})
    else:
        assert isinstance(answers[0], QuoteReplaced), answers
        assert (repair.status, repair.agreed_pence, states) == ("awaiting_approval", None, {1: "superseded", 2: "sent"})
    assert QuoteAnswer.objects.count() == (states[1] == "approved")


@pytest.mark.django_db(transaction=True)
def test_the_same_yes_four_times_at_once_is_one(shop: Location) -> None:
    quote = make_sent()
    answers = at_once(*[lambda: approve(quote, "Standard part", pence=16900)] * 4)
    assert len({answer.pk for answer in answers if isinstance(answer, QuoteAnswer)}) == 1, answers
    assert EventRecord.objects.filter(name="repair.quote_approved").count() == 1
    assert QuoteLine.objects.filter(quote=quote).count() == 5


def test_a_quote_is_taken_back_and_the_customer_told_why(
    shop: Location, tess: User, eve: User, fred: User, actor: As
) -> None:
    quote = make_sent(make_repair(location=shop, status="diagnosis", services=[]))
    for who, problem in ((eve, NotFound), (fred, Denied)):
        with pytest.raises(problem):
            actions.withdraw(quote.pk, reason="Mistake", by=actor(who))
    with pytest.raises(Invalid):
        actions.withdraw(quote.pk, reason=" ", by=actor(tess))
    assert Quote.objects.get(pk=quote.pk).status == "sent"
    actions.withdraw(quote.pk, reason="The part is no longer made.", by=actor(tess))
    repair = Repair.objects.get(pk=quote.repair_id)
    assert (Quote.objects.get(pk=quote.pk).status, repair.status, repair.proposed_pence) == (
        "superseded",
        "awaiting_approval",
        None,
    )
    run_jobs()
    letter = Message.objects.get(template="quote_withdrawn")
    assert "The part is no longer made." in letter.text
    with pytest.raises(NotWaiting):
        actions.withdraw(quote.pk, reason="Again", by=actor(tess))
    with pytest.raises(QuoteReplaced):
        approve(quote, pence=quote.high_pence)
    assert EventRecord.objects.filter(name="repair.quote_withdrawn").count() == 1
