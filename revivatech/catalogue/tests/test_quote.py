"""The engine on stored rules and policies."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from revivatech.catalogue.pricing import DeviceAsk, IssueAsk, Price, qualities, quote, replay
from revivatech.platform.spoken import spoken
from revivatech.shop.models import Location
from revivatech.testing.catalogue import install_services, install_starter_prices, make_listed_model, make_rule
from revivatech.testing.factories import make_business

pytestmark = pytest.mark.django_db


def ask_for(model: Any, *keys: str, quality: str = "") -> DeviceAsk:
    issues = tuple(IssueAsk(key, quality) for key in keys)
    return DeviceAsk(model.category, model.pk, model.brand_id, model.family_id, model.full_name, issues)


def test_the_narrowest_stored_rule_wins_and_says_so(shop: Location) -> None:
    model = make_listed_model("iPhone 13")
    other = make_listed_model("Galaxy S21", brand="Samsung", family="Galaxy S")
    make_rule("screen", 15000)
    make_rule("screen", 16000, category="smartphone")
    make_rule("screen", 17000, brand=model.brand)
    make_rule("screen", 18000, brand=model.brand, category="smartphone")
    family = make_rule("screen", 19000, family=model.family)
    price = quote([ask_for(model, "screen")])
    assert (price.total_pence, price.vat_pence, price.lines[0].rule_id) == (19000, 3167, family.pk)
    assert spoken(price.lines[0].why) == "Our price for this repair, set for the Apple iPhone family."
    single = make_rule("screen", 20000, model=model)
    assert quote([ask_for(model, "screen")]).lines[0].rule_id == single.pk
    assert quote([ask_for(other, "screen")]).total_pence == 16000
    single.active = False
    single.save()
    assert quote([ask_for(model, "screen")]).lines[0].rule_id == family.pk


def test_a_stored_price_says_its_reasons_in_the_readers_language(shop: Location) -> None:
    model = make_listed_model("iPhone 13")
    make_rule("screen", 19000, brand=model.brand, category="smartphone", quality="premium", from_price=True)
    with override("pt"):  # whoever booked read Portuguese
        ask = DeviceAsk("smartphone", model.pk, model.brand_id, model.family_id, "", (IssueAsk("screen", "premium"),))
        stored = quote([ask], urgency="priority", handover="post").as_json()
    lines = Price.from_json(stored).lines
    english = [(spoken(line.label), spoken(line.why)) for line in lines]
    with override("pt"):
        portuguese = [(spoken(line.label), spoken(line.why)) for line in lines]
    assert english[0][1] == (
        "Our price for this repair with a part of premium quality, set for Apple smartphones. "
        "It is an estimate; after diagnosis we send a quote before any work."
    )
    assert english[2] == ("Priority service", "25 % of the repairs on this device (£190.00).")
    assert not {words for pair in english for words in pair} & {words for pair in portuguese for words in pair}
    assert "Apple" in portuguese[0][1]
    assert "190,00" in portuguese[2][1], "the amount as its reader writes it"


@pytest.mark.parametrize("words", ['[["', '[["a", 1]]', "[[]]", '[["%(x)s", {}]]', "Plain words"])
def test_words_that_only_look_like_a_stored_sentence_are_shown_as_they_are(words: str) -> None:
    assert spoken(words) == words


def test_a_device_that_is_not_listed_has_the_price_of_its_kind(shop: Location) -> None:
    model = make_listed_model("iPhone 13")
    make_rule("screen", 15000, category="smartphone")
    make_rule("screen", 17000, brand=model.brand)
    ask = DeviceAsk("smartphone", label="A red phone", issues=(IssueAsk("screen"),))
    assert quote([ask]).total_pence == 15000


def test_without_a_rule_the_work_is_quoted_and_never_numbered(shop: Location) -> None:
    install_services()
    price = quote([ask_for(make_listed_model("iPhone 13"), "board")])
    line = price.lines[0]
    assert (line.needs_quote, line.from_price, line.amount_pence, line.rule_id) == (True, True, 0, None)
    assert (price.needs_quote, price.is_estimate) == (True, True)


def test_the_shops_policies_hold(db: None) -> None:
    make_business(
        vat_registered=False, urgency_same_day_bp=10000, collection_pence=2000, deposit_bp=5000, deposit_above_pence=100
    )
    model = make_listed_model("iPhone 13")
    make_rule("battery", 8000)
    price = quote([ask_for(model, "battery")], urgency="same_day", handover="collection")
    assert [line.amount_pence for line in price.lines] == [8000, 8000, 2000]
    assert (price.vat_pence, price.deposit_pence) == (0, 9000)


def test_starter_prices_as_the_product_promises_them(shop: Location) -> None:
    install_starter_prices()
    model = make_listed_model("MacBook Air", family="MacBook Air", category="laptop")
    amounts = {}
    for key in ("screen", "battery", "liquid_damage", "data_recovery", "software", "diagnostic", "board", "camera"):
        amounts[key] = quote([ask_for(model, key)]).total_pence // 100
    for key in ("speaker", "charging_port", "button", "custom"):
        amounts[key] = quote([ask_for(model, key)]).total_pence // 100
    assert amounts == {
        "screen": 150, "battery": 80, "liquid_damage": 200, "data_recovery": 300, "software": 60, "diagnostic": 40,
        "board": 400, "camera": 120, "speaker": 90, "charging_port": 100, "button": 70, "custom": 100,
    }  # fmt: skip


def test_a_promise_outlives_the_rules_it_was_made_from(shop: Location) -> None:
    model = make_listed_model("iPhone 13")
    rule = make_rule("screen", 15000)
    stored = quote([ask_for(model, "screen")]).as_json()
    rule.price_pence, rule.active = 99000, False
    rule.save()
    assert replay(stored) == stored
    assert Price.from_json(stored).total_pence == 15000


def test_qualities_from_stored_rules(shop: Location) -> None:
    model = make_listed_model("iPhone 13")
    make_rule("screen", 15000)
    make_rule("screen", 21000, quality="original")
    found = qualities(ask_for(model, "screen"), urgency="priority")
    assert {key: price.total_pence for key, price in found.items()} == {"original": 26250, "standard": 18750}
    assert [price.lines[0].warranty_days for price in found.values()] == [365, 90]


def test_three_queries_whatever_is_asked(shop: Location, django_assert_num_queries: Any) -> None:
    models = [make_listed_model(f"iPhone {number}") for number in (12, 13, 14)]
    for model in models:
        make_rule("screen", 15000, model=model)
        make_rule("battery", 8000, model=model)
    asks = [ask_for(model, "screen", "battery") for model in models]
    with django_assert_num_queries(3):
        price = quote(asks)
    assert price.total_pence == 69000
