"""Free times in memory: the same bytes until a row they follow from, or the clock, makes other ones of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from revivatech.accounts.models import User
from revivatech.booking import actions
from revivatech.booking.api_schemas import SlotOut
from revivatech.booking.models import Booking, SlotPlace
from revivatech.booking.unchanged import WATCHED, state_of
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.limits import hit_here
from revivatech.platform.web import keeping
from revivatech.shop.models import Closure, DailyCap, Location, OpeningHours
from revivatech.testing.booking import hold_place, make_request, make_service

MONDAY = datetime(2026, 6, 1, 7, 10, tzinfo=UTC)  # 08:10 in London
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 14)
PROGRAM = Client()  # without a cookie, and with its middleware made once


@pytest.fixture(autouse=True)
def kept(settings: Any) -> Iterator[None]:
    settings.KEEP_PAGES = 0.0
    with clock.frozen(MONDAY):
        yield
    keeping.forget()


def ask(location: Location, /, client: Client | None = None, *, headers: Any = None, **more: Any) -> Any:
    query = {"location": location.pk, "from": FIRST, "to": LAST, **more}
    return (client or PROGRAM).get("/api/v1/slots", query_params=query, headers=headers or {})


def made_anew(location: Location, /, client: Client | None = None, **more: Any) -> bool:
    """Whether more was asked of the database than if the rows are as they were."""
    with CaptureQueriesContext(connection) as asked:
        assert ask(location, client, **more).status_code == 200
    return len([one for one in asked if "md5(concat_ws" not in one["sql"]]) > 0


def free(location: Location) -> dict[str, int]:
    items = ask(location).json()["items"]
    assert {name for one in items for name in one} <= SlotOut.model_fields.keys()
    return {one["starts_at"]: one["free"] for one in items}


def test_each_change_of_a_row_is_seen_at_once(shop: Location, olga: User, actor: Callable[[User], Actor]) -> None:
    make_service("screen")
    ten = datetime(2026, 6, 2, 9, tzinfo=UTC)
    before = free(shop)
    assert before["2026-06-02T09:00:00Z"] == shop.slot_capacity - shop.walk_in_places
    assert not made_anew(shop)
    booking = actions.confirm(make_request(shop, ten), idempotency_key="k" * 20, by=actor(olga))
    assert free(shop) == before | {"2026-06-02T09:00:00Z": before["2026-06-02T09:00:00Z"] - 1}
    actions.reschedule(booking.pk, ten + timedelta(hours=1), by=actor(olga))
    assert free(shop) == before | {"2026-06-02T10:00:00Z": before["2026-06-02T10:00:00Z"] - 1}
    actions.cancel(booking.pk, by=actor(olga))
    assert free(shop) == before
    with connection.cursor() as cursor:
        cursor.execute("UPDATE shop_openinghours SET opens = '12:00' WHERE location_id = %s", [shop.pk])
    assert min(free(shop)) == "2026-06-01T11:00:00Z"
    Closure.objects.create(first=FIRST, last=FIRST, reason="Stocktaking")
    assert min(free(shop)) == "2026-06-02T11:00:00Z"
    Location.objects.filter(pk=shop.pk).update(active=False)
    assert ask(shop).status_code == 404


def test_every_row_it_reads_is_watched(shop: Location, manchester: Location) -> None:
    seen: set[str | None] = set()

    def changed() -> None:
        now = state_of(shop.pk, FIRST, LAST)
        assert now not in seen
        seen.add(now)

    changed()
    hold_place(shop, MONDAY)
    changed()
    SlotPlace.objects.update(place=3)
    changed()
    DailyCap.objects.create(location=shop, kind="same_day", at_most=1)
    changed()
    Closure.objects.create(location=shop, first=FIRST, last=LAST, reason="Rest")
    changed()
    OpeningHours.objects.filter(location=shop, weekday=0).delete()
    changed()
    booking = Booking.objects.get()
    booking.cap_places.create(location=shop, day=LAST, kind="same_day", place=1)
    changed()
    hold_place(manchester, MONDAY)
    hold_place(shop, MONDAY + timedelta(days=40))
    assert state_of(shop.pk, FIRST, LAST) in seen
    assert state_of(0, FIRST, LAST) is None
    with CaptureQueriesContext(connection) as asked:
        ask(shop, services=["screen"])
    assert {name for one in asked for name in keeping._named(one["sql"])} - {"asked"} <= WATCHED.keys()


@pytest.mark.parametrize("hour", [8, 23])  # in UTC: a slot falls out of the notice; another day begins
def test_time_makes_other_answers(shop: Location, hour: int) -> None:
    Location.objects.update(notice_minutes=0, horizon_days=3)
    begin = MONDAY.replace(hour=hour, minute=0) - timedelta(seconds=20)
    with clock.frozen(begin):
        before = ask(shop)
    with clock.frozen(begin + timedelta(seconds=19)):
        assert not made_anew(shop)
    with clock.frozen(begin + timedelta(seconds=21)):
        assert made_anew(shop)
        assert ask(shop).json() != before.json()
    with clock.frozen(begin - timedelta(hours=1)):  # a clock that was set back
        assert made_anew(shop)
    with clock.frozen(begin - timedelta(minutes=55)):
        assert made_anew(shop)  # nor longer than a minute


def test_nobody_gets_what_another_asked_for(shop: Location, manchester: Location, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "testserver", "shop.example"]
    english = ask(shop)
    assert (english["Content-Language"], english["Cache-Control"]) == ("en-gb", "no-cache")
    assert not made_anew(shop)
    for other in (
        {"location": manchester.pk}, {"to": FIRST}, {"handover": "post"}, {"headers": {"Accept-Language": "pt"}},
        {"headers": {"Host": "shop.example"}}, {"headers": {"HX-Request": "true"}},
    ):  # fmt: skip
        assert made_anew(shop, **other), other
    assert ask(shop, headers={"Accept-Language": "pt"})["Content-Language"] == "pt"
    assert ask(shop, headers={"Authorization": "Bearer nothing"}).status_code == 401
    assert ask(shop, headers={"Host": "evil.example"}).status_code == 400
    with_session = Client()
    with_session.cookies[settings.SESSION_COOKIE_NAME] = "x"
    assert made_anew(shop, with_session)
    assert ask(shop, handover="post").json()["items"] == []


def test_who_has_it_already_is_told_so(shop: Location) -> None:
    for _made, answer in (("anew", ask(shop)), ("kept", ask(shop))):
        same = ask(shop, headers={"If-None-Match": answer["ETag"]})
        assert (same.status_code, same.content, same["ETag"]) == (304, b"", answer["ETag"])
        assert same["X-Content-Type-Options"] == "nosniff"
    hold_place(shop, MONDAY + timedelta(hours=26))
    assert ask(shop, headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_limits_hold_and_memory_is_bounded(shop: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "203.0.113.77"
    client = Client(REMOTE_ADDR=address)
    for _ in range(238):
        hit_here("api-slots", address, limit=240, per=60)
    assert [ask(shop, client).status_code for _ in range(3)] == [200, 200, 429]
    refused = ask(shop, client)
    assert (refused["Content-Type"], refused["Retry-After"]) == ("application/problem+json", "1")
    monkeypatch.setattr(keeping, "MOST", 5)
    for minutes in range(20):
        ask(shop, work_minutes=minutes)
    assert len(keeping._kept) <= 5
