"""Staff keep the price rules; the starter prices are looked at before the shop opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from revivatech.accounts.models import User
from revivatech.accounts.permissions import OWNER
from revivatech.catalogue import actions
from revivatech.catalogue.actions.prices import RuleValues
from revivatech.catalogue.models import PriceRule, Service
from revivatech.catalogue.problems import RuleInactive
from revivatech.catalogue.starter import STARTER_PRICES, install_starter_prices
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound, SecondFactorRequired
from revivatech.shop.models import Business, SetupStep
from revivatech.testing.catalogue import install_services, make_listed_model, make_rule
from revivatech.testing.factories import actor_of, make_business, make_staff

pytestmark = pytest.mark.django_db
Acting = Callable[[User], Actor]
SignIn = Callable[[User], Client]
STARTERS: dict[str, int | None] = {starter.service_key: starter.price_pence for starter in STARTER_PRICES}


def values(**fields: object) -> RuleValues:
    install_services()
    service = Service.objects.get(key="screen")
    return replace(RuleValues(service_id=service.pk, price_pence=15000, minutes=90), **fields)  # type: ignore[arg-type]


def events_of(rule: PriceRule) -> list[str]:
    log = EventRecord.objects.filter(subject_kind="price_rule", subject_id=rule.pk).order_by("sequence")
    return list(log.values_list("name", flat=True))


def test_add_edit_retire_with_history(mona: User, actor: Acting) -> None:
    rule = actions.add_rule(values(), by=actor(mona))
    actions.edit_rule(rule.pk, values(price_pence=16000), by=actor(mona))
    actions.edit_rule(rule.pk, values(price_pence=16000), by=actor(mona))
    actions.deactivate_rule(rule.pk, by=actor(mona))
    actions.deactivate_rule(rule.pk, by=actor(mona))
    assert events_of(rule) == ["price_rule.added", "price_rule.changed", "price_rule.changed"]
    changed = EventRecord.objects.filter(name="price_rule.changed").order_by("pk")[0]
    assert (changed.payload["before"], changed.payload["after"]) == ({"price_pence": 15000}, {"price_pence": 16000})
    with pytest.raises(RuleInactive):
        actions.edit_rule(rule.pk, values(), by=actor(mona))
    with pytest.raises(NotFound):
        actions.deactivate_rule(0, by=actor(mona))


def test_two_rules_never_cover_the_same(mona: User, actor: Acting) -> None:
    model = make_listed_model("iPhone 13")
    rule = actions.add_rule(values(model_id=model.pk), by=actor(mona))
    with pytest.raises(Invalid):
        actions.add_rule(values(model_id=model.pk, price_pence=1), by=actor(mona))
    actions.deactivate_rule(rule.pk, by=actor(mona))
    actions.add_rule(values(model_id=model.pk, price_pence=1), by=actor(mona))
    assert PriceRule.objects.filter(active=True).count() == 1


def test_a_rule_that_mixes_scopes_is_refused(mona: User, actor: Acting) -> None:
    model = make_listed_model("iPhone 13")
    for scope in (
        {"model_id": model.pk, "category": "smartphone"},
        {"family_id": model.family_id, "brand_id": model.brand_id},
    ):
        with pytest.raises(Invalid):
            actions.add_rule(values(**scope), by=actor(mona))
    with pytest.raises(Invalid):
        actions.add_rule(values(service_id=0), by=actor(mona))
    software = Service.objects.get(key="software").pk
    with pytest.raises(Invalid):
        actions.add_rule(values(service_id=software, quality="premium"), by=actor(mona))
    assert not PriceRule.objects.exists()


VERBS: dict[str, Callable[[PriceRule, Actor], object]] = {
    "add": lambda _rule, by: actions.add_rule(values(category="laptop"), by=by),
    "edit": lambda rule, by: actions.edit_rule(rule.pk, values(price_pence=1), by=by),
    "retire": lambda rule, by: actions.deactivate_rule(rule.pk, by=by),
    "review": lambda _rule, by: actions.review_starter_prices(STARTERS, by=by),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["tess", "fred", "alice", "eve"])
def test_who_may_not(verb: str, who: str, request: pytest.FixtureRequest, shop: object, actor: Acting) -> None:
    rule = make_rule("screen", 15000)
    before = list(PriceRule.objects.values())
    with pytest.raises(Denied):
        VERBS[verb](rule, actor(request.getfixturevalue(who)))
    assert list(PriceRule.objects.values()) == before
    assert events_of(rule) == []


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["mona", "olga"])
def test_who_may(verb: str, who: str, request: pytest.FixtureRequest, actor: Acting) -> None:
    by = actor(request.getfixturevalue(who))
    VERBS[verb](make_rule("screen", 15000), by)


@pytest.mark.parametrize("verb", VERBS)
def test_prices_of_an_open_shop_need_a_second_factor(verb: str, shop: object) -> None:
    by = actor_of(make_staff(OWNER, second_factor=False))
    with pytest.raises(SecondFactorRequired):
        VERBS[verb](make_rule("screen", 15000), by)


def test_starter_prices_are_installed_once(db: None) -> None:
    assert install_starter_prices() == 12
    assert install_starter_prices() == 0
    assert PriceRule.objects.filter(reviewed_at__isnull=True).count() == 12
    PriceRule.objects.filter(service__key="screen").update(active=False)
    assert install_starter_prices() == 0


def test_the_review_accepts_changes_and_leaves_out(db: None) -> None:
    make_business(opened_at=None)
    owner = actor_of(make_staff(OWNER, second_factor=False))
    actions.review_starter_prices({**STARTERS, "screen": 17500, "board": None}, by=owner)
    rules = {rule.service.key: rule for rule in PriceRule.objects.filter(active=True).select_related("service")}
    assert (len(rules), rules["screen"].price_pence, rules["battery"].price_pence) == (11, 17500, 8000)
    assert all(rule.reviewed_at for rule in rules.values())
    assert SetupStep.objects.filter(key="prices").exists()
    event = EventRecord.objects.get(name="business.starter_prices_reviewed")
    assert event.payload["rule_ids"] == sorted(rule.pk for rule in rules.values())

    actions.review_starter_prices(STARTERS, by=owner)
    again = {
        rule.service.key: rule.price_pence for rule in PriceRule.objects.filter(active=True).select_related("service")
    }
    assert again == STARTERS


def test_half_a_review_is_refused(olga: User, actor: Acting) -> None:
    with pytest.raises(Invalid):
        actions.review_starter_prices({"screen": 1}, by=actor(olga))
    assert not PriceRule.objects.exists()


def test_the_review_page_before_the_shop_opens(db: None, sign_in: SignIn) -> None:
    make_business(opened_at=None)
    install_services()
    browser = sign_in(make_staff(OWNER, second_factor=False))
    page = browser.get("/workbench/prices/starter/")
    assert (page.status_code, 'value="150.00"' in page.text) == (200, True)
    form = {key: f"{(pence or 0) / 100:.2f}" for key, pence in STARTERS.items()}
    wrong = browser.post("/workbench/prices/starter/", {**form, "screen": "-5", "battery": "a lot"})
    assert (wrong.status_code, 'value="a lot"' in wrong.text) == (422, True)
    assert not PriceRule.objects.exists()
    done = browser.post("/workbench/prices/starter/", {**form, "screen": "£1,175.50", "custom": ""})
    assert (done.status_code, done["Location"]) == (302, "/setup/")
    assert PriceRule.objects.get(service__key="screen").price_pence == 117550
    assert not PriceRule.objects.filter(service__key="custom", active=True).exists()


def test_pages_of_prices(mona: User, tess: User, sign_in: SignIn, client: Client) -> None:
    rule = make_rule("screen", 15000, from_price=True)
    for path in (
        "",
        "new/",
        "starter/",
        "trial/",
        f"{rule.pk}/",
        "?narrowness=general&state=unreviewed&service=screen",
    ):
        assert sign_in(mona).get(f"/workbench/prices/{path}").status_code == 200
        assert sign_in(tess).get(f"/workbench/prices/{path}").status_code == 403
        assert client.get(f"/workbench/prices/{path}").status_code == 302
    assert sign_in(mona).get("/workbench/prices/999999/").status_code == 404


def test_a_rule_by_its_form(mona: User, sign_in: SignIn) -> None:
    model = make_listed_model("iPhone 13", identifiers="A2633")
    make_listed_model("iPhone 13 Pro")
    install_services()
    browser = sign_in(mona)
    form = {"service": Service.objects.get(key="screen").pk, "price_pence": "199.90", "minutes": "60", "model": "a2633"}
    assert browser.post("/workbench/prices/new/", form)["Location"] == "/workbench/prices/"
    rule = PriceRule.objects.get()
    assert (rule.model, rule.price_pence, rule.quality) == (model, 19990, "")
    twice = browser.post("/workbench/prices/new/", form)
    assert (twice.status_code, "There is a price for exactly this already" in twice.text) == (422, True)
    vague = browser.post("/workbench/prices/new/", {**form, "model": "iphone"})
    assert "Several devices fit" in vague.text
    mixed = browser.post("/workbench/prices/new/", {**form, "category": "laptop"})
    assert "A device or a family says enough" in mixed.text
    browser.post(f"/workbench/prices/{rule.pk}/", {**form, "price_pence": "149"})
    page = browser.get(f"/workbench/prices/{rule.pk}/")
    assert "Price: £199.90 → £149.00" in page.text
    browser.post(f"/workbench/prices/{rule.pk}/retirement/")
    rule.refresh_from_db()
    assert not rule.active


def test_a_price_is_explained(mona: User, sign_in: SignIn) -> None:
    model = make_listed_model("iPhone 13")
    make_rule("screen", 15000)
    make_rule("screen", 18000, family=model.family)
    query = {"device": "iphone 13", "service": "screen", "urgency": "priority", "handover": "post"}
    page = sign_in(mona).get("/workbench/prices/trial/", query)
    for text in ("£180.00", "£45.00", "£5.00", "£230.00", "set for the Apple iPhone family", "every device"):
        assert text in page.text
    unknown = sign_in(mona).get("/workbench/prices/trial/", {**query, "device": "zzqqxx"})
    assert (unknown.status_code, "No device in the catalogue" in unknown.text) == (422, True)
    strange = sign_in(mona).get("/workbench/prices/trial/", {**query, "service": "keyboard"})
    assert (strange.status_code, "Choose a repair that we do" in strange.text) == (422, True)
    quoted = sign_in(mona).get("/workbench/prices/trial/", {**query, "service": "battery"})
    assert "we quote" in quoted.text


def test_the_business_row_is_not_needed_beforehand(db: None) -> None:
    assert not Business.objects.exists()
    assert install_starter_prices() == 12
