"""Keys for programs: shown once, within their scopes and their person's rights, for a time, and withdrawn at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from revivatech.accounts import actions as people
from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import User
from revivatech.integrations import actions, keys
from revivatech.integrations.models import ApiClient
from revivatech.platform import clock
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid
from revivatech.repairs.models import Note
from revivatech.shop.models import Location
from revivatech.testing.api import with_key
from revivatech.testing.confirming import confirm
from revivatech.testing.factories import make_repair

Make = Callable[..., tuple[ApiClient, str]]


@pytest.fixture
def make_key(olga: User) -> Make:
    def make(*scopes: str, **more: Any) -> tuple[ApiClient, str]:
        asked = {"name": "Till", "location_id": None, "days": 30, "per_minute": 120, **more}
        return actions.make_key(scopes=scopes or ("repairs.view",), **asked, by=actor_of(olga))

    return make


def test_a_key_reads_what_it_may_and_is_kept_as_a_hash(make_key: Make, shop: Location) -> None:
    client, key = make_key()
    repair = make_repair(location=shop)
    assert [row["code"] for row in with_key(key).get("/api/v1/repairs").json()["items"]] == [repair.code]
    client.refresh_from_db()
    assert client.last_used_at is not None
    secret = key.rpartition("_")[2]
    assert secret not in repr(ApiClient.objects.values().get())
    assert not EventRecord.objects.filter(payload__icontains=secret).exists()


def test_a_key_without_the_scope_is_refused_and_changes_nothing(make_key: Make, shop: Location) -> None:
    _client, key = make_key("bookings.view")
    repair = make_repair(location=shop, status="diagnosis")
    assert with_key(key).get("/api/v1/repairs").json()["code"] == "scope_missing"
    _client, reads = make_key("repairs.view")
    assert with_key(reads).post(f"/api/v1/repairs/{repair.code}/notes", {"body": "Hello"}).status_code == 403
    assert with_key(reads).post(f"/api/v1/repairs/{repair.code}/moves", {"to": "repair_work"}).status_code == 403
    assert Note.objects.count() == 0
    repair.refresh_from_db()
    assert repair.status == "diagnosis"


def test_a_key_for_one_location_knows_no_other(make_key: Make, shop: Location, manchester: Location) -> None:
    ours, theirs = make_repair(location=shop), make_repair(location=manchester)
    _client, key = make_key(location_id=shop.pk)
    assert [row["code"] for row in with_key(key).get("/api/v1/repairs").json()["items"]] == [ours.code]
    assert with_key(key).get(f"/api/v1/repairs/{theirs.code}").status_code == 404


def test_what_a_key_does_is_written_down_under_both_names(make_key: Make, shop: Location) -> None:
    repair = make_repair(location=shop, status="diagnosis")
    _client, key = make_key("repairs.view", "repairs.work")
    assert with_key(key).post(f"/api/v1/repairs/{repair.code}/notes", {"body": "By the till"}).status_code == 201
    assert EventRecord.objects.get(name="repair.note_added").actor_label == "Till (Olga)"


def test_expired_withdrawn_and_foreign_keys_open_nothing(make_key: Make, shop: Location, olga: User) -> None:
    client, key = make_key(days=1)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert with_key(key).get("/api/v1/repairs").json()["code"] == "bad_token"
    assert with_key(key).get("/api/v1/repairs").status_code == 200
    for wrong in (key[:-1] + ("A" if key[-1] != "A" else "B"), key + "A", keys.MARK, f"rvk_{'0' * 12}_{'A' * 32}"):
        assert with_key(wrong).get("/api/v1/repairs").status_code == 401
    actions.revoke_key(client.pk, by=actor_of(olga))
    assert with_key(key).get("/api/v1/repairs").status_code == 401


def test_a_key_ends_with_its_person(shop: Location, olga: User, manchester: Location) -> None:
    from revivatech.accounts.permissions import OWNER
    from revivatech.testing.factories import make_staff

    second = make_staff(OWNER, email="otto@repairs.example", name="Otto")
    _client, key = actions.make_key(
        name="Till", scopes=["repairs.view"], location_id=None, days=30, per_minute=9, by=actor_of(second)
    )
    assert with_key(key).get("/api/v1/repairs").status_code == 200
    people.suspend(second.pk, by=actor_of(olga))
    assert with_key(key).get("/api/v1/repairs").status_code == 401


def test_a_key_is_slowed_down_alone(make_key: Make) -> None:
    _client, slow = make_key(per_minute=2)
    _client, other = make_key()
    statuses = [with_key(slow).get("/api/v1/repairs").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = with_key(slow).get("/api/v1/repairs")
    assert int(refused["Retry-After"]) > 0
    assert with_key(other).get("/api/v1/repairs").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []}, {"scopes": ["staff.manage"]}, {"scopes": ["money.refund"]}, {"scopes": ["all"]},
        {"days": 0}, {"days": 5000}, {"per_minute": 0}, {"name": " "}, {"location_id": 999},
    ],
)  # fmt: skip
def test_keys_that_cannot_be(olga: User, wrong: dict[str, Any]) -> None:
    asked: dict[str, Any] = {
        "name": "Till", "scopes": ["repairs.view"], "location_id": None, "days": 30, "per_minute": 10, **wrong
    }  # fmt: skip
    with pytest.raises(Invalid):
        actions.make_key(**asked, by=actor_of(olga))
    assert ApiClient.objects.count() == 0


def test_only_an_owner_makes_keys(mona: User) -> None:
    with pytest.raises(Denied):
        actions.make_key(
            name="Till", scopes=["repairs.view"], location_id=None, days=1, per_minute=1, by=actor_of(mona)
        )
    assert ApiClient.objects.count() == 0


def test_the_page_shows_a_key_once(sign_in: Callable[[User], Client], olga: User, shop: Location) -> None:
    browser = sign_in(olga)
    confirm(browser, olga)
    form = {"name": "Till", "scopes": ["repairs.view"], "days": "90", "per_minute": "60", "location": ""}
    answer = browser.post("/workbench/settings/integrations/keys/new/", form, follow=True)
    page = answer.content.decode()
    assert keys.MARK in page
    assert keys.MARK not in browser.get("/workbench/settings/integrations/").content.decode()
    client = ApiClient.objects.get()
    browser.post(f"/workbench/settings/integrations/keys/{client.pk}/revocation/")
    client.refresh_from_db()
    assert client.state() == "revoked"
