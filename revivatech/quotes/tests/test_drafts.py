"""A draft: priced by the one engine, filled in, split, copied, thrown away; by those who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.catalogue.models import PriceRule
from revivatech.platform import clock
from revivatech.platform.actors import Actor, system, visitor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Conflict, Denied, Invalid, Problem
from revivatech.platform.spoken import spoken
from revivatech.quotes import actions, sums
from revivatech.quotes.actions import lines
from revivatech.quotes.models import Kind, Quote, QuoteLine, QuoteTemplate
from revivatech.quotes.problems import DraftChanged, NotADraft
from revivatech.repairs.models import Repair
from revivatech.testing.catalogue import make_rule
from revivatech.testing.factories import make_business, make_repair
from revivatech.testing.quotes import add_line, line, make_draft, make_sent, send

As = Callable[[User], Actor]
pytestmark = pytest.mark.usefixtures("shop")


def priced_repair(**fields: Any) -> Repair:
    make_rule("screen", 19900, quality="original", minutes=45)
    make_rule("screen", 14900, quality="standard", minutes=45)
    make_rule("cleaning", 4000, minutes=20)
    return make_repair(status="diagnosis", services=["screen", "cleaning"], **fields)


def rows(quote: Quote) -> list[tuple[str, str, int]]:
    return [(str(row.option or ""), str(row), row.unit_pence) for row in quote.lines.select_related("option")]


def test_it_begins_with_what_was_asked_for_side_by_side(tess: User, actor: As) -> None:
    quote = actions.start(priced_repair().code, by=actor(tess))
    assert rows(quote) == [
        ("", "Cleaning and cooling", 4000),
        ("Original", "Screen, original part", 19900),
        ("Standard", "Screen, standard part", 14900),
    ]
    screen = quote.lines.get(service_key="screen", quality="original")
    assert (screen.kind, screen.minutes, screen.warranty_days, screen.vat_rate_bp) == ("part", 45, 365, 2000)
    assert screen.rule_id == PriceRule.objects.get(quality="original").pk
    assert spoken(screen.why).startswith("Our price for this repair with a part of original quality")
    assert actions.start(quote.repair.code, by=actor(tess)) == quote  # the draft there is, not a second one
    assert list(EventRecord.objects.values_list("name", flat=True)) == ["repair.quote_started"]


def test_urgency_is_a_line_of_each_option(tess: User, actor: As) -> None:
    quote = actions.start(priced_repair(urgency="priority").code, by=actor(tess))
    fees = {str(row.option): row.unit_pence for row in quote.lines.filter(kind="fee").select_related("option")}
    assert fees == {"Original": 5975, "Standard": 4725}  # a quarter of the work in each


def test_a_shop_without_vat_has_none_in_its_lines(tess: User, actor: As) -> None:
    make_business(vat_registered=False)
    quote = actions.start(priced_repair().code, by=actor(tess))
    assert {row.vat_rate_bp for row in quote.lines.all()} == {0}


@pytest.mark.parametrize("registered", [True, False])
def test_only_a_registered_shop_speaks_of_vat(registered: bool, tess: User, actor: As) -> None:
    make_business(vat_registered=registered)
    quote = actions.start(priced_repair().code, by=actor(tess))
    client = Client()
    client.force_login(tess)
    assert ("VAT included" in client.get(reverse("quotes:quote", args=[quote.pk])).text) == registered
    page = client.get(reverse("repairs:show", args=[quote.repair.code])).text
    assert ("Price, VAT included" in page) == registered


def test_adding_a_service_puts_its_qualities_into_the_options(tess: User, actor: As) -> None:
    quote = actions.start(priced_repair().code, by=actor(tess))
    make_rule("battery", 8900, quality="original")
    make_rule("battery", 5900, quality="standard")
    actions.add_service(quote.pk, "battery", by=actor(tess))
    assert quote.options.count() == 2
    assert {option: pence for option, label, pence in rows(quote) if "Battery" in label} == {
        "Original": 8900,
        "Standard": 5900,
    }
    for key in ("battery", "no_such_thing", ""):
        with pytest.raises(Invalid):
            actions.add_service(quote.pk, key, by=actor(tess))


def test_splitting_keeps_the_sum(tess: User, actor: As) -> None:
    quote = actions.start(priced_repair().code, by=actor(tess))
    screen = line(quote, "Screen, original part")
    before = sums.add_up(list(quote.lines.all()))
    actions.split(quote.pk, screen, 6000, by=actor(tess))
    assert sums.add_up(list(quote.lines.all())) == before
    assert [(row.kind, row.unit_pence) for row in quote.lines.filter(service_key="screen", quality="original")] == [
        ("part", 13900),
        ("labour", 6000),
    ]
    for labour in (0, 13900, 20000, None):
        with pytest.raises(Invalid):
            actions.split(quote.pk, screen, labour, by=actor(tess))


def test_labour_may_be_split_again_and_again(tess: User, actor: As) -> None:
    quote = actions.start(priced_repair().code, by=actor(tess))
    before, one = sums.add_up(list(quote.lines.all())), line(quote, "Screen, original part")
    for _split in range(6):
        actions.split(quote.pk, one, 1000 - _split, by=actor(tess))
        one = quote.lines.latest("pk").pk
    parts = quote.lines.filter(service_key="screen", quality="original").order_by("pk")
    assert [row.kind for row in parts] == ["part"] + 6 * ["labour"]
    assert {str(row) for row in parts} == {"Screen, original part", "Screen, original part: labour"}
    assert sums.add_up(list(quote.lines.all())) == before
    for number in range(lines.MOST_LINES - quote.lines.count()):
        add_line(quote, f"Screw {number}", 1, kind=Kind.PART)
    with pytest.raises(Invalid, match="at most 60 lines"):
        actions.split(quote.pk, one, 10, by=actor(tess))


def save(quote: Quote, by: Actor, *, lines: dict[int, dict[str, Any]] | None = None, **more: Any) -> Quote:
    quote.refresh_from_db()
    arguments: dict[str, Any] = {"values": {}, "options": {}, "recommended": None, "revision": quote.revision, **more}
    return actions.save(quote.pk, lines=lines or {}, by=by, **arguments)


def test_a_price_set_by_hand_is_no_longer_the_engines(tess: User, actor: As) -> None:
    quote = actions.start(priced_repair().code, by=actor(tess))
    cleaning = line(quote, "Cleaning and cooling")
    save(quote, actor(tess), lines={cleaning: {"unit_pence": 4000}})
    assert QuoteLine.objects.get(pk=cleaning).rule_id is not None
    save(quote, actor(tess), lines={cleaning: {"unit_pence": 3500}})
    row = QuoteLine.objects.get(pk=cleaning)
    assert (row.unit_pence, row.rule_id, row.why) == (3500, None, "")


def test_costs_are_kept_from_those_who_set_no_prices(tess: User, mona: User, actor: As) -> None:
    quote = make_draft()
    screen = line(quote, "Original screen")
    save(quote, actor(tess), lines={screen: {"cost_pence": 1, "label": "Screen"}})
    row = QuoteLine.objects.get(pk=screen)
    assert (row.cost_pence, row.label) == (8111, "Screen")
    save(quote, actor(mona), lines={screen: {"cost_pence": 9000}})
    row.refresh_from_db()
    assert row.cost_pence == 9000


def test_two_people_on_one_draft(tess: User, mona: User, actor: As) -> None:
    quote = make_draft()
    seen = quote.revision
    save(quote, actor(mona), values={"finding": "Mona's words"})
    with pytest.raises(DraftChanged):
        save(quote, actor(tess), values={"finding": "Tess's words"}, revision=seen)
    quote.refresh_from_db()
    assert quote.finding == "Mona's words"


def test_lines_of_another_quote_stay_as_they_are(tess: User, actor: As) -> None:
    mine, other = make_draft(), make_draft()
    foreign = line(other, "Cleaning")
    save(mine, actor(tess), lines={foreign: {"unit_pence": 1}})
    actions.remove_line(mine.pk, foreign, by=actor(tess))
    assert QuoteLine.objects.get(pk=foreign).unit_pence == 2000
    with pytest.raises(Invalid):
        actions.add_line(mine.pk, "part", option_id=other.options.all()[0].pk, by=actor(tess))
    own = line(mine, "Cleaning")
    with pytest.raises(Invalid):
        save(mine, actor(tess), lines={own: {"option_id": other.options.all()[0].pk}})


BROKEN = [
    {"unit_pence": -1},
    {"kind": "discount", "unit_pence": 1},
    {"kind": "discount", "unit_pence": -1, "optional": True},
    {"quantity": 0},
    {"quantity": 100},
]


@pytest.mark.parametrize("values", BROKEN)
def test_the_database_refuses_lines_that_cannot_be(values: dict[str, Any]) -> None:
    quote = make_draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        QuoteLine.objects.filter(quote=quote).update(**values)


@pytest.mark.parametrize("status", ["draft", "sent"])
def test_the_database_knows_one_draft_and_one_waiting(status: str) -> None:
    quote = make_draft() if status == "draft" else make_sent()
    twin = {"repair": quote.repair, "version": 9, "status": status, "high_pence": 1}
    twin |= {"sent_at": quote.sent_at, "valid_until": quote.valid_until}
    with pytest.raises(IntegrityError), transaction.atomic():
        Quote.objects.create(**twin)


def test_a_new_version_copies_everything_and_leaves_the_old(tess: User, actor: As) -> None:
    old = make_sent(by=actor(tess), work_days=2, replacement="A phone of ours", lead_days=3, needs_parts=True)
    before = rows(old)
    new = actions.start(old.repair.code, by=actor(tess))
    assert (new.version, new.status, new.finding, new.work_days) == (2, "draft", old.finding, 2)
    assert (new.replacement, new.lead_days, new.needs_parts) == ("A phone of ours", 3, True)
    assert rows(new) == before
    actions.remove_line(new.pk, line(new, "Cleaning"), by=actor(tess))
    assert rows(old) == before
    old.refresh_from_db()
    assert old.status == "sent"  # until the new one is sent


def test_prices_hold_for_thirty_days_and_not_longer(tess: User, actor: As) -> None:
    repair = priced_repair()
    draft = actions.start(repair.code, by=actor(tess))
    Quote.objects.filter(pk=draft.pk).update(finding="Cracked.")
    sent = send(draft, by=actor(tess))
    assert sent.valid_until is not None
    PriceRule.objects.filter(quality="original").update(price_pence=24900)
    PriceRule.objects.filter(quality="standard").update(price_pence=9900)
    with clock.frozen(sent.valid_until - timedelta(minutes=1)):
        again = actions.start(repair.code, by=actor(tess))
        assert {pence for option, _label, pence in rows(again) if option == "Original"} == {19900}
        actions.remove_option(again.pk, again.options.get(title="Original").pk, by=actor(tess))
        actions.remove_option(again.pk, again.options.get(title="Standard").pk, by=actor(tess))
        actions.add_service(again.pk, "screen", by=actor(tess))
        prices = {option: (pence, label) for option, label, pence in rows(again) if option}
        assert (prices["Original"][0], prices["Standard"][0]) == (19900, 9900)  # held, or today's when that is kinder
        assert "which holds until" in spoken(again.lines.get(quality="original").why)
        actions.discard(again.pk, by=actor(tess))
    with clock.frozen(sent.valid_until + timedelta(minutes=1)):
        late = actions.start(repair.code, by=actor(tess))
        assert {option: pence for option, _label, pence in rows(late) if option} == {
            "Original": 24900,
            "Standard": 9900,
        }


def test_a_split_line_is_held_whole(tess: User, actor: As) -> None:
    repair = priced_repair()
    draft = actions.start(repair.code, by=actor(tess))
    actions.split(draft.pk, line(draft, "Screen, original part"), 5000, by=actor(tess))
    Quote.objects.filter(pk=draft.pk).update(finding="Cracked.")
    sent = send(draft, by=actor(tess))
    PriceRule.objects.filter(quality="original").update(price_pence=24900)
    assert sent.valid_until is not None
    with clock.frozen(sent.valid_until + timedelta(minutes=1)):
        late = actions.start(repair.code, by=actor(tess))
        parts = [row.unit_pence for row in late.lines.filter(quality="original")]
        assert (sum(parts), parts[1]) == (24900, 5000)


def test_a_template_brings_lines_priced_for_this_device(mona: User, tess: User, actor: As) -> None:
    quote = actions.start(priced_repair().code, by=actor(tess))
    add_line(quote, "Courier", 900, kind=Kind.FEE)
    add_line(quote, "Regular customer", -500, kind=Kind.DISCOUNT)
    Quote.objects.filter(pk=quote.pk).update(finding="Cracked glass.")
    with pytest.raises(Denied):
        actions.save_template(quote.pk, "Cracked screen", by=actor(tess))
    template = actions.save_template(quote.pk, " Cracked  screen ", by=actor(mona))
    assert (template.name, template.category) == ("Cracked screen", "laptop")
    PriceRule.objects.filter(quality="standard").update(price_pence=11100)
    other = actions.start(make_repair(status="diagnosis", services=[]).code, by=actor(tess))
    actions.use_template(other.pk, template.pk, by=actor(tess))
    actions.use_template(other.pk, template.pk, by=actor(tess))  # services come once
    other.refresh_from_db()
    found = rows(other)
    assert ("Standard", "Screen, standard part", 11100) in found
    assert ("", "Courier", 900) in found
    assert ("", "Regular customer", -500) in found
    assert len([label for _option, label, _pence in found if label.startswith("Screen")]) == 2
    assert other.finding == "Cracked glass."
    with pytest.raises(Denied):
        actions.remove_template(template.pk, by=actor(tess))
    actions.remove_template(template.pk, by=actor(mona))
    assert not QuoteTemplate.objects.exists()


def test_a_draft_thrown_away_leaves_its_event_only(tess: User, actor: As) -> None:
    quote = make_draft()
    actions.discard(quote.pk, by=actor(tess))
    assert (Quote.objects.count(), QuoteLine.objects.count()) == (0, 0)
    assert EventRecord.objects.filter(name="repair.quote_discarded").exists()


@pytest.mark.parametrize("status", ["booked", "ready_for_pickup", "completed", "cancelled"])
def test_no_quote_for_what_is_not_on_the_bench(status: str, tess: User, actor: As) -> None:
    fields: dict[str, Any] = {"outcome": "repaired", "completed_at": clock.now()} if status == "completed" else {}
    with pytest.raises(Conflict):
        actions.start(make_repair(status=status, **fields).code, by=actor(tess))


MAY = {"tess", "mona", "olga", "system"}


@pytest.mark.parametrize("who", [*sorted(MAY), "fred", "alice", "eve", "visitor"])
def test_who_may_build(who: str, alice: User, request: pytest.FixtureRequest, actor: As) -> None:
    quote = make_draft(make_repair(customer=alice.customer, status="diagnosis", services=[]))
    by = {"system": system(), "visitor": visitor()}.get(who) or actor(request.getfixturevalue(who))
    one, option = line(quote, "Cleaning"), quote.options.all()[0].pk
    before, events = rows(quote), EventRecord.objects.count()
    verbs: list[Callable[[], object]] = [
        lambda: actions.start(quote.repair.code, by=by),
        lambda: save(quote, by, values={"finding": "Changed"}),
        lambda: actions.add_line(quote.pk, "part", by=by),
        lambda: actions.add_option(quote.pk, by=by),
        lambda: actions.split(quote.pk, one, 500, by=by),
        lambda: actions.remove_line(quote.pk, one, by=by),
        lambda: actions.remove_option(quote.pk, option, by=by),
        lambda: actions.discard(quote.pk, by=by),
    ]
    for verb in verbs:
        if who in MAY:
            verb()
        else:
            with pytest.raises(Problem) as refused:
                verb()
            # Alice may see her repair, but not a draft about it.
            assert refused.value.status == (403 if who == "fred" or (who, verb) == ("alice", verbs[0]) else 404)
    if who not in MAY:
        assert (rows(quote), EventRecord.objects.count()) == (before, events)


def test_a_colleagues_repair_is_theirs_to_quote_for(tess: User, mona: User, actor: As) -> None:
    quote = make_draft(make_repair(status="diagnosis", services=[], assigned_to=mona))
    with pytest.raises(Denied):
        actions.add_line(quote.pk, "part", by=actor(tess))
    assert quote.lines.count() == 5


def test_what_was_sent_cannot_be_changed(tess: User, actor: As) -> None:
    quote = make_sent(by=actor(tess))
    before = rows(quote)
    with pytest.raises(NotADraft):
        save(quote, actor(tess), lines={line(quote, "Cleaning"): {"unit_pence": 1}})
    with pytest.raises(NotADraft):
        actions.discard(quote.pk, by=actor(tess))
    assert rows(quote) == before
