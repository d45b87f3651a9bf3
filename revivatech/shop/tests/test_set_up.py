"""The set-up wizard, page by page, as the owner of an empty shop goes through it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.test import Client

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor, system
from revivatech.platform.events.models import EventRecord
from revivatech.shop import actions, queries, steps
from revivatech.shop.models import Business, Closure, Location, OpeningHours, SetupStep
from revivatech.shop.problems import NotReadyToOpen
from revivatech.testing.factories import make_location, make_staff

SignIn = Callable[[User], Client]
ActorOf = Callable[[User], Actor]

BUSINESS = {"name": "Bridge Repairs 🔧", "email": "hello@bridge.example", "phone": "020 7946 0000"}
ADDRESS = {
    "name": "London Bridge", "line1": "8 Tooley Street", "town": "London", "postcode": "se12sz", "country": "GB",
    "nation": "scotland", "zone_name": "Europe/London",
}  # fmt: skip
WEEK = {
    "opens_0": "09:00",
    "closes_0": "13:00",
    "again_0": "14:00",
    "until_0": "18:00",
    "opens_5": "10:00",
    "closes_5": "16:00",
}
TAX = {"vat_registered": "on", "vat_number": "GB 434 0314 94", "vat_rate_bp": "20"}
SLOTS = {"slot_minutes": "30", "slot_capacity": "3", "walk_in_places": "1", "buffer_minutes": "0", "notice_minutes": "120",
         "horizon_days": "30", "offers_post": "on"}  # fmt: skip
POLICIES = {
    "diagnostic_bench_pence": "£25.00", "diagnostic_waived": "on", "urgency_priority_bp": "25", "urgency_same_day_bp": "50%",
    "collection_pence": "15", "post_pence": "4.99", "deposit_bp": "30", "deposit_above_pence": "1,200", "warranty_days": "90",
    "warranty_premium_days": "365", "price_holds_days": "7", "quote_holds_days": "30", "review_after_days": "3",
}  # fmt: skip


@pytest.fixture
def owner(db: None) -> User:
    """The owner of a shop that is not open yet, without a second factor."""
    return make_staff("owner", second_factor=False, email="olga@repairs.example")


@pytest.fixture
def client(owner: User, sign_in: SignIn) -> Client:
    return sign_in(owner)


def test_from_an_empty_shop_to_an_open_one(client: Client) -> None:
    assert client.get("/setup/").headers["Location"] == "/setup/business/"
    answers: list[tuple[str, dict[str, Any]]] = [
        ("business", BUSINESS), ("location", ADDRESS), ("hours", WEEK), ("closures", {"days": ["2027-01-04"]}),
        ("tax", TAX), ("slots", SLOTS), ("policies", POLICIES),
    ]  # fmt: skip
    for key, data in answers:
        following = steps.following(key)
        assert following is not None
        with clock.frozen(datetime(2026, 11, 22, 12, tzinfo=UTC)):
            assert client.post(f"/setup/{key}/", data).headers["Location"] == f"/setup/{following.key}/"
    assert client.get("/setup/").headers["Location"] == "/setup/prices/"
    assert client.post("/setup/mail/", {"intent": "skip"}).headers["Location"] == "/setup/opening/"

    refused = client.post("/setup/opening/")
    assert refused.status_code == 409
    assert "have not been reviewed" in refused.content.decode()
    assert queries.is_open() is False
    assert client.post("/setup/opening/", {"unreviewed": "1"}).headers["Location"] == "/workbench/settings/"

    shop = Business.objects.get()
    assert (shop.name, shop.vat_number, shop.vat_rate_bp, shop.vat_registered) == (
        "Bridge Repairs 🔧",
        "GB434031494",
        2000,
        True,
    )
    assert (shop.post_pence, shop.deposit_above_pence, shop.urgency_same_day_bp) == (499, 120_000, 5000)
    assert shop.opened_at is not None
    assert queries.is_open() is True
    place = Location.objects.get()
    assert (place.postcode, place.nation, place.slot_capacity, place.offers_collection) == (
        "SE1 2SZ",
        "scotland",
        3,
        False,
    )
    assert list(OpeningHours.objects.values_list("weekday", "opens", "closes")) == [
        (0, time(9), time(13)), (0, time(14), time(18)), (5, time(10), time(16)),
    ]  # fmt: skip
    assert list(Closure.objects.values_list("location_id", "first", "bank_holiday")) == [
        (place.pk, date(2027, 1, 4), True)
    ]
    assert EventRecord.objects.get(name="shop.opened").payload == {"shop_id": 1, "prices_reviewed": False}
    # Open now: the settings ask for a second factor.
    assert client.get("/workbench/settings/tax/").status_code == 403
    assert client.get("/setup/business/").status_code == 403


def test_it_can_be_left_and_resumed(client: Client) -> None:
    client.post("/setup/business/", BUSINESS)
    assert client.get("/setup/").headers["Location"] == "/setup/location/"
    assert 'value="Bridge Repairs 🔧"' in client.get("/setup/business/").content.decode()
    assert client.get("/setup/hours/").headers["Location"] == "/setup/location/"  # it belongs to a location


@pytest.mark.parametrize("step", steps.STEPS, ids=lambda step: step.key)
def test_every_page_says_why_it_asks(step: steps.Step, client: Client) -> None:
    Business.objects.create(pk=1)
    make_location("London")
    page = client.get(f"/setup/{step.key}/")
    assert page.status_code == 200
    assert str(step.why).replace("'", "&#39;") in page.content.decode()


@pytest.mark.parametrize(
    ("key", "data", "message"),
    [
        ("business", {**BUSINESS, "name": ""}, "Write the name customers know you by."),
        ("business", {**BUSINESS, "name": "x" * 200}, "at most 120 characters"),
        ("business", {**BUSINESS, "email": "me@"}, "Enter a valid email address"),
        ("business", {**BUSINESS, "phone": "call me"}, "Enter a phone number"),
        ("location", {**ADDRESS, "postcode": "1234"}, "Enter a UK postcode"),
        ("location", {**ADDRESS, "zone_name": "Mars/Base"}, "Select a valid choice"),
        ("hours", {}, "Enter the hours of at least one day"),
        ("hours", {"opens_0": "09:00"}, "Enter both times, or neither"),
        ("hours", {"opens_0": "18:00", "closes_0": "09:00"}, "Closing time must be later"),
        ("hours", {"opens_0": "25:00", "closes_0": "26:00"}, "Enter a time, such as 09:00"),
        ("hours", {**WEEK, "again_0": "12:00"}, "must not be before the first closing time"),
        ("closures", {"days": ["1999-01-01"]}, "Select a valid choice"),
        ("closures", {"days": ["not a day"]}, "Select a valid choice"),
        ("tax", {**TAX, "vat_number": "GB123456789"}, "check digits"),
        ("tax", {"vat_registered": "on", "vat_rate_bp": "20"}, "Enter the VAT number, or say"),
        ("tax", {**TAX, "vat_rate_bp": "101"}, "less than or equal to 100"),
        ("tax", {**TAX, "vat_rate_bp": "NaN"}, "Enter a number"),
        ("slots", {**SLOTS, "walk_in_places": "4"}, "more than the customers per slot"),
        ("slots", {**SLOTS, "slot_minutes": "999999999999999999999"}, "less than or equal to 240"),
        ("policies", {**POLICIES, "post_pence": "-1"}, "greater than or equal to 0"),
        ("policies", {**POLICIES, "post_pence": "1e400"}, "less than or equal to"),
        ("policies", {**POLICIES, "post_pence": "4.999"}, "2 decimal places"),
    ],
)  # fmt: skip
def test_wrong_answers_are_kept_and_explained(key: str, data: dict[str, Any], message: str, client: Client) -> None:
    make_location("London")
    before = (list(Business.objects.values()), list(Location.objects.values()), list(OpeningHours.objects.values()))
    page = client.post(f"/setup/{key}/", data)
    assert page.status_code == 422
    assert message in page.content.decode()
    assert not SetupStep.objects.filter(key=key).exists()
    after = (
        [row for row in Business.objects.values() if before[0]], list(Location.objects.values()), list(OpeningHours.objects.values()),
    )  # fmt: skip
    assert after == before


def test_what_was_typed_is_shown_escaped(client: Client) -> None:
    page = client.post("/setup/business/", {**BUSINESS, "name": '<script>alert("x")</script>', "email": ""})
    assert "&lt;script&gt;alert(" in page.content.decode()
    assert '<script>alert("x")' not in page.content.decode()


def test_all_bank_holidays_are_proposed_until_somebody_chose(client: Client) -> None:
    place = make_location("London")
    assert client.get("/setup/closures/").content.decode().count("checked") > 5
    client.post("/setup/closures/", {})
    assert Closure.objects.filter(location=place).count() == 0
    assert "checked" not in client.get("/setup/closures/").content.decode()


def test_a_day_off_is_added_and_removed_without_leaving(client: Client) -> None:
    place = make_location("London")
    url = f"/workbench/settings/locations/{place.pk}/closures"
    added = client.post(
        f"{url}/new/", {"first": "2027-08-02", "last": "2027-08-13", "reason": "Holiday", "frame": "setup"}
    )
    assert added.headers["Location"] == "/setup/closures/"
    closure = Closure.objects.get()
    assert (closure.first, closure.last, closure.location_id) == (date(2027, 8, 2), date(2027, 8, 13), place.pk)
    wrong = client.post(
        f"{url}/new/", {"first": "2027-08-02", "last": "2027-08-01", "reason": "Holiday", "frame": "setup"}
    )
    assert wrong.status_code == 422
    assert "must not be before the first" in wrong.content.decode()
    client.post(f"{url}/{closure.pk}/removal/", {"frame": "setup"})
    assert Closure.objects.count() == 0


def test_opening_is_refused_with_the_reasons(owner: User, actor: ActorOf) -> None:
    with pytest.raises(NotReadyToOpen) as refused:
        actions.open_shop(despite_unreviewed_prices=True, by=actor(owner))
    assert refused.value.extra["reasons"] == [
        "The business needs a name and an e-mail address.",
        "Add a location, so that customers know where to go.",
    ]
    Business.objects.update(name="Shop", email="a@b.example")
    make_location("London", hours=False)
    with pytest.raises(NotReadyToOpen) as refused:
        actions.open_shop(despite_unreviewed_prices=True, by=actor(owner))
    assert refused.value.extra["reasons"] == ["Enter opening hours, so that there are times to book."]
    assert Business.objects.get().opened_at is None


def test_reviewed_prices_open_without_a_word(owner: User, actor: ActorOf) -> None:
    Business.objects.create(pk=1, name="Shop", email="a@b.example")
    make_location("London")
    actions.finish_step("prices", by=system())
    opened = actions.open_shop(by=actor(owner)).opened_at
    assert EventRecord.objects.get(name="shop.opened").payload["prices_reviewed"] is True
    assert actions.open_shop(by=system()).opened_at == opened  # again changes nothing
    assert EventRecord.objects.filter(name="shop.opened").count() == 1


@pytest.mark.parametrize("who", ["mona", "tess", "fred", "alice"])
def test_only_the_owner_sees_it(who: str, shop: Location, sign_in: SignIn, request: pytest.FixtureRequest) -> None:
    client = sign_in(request.getfixturevalue(who))
    for path in ("/setup/", "/setup/business/", "/setup/opening/"):
        assert client.get(path).status_code == 403
        assert client.post(path, BUSINESS).status_code in {403, 405}
    assert Business.objects.get().name == "London Repairs"


def test_a_visitor_is_sent_to_sign_in(db: None) -> None:
    answer = Client().get("/setup/business/")
    assert answer.status_code == 302
    assert "next=%2Fsetup%2Fbusiness%2F" in answer.headers["Location"]


def test_unknown_pages_are_not_found(client: Client) -> None:
    for path in ("/setup/nothing/", "/workbench/settings/locations/999/hours/"):
        assert client.get(path).status_code == 404


def test_a_manager_changes_their_own_location_in_settings(
    shop: Location, manchester: Location, mona: User, sign_in: SignIn
) -> None:
    client = sign_in(mona)
    index = client.get("/workbench/settings/").content.decode()
    assert "London Bridge" in index
    assert "Manchester" not in index
    assert client.get(f"/workbench/settings/locations/{manchester.pk}/hours/").status_code == 404
    assert client.post(f"/workbench/settings/locations/{shop.pk}/hours/", WEEK).status_code == 302
    assert OpeningHours.objects.filter(location=shop).count() == 3
    assert client.post(f"/workbench/settings/locations/{shop.pk}/caps/", {"same_day": "2"}).status_code == 302
    assert shop.daily_caps.get().at_most == 2
    assert client.post("/workbench/settings/locations/new/", ADDRESS).status_code == 403


def test_the_owner_sees_what_changed(shop: Location, olga: User, sign_in: SignIn) -> None:
    client = sign_in(olga)
    client.post("/workbench/settings/tax/", {"vat_rate_bp": "5"})
    text = client.get("/workbench/settings/").content.decode()
    assert "The business is registered for VAT · VAT number · VAT rate" in text
    client.post("/workbench/settings/locations/new/", ADDRESS | {"name": "Leeds"})
    leeds = Location.objects.get(slug="leeds")
    assert client.post(f"/workbench/settings/locations/{leeds.pk}/activity/", {"active": "0"}).status_code == 302
    leeds.refresh_from_db()
    assert leeds.active is False
