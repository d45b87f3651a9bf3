"""Changing settings: what is stored, what the log tells, and who may."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor, visitor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound, SecondFactorRequired, SignInRequired
from revivatech.shop import actions
from revivatech.shop.models import Business, Closure, DailyCap, Location, OpeningHours
from revivatech.shop.problems import LastLocation
from revivatech.shop.terms import versions
from revivatech.testing.factories import make_staff

ActorOf = Callable[[User], Actor]
ADDRESS = {
    "name": "Leeds", "line1": "1 The Headrow", "line2": "", "town": "Leeds", "postcode": "ls1 8tl", "country": "GB",
    "nation": "england-and-wales", "zone_name": "Europe/London", "phone": "", "email": "",
}  # fmt: skip


def snapshot() -> dict[str, Any]:
    """Everything these verbs could change."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Business, Location, OpeningHours, Closure, DailyCap, EventRecord)
    }


VERBS: dict[str, Callable[[Location, Actor], object]] = {
    "business": lambda shop, by: actions.change_business({"name": "New"}, part="business", by=by),
    "tax": lambda shop, by: actions.change_business({"vat_rate_bp": 500}, part="tax", by=by),
    "mail": lambda shop, by: actions.save_mail(
        actions.MailForm(host="mail.example", port=25, security="none", sender="a@b.example"), by=by
    ),
    "mail off": lambda shop, by: actions.turn_mail_off(by=by),
    "finish step": lambda shop, by: actions.finish_step("tax", by=by),
    "open": lambda shop, by: actions.open_shop(by=by),
    "add location": lambda shop, by: actions.add_location(ADDRESS, by=by),
    "stop using": lambda shop, by: actions.set_active(shop.pk, True, by=by),
    "close everywhere": lambda shop, by: actions.add_closure(
        location_id=None, first=date(2027, 1, 4), reason="Away", by=by
    ),
    "address": lambda shop, by: actions.change_location(shop.pk, {"town": "Southwark"}, part="location", by=by),
    "slots": lambda shop, by: actions.change_location(shop.pk, {"slot_capacity": 5}, part="slots", by=by),
    "hours": lambda shop, by: actions.change_hours(shop.pk, {0: [(time(8), time(12))]}, by=by),
    "close here": lambda shop, by: actions.add_closure(
        location_id=shop.pk, first=date(2027, 1, 4), reason="Away", by=by
    ),
    "bank holidays": lambda shop, by: actions.keep_bank_holidays(shop.pk, [], by=by),
    "caps": lambda shop, by: actions.set_caps(shop.pk, {"same_day": 3}, by=by),
}
OF_THE_BUSINESS = frozenset(list(VERBS)[:9])
EVERYWHERE = {"add location", "stop using", "close everywhere"}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["alice", "eve", "tess", "fred", "mona", "olga"])
def test_who_may(verb: str, who: str, shop: Location, actor: ActorOf, request: pytest.FixtureRequest) -> None:
    """The owner may everything; a manager what concerns their own location; nobody else anything."""
    by = actor(request.getfixturevalue(who))
    before = snapshot()
    if who == "olga" or (who == "mona" and verb not in OF_THE_BUSINESS):
        VERBS[verb](shop, by)
        return
    with pytest.raises(Denied):
        VERBS[verb](shop, by)
    assert snapshot() == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_visitor_is_asked_to_sign_in(verb: str, shop: Location) -> None:
    before = snapshot()
    with pytest.raises(SignInRequired):
        VERBS[verb](shop, visitor())
    assert snapshot() == before


@pytest.mark.parametrize("verb", sorted(set(VERBS) - OF_THE_BUSINESS))
def test_a_manager_may_not_touch_another_location(verb: str, manchester: Location, mona: User, actor: ActorOf) -> None:
    before = snapshot()
    with pytest.raises(Denied):
        VERBS[verb](manchester, actor(mona))
    assert snapshot() == before


def test_an_open_shop_asks_the_owner_for_a_second_factor(shop: Location, actor: ActorOf) -> None:
    owner = actor(make_staff("owner", second_factor=False))
    for verb in sorted(OF_THE_BUSINESS - EVERYWHERE):
        with pytest.raises(SecondFactorRequired):
            VERBS[verb](shop, owner)
    Business.objects.update(opened_at=None)
    VERBS["business"](shop, owner)
    assert Business.objects.get().name == "New"


def test_a_change_is_recorded_with_before_and_after(shop: Location, olga: User, actor: ActorOf) -> None:
    actions.change_business(
        {"name": "Bridge Repairs", "email": "hello@repairs.example"}, part="business", by=actor(olga)
    )
    row = EventRecord.objects.get(name="shop.settings_changed")
    assert row.payload == {
        "shop_id": 1, "part": "business", "location_id": None,
        "before": {"name": "London Repairs"}, "after": {"name": "Bridge Repairs"},
    }  # fmt: skip
    assert (row.actor_id, row.sequence) == (olga.pk, 1)


def test_saving_the_same_values_records_nothing(shop: Location, olga: User, actor: ActorOf) -> None:
    week = {weekday: [(time(9), time(18))] for weekday in range(6)}
    actions.change_business({"name": "London Repairs"}, part="business", by=actor(olga))
    actions.change_hours(shop.pk, week, by=actor(olga))
    actions.set_active(shop.pk, True, by=actor(olga))
    assert EventRecord.objects.count() == 0


@pytest.mark.parametrize(
    ("part", "changes", "field"),
    [
        ("business", {"name": " "}, "name"),
        ("business", {"email": ""}, "email"),
        ("business", {"email": "nobody"}, "email"),
        ("business", {"name": "x" * 121}, "name"),
        ("tax", {"vat_registered": True, "vat_number": ""}, "vat_number"),
        ("tax", {"vat_number": "GB123456789"}, "vat_number"),
        ("tax", {"vat_rate_bp": 10_001}, "vat_rate_bp"),
        ("policies", {"warranty_days": -1}, "warranty_days"),
    ],
)
def test_wrong_values_name_their_field(
    part: str, changes: dict[str, Any], field: str, shop: Location, olga: User, actor: ActorOf
) -> None:
    before = snapshot()
    with pytest.raises(Invalid) as refused:
        actions.change_business(changes, part=part, by=actor(olga))
    assert list(refused.value.errors) == [field]
    assert snapshot() == before


def test_a_part_takes_its_own_fields_only(shop: Location, olga: User, actor: ActorOf) -> None:
    with pytest.raises(ValueError, match="not settings of tax"):
        actions.change_business({"vat_registered": False, "opened_at": None}, part="tax", by=actor(olga))


def test_new_words_in_the_terms_are_a_new_version(shop: Location, olga: User, actor: ActorOf) -> None:
    for words, version in (("One.", 1), ("One.", 1), ("Two.", 2)):
        actions.change_business({"terms": words}, part="terms", by=actor(olga))
        assert Business.objects.get().terms_version == version
    actions.change_business({"terms": "Two.", "terms_in": {"pt": "Dois."}}, part="terms", by=actor(olga))
    kept = versions(Business.objects.get())
    assert [(one.number, [(t.language, t.wording) for t in one.terms], one.who) for one in kept] == [
        (3, [("en-gb", "Two."), ("pt", "Dois.")], "Olga"), (2, [("en-gb", "Two.")], "Olga"), (1, [("en-gb", "One.")], "Olga"),
    ]  # fmt: skip


def test_only_terms_in_force_are_said_to_be_public(
    olga: User, actor: ActorOf, sign_in: Callable[[User], Client]
) -> None:
    client, page = sign_in(olga), reverse("shop:settings_part", args=["terms"])
    for words, public in (("One.", [1]), ("", []), ("Two.", [2])):
        actions.change_business({"terms": words}, part="terms", by=actor(olga))
        shown = re.findall(r">Version (\d+)</a>( <strong>public)?", client.get(page).text)
        assert [int(number) for number, marked in shown if marked] == public
    assert len(shown) == 2


def test_a_location_is_added_with_a_free_address_name(shop: Location, olga: User, actor: ActorOf) -> None:
    first = actions.add_location(ADDRESS, by=actor(olga))
    second = actions.add_location(ADDRESS, by=actor(olga))
    named_in_arabic = actions.add_location({**ADDRESS, "name": "فرع لندن 🔧"}, by=actor(olga))
    assert (first.slug, second.slug, named_in_arabic.slug) == ("leeds", "leeds-2", "location")
    assert first.postcode == "LS1 8TL"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"postcode": "1000"}, "postcode"),
        ({"zone_name": "Europe/Atlantis"}, "zone_name"),
        ({"zone_name": "../etc/passwd"}, "zone_name"),
        ({"name": ""}, "name"),
        ({"nation": "atlantis"}, "nation"),
    ],
)
def test_a_wrong_address_names_its_field(
    changes: dict[str, str], field: str, shop: Location, olga: User, actor: ActorOf
) -> None:
    with pytest.raises(Invalid) as refused:
        actions.change_location(shop.pk, changes, part="location", by=actor(olga))
    assert list(refused.value.errors) == [field]


def test_walk_ins_fit_into_the_capacity(shop: Location, olga: User, actor: ActorOf) -> None:
    with pytest.raises(Invalid):
        actions.change_location(shop.pk, {"walk_in_places": 3}, part="slots", by=actor(olga))
    shop.refresh_from_db()
    assert shop.walk_in_places == 0


def test_an_open_shop_keeps_a_location(shop: Location, manchester: Location, olga: User, actor: ActorOf) -> None:
    actions.set_active(shop.pk, False, by=actor(olga))
    with pytest.raises(LastLocation):
        actions.set_active(manchester.pk, False, by=actor(olga))
    assert list(Location.objects.filter(active=True)) == [manchester]


def test_the_week_is_replaced_as_a_whole(shop: Location, olga: User, actor: ActorOf) -> None:
    actions.change_hours(shop.pk, {0: [(time(14), time(18)), (time(9), time(13))], 6: []}, by=actor(olga))
    assert list(OpeningHours.objects.values_list("weekday", "opens", "closes")) == [
        (0, time(9), time(13)),
        (0, time(14), time(18)),
    ]
    payload = EventRecord.objects.get().payload
    assert payload["before"]["week"][5] == ["09:00-18:00"]
    assert payload["after"]["week"] == [["09:00-13:00", "14:00-18:00"], [], [], [], [], [], []]


@pytest.mark.parametrize(
    "week",
    [
        {},
        {0: []},
        {7: [(time(9), time(10))]},
        {0: [(time(10), time(9))]},
        {0: [(time(9), time(9))]},
        {0: [(time(9), time(13)), (time(12), time(18))]},
        {0: [(time(1), time(2)), (time(3), time(4)), (time(5), time(6))]},
    ],
)
def test_an_impossible_week_is_refused(week: Any, shop: Location, olga: User, actor: ActorOf) -> None:
    before = snapshot()
    with pytest.raises(Invalid):
        actions.change_hours(shop.pk, week, by=actor(olga))
    assert snapshot() == before


def test_bank_holidays_are_kept_as_chosen(shop: Location, olga: User, actor: ActorOf) -> None:
    christmas, boxing = date(2027, 12, 27), date(2027, 12, 28)
    actions.keep_bank_holidays(shop.pk, [christmas, boxing, date(2027, 6, 6)], by=actor(olga))
    assert list(Closure.objects.values_list("first", "bank_holiday")) == [(christmas, True), (boxing, True)]
    actions.keep_bank_holidays(shop.pk, [boxing], by=actor(olga))
    assert list(Closure.objects.values_list("first", flat=True)) == [boxing]


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (date(2027, 1, 4), date(2027, 1, 3), "Away"),
        (date(2027, 1, 4), date(2030, 1, 3), "Away"),
        (date(2027, 1, 4), None, ""),
        (date(2027, 1, 4), None, "x" * 121),
    ],
)
def test_an_impossible_closure_is_refused(
    first: date, last: date | None, reason: str, shop: Location, olga: User, actor: ActorOf
) -> None:
    with pytest.raises(Invalid):
        actions.add_closure(location_id=shop.pk, first=first, last=last, reason=reason, by=actor(olga))
    assert Closure.objects.count() == 0


def test_a_closure_goes_away_again(shop: Location, mona: User, actor: ActorOf) -> None:
    closure = actions.add_closure(location_id=shop.pk, first=date(2027, 1, 4), reason="Away", by=actor(mona))
    actions.remove_closure(closure.pk, by=actor(mona))
    assert Closure.objects.count() == 0
    with pytest.raises(NotFound):
        actions.remove_closure(closure.pk, by=actor(mona))
    everywhere = Closure.objects.create(first=date(2027, 1, 4), last=date(2027, 1, 4), reason="Away")
    with pytest.raises(Denied):
        actions.remove_closure(everywhere.pk, by=actor(mona))
    assert Closure.objects.get() == everywhere


def test_daily_limits_are_set_and_lifted(shop: Location, mona: User, actor: ActorOf) -> None:
    actions.set_caps(shop.pk, {"same_day": 3, "collection": None, "board": 0}, by=actor(mona))
    assert dict(DailyCap.objects.values_list("kind", "at_most")) == {"same_day": 3, "board": 0}
    actions.set_caps(shop.pk, {"same_day": None}, by=actor(mona))
    assert dict(DailyCap.objects.values_list("kind", "at_most")) == {"board": 0}
