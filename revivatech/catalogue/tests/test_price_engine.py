"""The pure core: which rule wins, what it adds up to, and that a stored price says the same for ever."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revivatech.catalogue.pricing import (
    HANDOVERS,
    QUALITIES,
    URGENCIES,
    DeviceAsk,
    IssueAsk,
    Policy,
    Price,
    Rule,
    Rulebook,
    ServiceInfo,
    compute,
    compute_qualities,
    replay,
)
from revivatech.platform.problems import Invalid

SERVICES = {
    "screen": ServiceInfo("screen", "Screen", has_quality=True),
    "battery": ServiceInfo("battery", "Battery", has_quality=True),
    "liquid_damage": ServiceInfo("liquid_damage", "Liquid damage"),
    "diagnostic": ServiceInfo("diagnostic", "Diagnosis"),
    "keyboard": ServiceInfo("keyboard", "Keyboard", categories=("laptop",)),
}
ANY_CATEGORY = ("screen", "battery", "liquid_damage", "diagnostic")
LAPTOP = DeviceAsk("laptop", model_id=7, brand_id=1, family_id=3, label="MacBook Air")
PHONE = DeviceAsk("smartphone", model_id=9, brand_id=1, family_id=4, label="iPhone 13")


def book(*rules: Rule, **policy: object) -> Rulebook:
    return Rulebook(Policy(**policy), SERVICES, rules)  # type: ignore[arg-type]


def ask(device: DeviceAsk, *keys: str, quality: str = "") -> DeviceAsk:
    issues = tuple(IssueAsk(key, quality) for key in keys)
    return DeviceAsk(device.category, device.model_id, device.brand_id, device.family_id, device.label, issues)


scopes = st.one_of(
    st.builds(dict, model_id=st.sampled_from([7, 8])),
    st.builds(dict, family_id=st.sampled_from([3, 4])),
    st.builds(dict, brand_id=st.sampled_from([1, 2]), category=st.sampled_from(["laptop", "smartphone"])),
    st.builds(dict, brand_id=st.sampled_from([1, 2])),
    st.builds(dict, category=st.sampled_from(["laptop", "smartphone"])),
    st.just({}),
)


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    rules: dict[tuple[object, ...], Rule] = {}
    for number in range(draw(st.integers(0, 14))):
        rule = Rule(
            id=number + 1,
            service_key=draw(st.sampled_from(ANY_CATEGORY)),
            price_pence=draw(st.integers(0, 10_000_000)),
            minutes=draw(st.integers(0, 900)),
            quality=draw(st.sampled_from(["", *QUALITIES])),
            warranty_days=draw(st.one_of(st.none(), st.integers(0, 1000))),
            from_price=draw(st.booleans()),
            **draw(scopes),
        )
        same = (rule.service_key, rule.category, rule.brand_id, rule.family_id, rule.model_id, rule.quality)
        rules.setdefault(same, rule)  # the database allows one active rule for each
    policy = Policy(
        vat_rate_bp=draw(st.sampled_from([0, 500, 1750, 2000])),
        urgency_bp={"priority": draw(st.integers(0, 20_000)), "same_day": draw(st.integers(0, 20_000))},
        handover_pence={"collection": draw(st.integers(0, 9_999)), "post": draw(st.integers(0, 9_999))},
        diagnostic_bench_pence=draw(st.integers(0, 9_999)),
        diagnostic_waived=draw(st.booleans()),
        deposit_bp=draw(st.integers(0, 10_000)),
        deposit_above_pence=draw(st.integers(0, 50_000)),
    )
    return Rulebook(policy, SERVICES, tuple(rules.values()))


@st.composite
def asks(draw: st.DrawFn) -> DeviceAsk:
    keys = draw(st.lists(st.sampled_from(ANY_CATEGORY), max_size=4, unique=True))
    issues = tuple(IssueAsk(key, draw(st.sampled_from(["", *QUALITIES]))) for key in keys)
    device = draw(st.sampled_from([LAPTOP, PHONE, DeviceAsk("console", label="Not listed")]))
    return DeviceAsk(device.category, device.model_id, device.brand_id, device.family_id, device.label, issues)


questions = st.tuples(st.lists(asks(), max_size=3), st.sampled_from(URGENCIES), st.sampled_from(HANDOVERS))


@given(rulebooks(), questions)
@settings(max_examples=150, deadline=None)
def test_any_price_adds_up_and_is_never_below_zero(
    rulebook: Rulebook, question: tuple[list[DeviceAsk], str, str]
) -> None:
    devices, urgency, handover = question
    price = compute(rulebook, devices, urgency=urgency, handover=handover)
    assert all(line.amount_pence >= 0 and line.minutes >= 0 and line.if_declined_pence >= 0 for line in price.lines)
    assert price.total_pence == sum(line.amount_pence for line in price.lines) == price.net_pence + price.vat_pence
    whole = sum(line.amount_pence for line in price.lines_of(None))
    assert price.total_pence == whole + sum(part.total_pence for part in price.devices)
    assert price.minutes == sum(part.minutes for part in price.devices)
    rate = Decimal(rulebook.policy.vat_rate_bp)
    exact = Decimal(price.total_pence) * rate / (10_000 + rate)
    assert price.vat_pence == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert 0 <= price.deposit_pence <= price.total_pence
    assert price.is_estimate >= price.needs_quote


@given(rulebooks(), questions)
@settings(max_examples=100, deadline=None)
def test_same_question_same_answer_and_a_stored_price_replays(
    rulebook: Rulebook, question: tuple[list[DeviceAsk], str, str]
) -> None:
    devices, urgency, handover = question
    price = compute(rulebook, devices, urgency=urgency, handover=handover)
    turned = Rulebook(rulebook.policy, rulebook.services, tuple(reversed(rulebook.rules)))
    assert compute(turned, devices, urgency=urgency, handover=handover) == price
    stored = json.loads(json.dumps(price.as_json()))
    assert Price.from_json(stored) == price
    assert replay(stored) == stored


@given(rulebooks(), asks())
@settings(max_examples=150, deadline=None)
def test_the_most_specific_rule_wins(rulebook: Rulebook, asked: DeviceAsk) -> None:
    for line in compute(rulebook, [asked]).lines:
        if line.kind != "service":
            continue
        covering = [
            rule for rule in rulebook.rules if rule.service_key == line.service_key and rule.covers(asked, line.quality)
        ]
        if not covering:
            assert (line.needs_quote, line.from_price, line.amount_pence, line.rule_id) == (True, True, 0, None)
            continue
        winner = next(rule for rule in covering if rule.id == line.rule_id)
        assert winner.narrowness == max(rule.narrowness for rule in covering)
        equals = [rule for rule in covering if rule.narrowness == winner.narrowness]
        assert (winner.quality == line.quality) or all(rule.quality != line.quality for rule in equals)
        assert line.amount_pence == winner.price_pence
        assert line.why


def test_the_order_of_narrowness() -> None:
    rules = [
        Rule(1, "screen", 100, scope="every device"),
        Rule(2, "screen", 200, category="laptop"),
        Rule(3, "screen", 300, brand_id=1),
        Rule(4, "screen", 400, brand_id=1, category="laptop"),
        Rule(5, "screen", 500, family_id=3),
        Rule(6, "screen", 600, model_id=7),
    ]
    asked = ask(LAPTOP, "screen")
    for count in range(1, 7):
        assert compute(book(*rules[:count]), [asked]).total_pence == count * 100
    assert compute(book(*rules), [ask(PHONE, "screen")]).total_pence == 300


def test_an_exact_quality_beats_any_quality_only_where_both_are_as_narrow() -> None:
    general, premium = Rule(1, "screen", 15000), Rule(2, "screen", 19000, quality="premium")
    for_model = Rule(3, "screen", 25000, model_id=7)
    asked = ask(LAPTOP, "screen", quality="premium")
    assert compute(book(general, premium), [asked]).total_pence == 19000
    assert compute(book(general, premium, for_model), [asked]).total_pence == 25000


def test_urgency_and_handover_are_lines_of_their_own() -> None:
    price = compute(
        book(Rule(1, "screen", 15001), Rule(2, "battery", 8000)),
        [ask(LAPTOP, "screen"), ask(PHONE, "battery")],
        urgency="priority",
        handover="collection",
    )
    found = [(line.kind, line.device, line.amount_pence) for line in price.lines]
    assert found == [
        ("service", 0, 15001),
        ("urgency", 0, 3750),
        ("service", 1, 8000),
        ("urgency", 1, 2000),
        ("handover", None, 1500),
    ]
    assert (price.total_pence, price.vat_pence, price.net_pence) == (30251, 5042, 25209)
    assert price.deposit_pence == 9075
    assert [part.total_pence for part in price.devices] == [18751, 10000]
    assert price.part(1).total_pence == 10000


def test_the_deposit_begins_above_its_threshold() -> None:
    assert compute(book(Rule(1, "screen", 20000)), [ask(LAPTOP, "screen")]).deposit_pence == 0
    assert compute(book(Rule(1, "screen", 20001)), [ask(LAPTOP, "screen")]).deposit_pence == 6000


@pytest.mark.parametrize(("waived", "amount", "declined"), [(True, 0, 2500), (False, 2500, 0)])
def test_bench_diagnosis_is_a_condition_or_a_charge(waived: bool, amount: int, declined: int) -> None:
    rules = book(Rule(1, "liquid_damage", 20000, from_price=True), diagnostic_waived=waived)
    price = compute(rules, [ask(LAPTOP, "liquid_damage")])
    line = price.lines[1]
    assert (line.kind, line.amount_pence, line.if_declined_pence) == ("diagnostic", amount, declined)
    assert price.total_pence == 20000 + amount
    assert price.if_declined_pence == declined


def test_a_fixed_price_and_an_ordered_diagnosis_carry_no_bench_fee() -> None:
    fixed = compute(book(Rule(1, "screen", 15000)), [ask(LAPTOP, "screen")])
    assert [line.kind for line in fixed.lines] == ["service"]
    rules = book(Rule(1, "diagnostic", 4000), Rule(2, "liquid_damage", 20000, from_price=True))
    ordered = compute(rules, [ask(LAPTOP, "diagnostic", "liquid_damage")])
    assert [line.service_key for line in ordered.lines] == ["diagnostic", "liquid_damage"]


def test_warranty_follows_the_rule_then_the_part() -> None:
    def days(rule: Rule, quality: str) -> int:
        return compute(book(rule), [ask(LAPTOP, "screen", quality=quality)]).lines[0].warranty_days

    assert days(Rule(1, "screen", 1), "standard") == 90
    assert days(Rule(1, "screen", 1), "") == 90
    assert days(Rule(1, "screen", 1), "premium") == 365
    assert days(Rule(1, "screen", 1), "original") == 365
    assert days(Rule(1, "screen", 1, warranty_days=30), "premium") == 30


def test_qualities_side_by_side_are_those_the_shop_has_a_price_for() -> None:
    general = Rule(1, "screen", 15000)
    asked = ask(LAPTOP, "screen")
    assert list(compute_qualities(book(general), asked)) == ["standard"]
    rules = book(general, Rule(2, "screen", 19000, quality="premium"), Rule(3, "screen", 26000, quality="original"))
    choices = compute_qualities(rules, asked)
    assert {key: price.total_pence for key, price in choices.items()} == {
        "original": 26000,
        "premium": 19000,
        "standard": 15000,
    }
    assert compute_qualities(rules, ask(LAPTOP, "liquid_damage")) == {}


def test_a_shop_that_charges_no_vat_shows_none() -> None:
    price = compute(book(Rule(1, "screen", 15000), vat_rate_bp=0), [ask(LAPTOP, "screen")])
    assert (price.vat_pence, price.net_pence) == (0, 15000)


@pytest.mark.parametrize(
    "asked",
    [
        ask(LAPTOP, "teleport"),
        ask(LAPTOP, "' OR 1=1 --"),
        ask(PHONE, "keyboard"),
        ask(LAPTOP, "screen", quality="golden"),
        ask(LAPTOP, "screen", "screen"),
    ],
)
def test_what_does_not_exist_is_refused(asked: DeviceAsk) -> None:
    with pytest.raises(Invalid):
        compute(book(Rule(1, "screen", 100), Rule(2, "keyboard", 100)), [asked])


@pytest.mark.parametrize("choice", [{"urgency": "yesterday"}, {"handover": "pigeon"}])
def test_unknown_urgency_and_handover_are_refused(choice: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        compute(book(), [], **choice)


def test_an_altered_stored_price_does_not_replay() -> None:
    stored = compute(book(Rule(1, "screen", 15000)), [ask(LAPTOP, "screen")]).as_json()
    assert replay({**stored, "total_pence": 1})["total_pence"] == 15000
    with pytest.raises(ValueError, match="version"):
        replay({})
    with pytest.raises(ValueError, match="damaged"):
        replay({**stored, "lines": [{"price": 1}]})
