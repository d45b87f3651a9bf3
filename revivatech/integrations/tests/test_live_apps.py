"""Live updates for apps: the API gives leave, the hub checks it without the database, and confused tokens are refused."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.db import transaction

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.realtime.announce import announce, revoke
from revivatech.platform.realtime.hub import Client, Hub, Limits
from revivatech.platform.realtime.tokens import _app_key, issue_app_token, read_app_token, topic_handle
from revivatech.shop.models import Location
from revivatech.testing.api import access_token, as_person
from revivatech.testing.factories import make_repair
from revivatech.testing.live import running_hub


def told(token: str) -> list[str]:
    """Topics a hub takes this token for."""
    hub = Hub(Limits())
    hub._deaf_until = 0.0
    client = Client(hub.limits, lambda: None)
    hub.subscribe(client, [token])
    return sorted(client.subscriptions)


def test_leave_is_given_for_what_somebody_may_see(
    shop: Location, manchester: Location, alice: User, tess: User
) -> None:
    hers = make_repair(location=shop, customer=alice.customer)
    theirs = make_repair(location=manchester)
    asked = [f"repair:{hers.code}", "customer:me"]
    answer = as_person(alice).post("/api/v1/live", {"topics": asked})
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert told(said["token"]) == sorted([f"repair:{hers.pk}", f"customer:{alice.customer.pk}"])
    assert said["handles"][f"repair:{hers.code}"] == topic_handle(f"repair:{hers.pk}")
    for who, topic, status in (
        (alice, f"repair:{theirs.code}", 404), (alice, f"queue:{shop.pk}", 403), (tess, f"queue:{shop.pk}", 200),
        (tess, f"queue:{manchester.pk}", 403), (tess, f"repair:{theirs.code}", 404), (tess, "customer:me", 404),
        (tess, "user:1", 422),
    ):  # fmt: skip
        assert as_person(who).post("/api/v1/live", {"topics": [topic]}).status_code == status, (who, topic)


def test_confused_tokens_are_refused_by_the_hub(alice: User) -> None:
    good = jwt.decode(issue_app_token(["repair:1"], "user:1"), options={"verify_signature": False})
    assert told(issue_app_token(["repair:1"], "user:1")) == ["repair:1"]
    wrong = {
        "a token of the API": access_token(alice),
        "its audience under our key": jwt.encode({**good, "aud": "revivatech-api"}, _app_key()),
        "ours under the API's key": jwt.encode(good, settings.HEADLESS_JWT_PRIVATE_KEY),
        "wrong issuer": jwt.encode({**good, "iss": "https://elsewhere.example"}, _app_key()),
        "none": jwt.encode(good, "", algorithm="none"),
        "expired": jwt.encode({**good, "exp": time.time() - 1}, _app_key()),
        "too long": issue_app_token(["repair:1"], "user:1") + "A" * 5000,
    }
    for why, token in wrong.items():
        assert told(token) == [], why


def test_it_ends_after_a_quarter_of_an_hour() -> None:
    began = clock.now()
    with clock.frozen(began):
        token = issue_app_token(["repair:1"], "user:1")
    with clock.frozen(began + timedelta(minutes=14, seconds=59)):
        assert told(token) == ["repair:1"]
    with clock.frozen(began + timedelta(minutes=15, seconds=1)):
        assert told(token) == []
    assert [claim.principal for claim in read_app_token(token)] == ["user:1"]


@pytest.mark.django_db(transaction=True)
def test_an_app_hears_changes_and_nothing_after_it_was_signed_out() -> None:
    with running_hub() as hub, hub.page() as app:
        app.say({"subscribe": [issue_app_token(["repair:1", "queue:2"], "user:9")]})
        app.sync()
        with transaction.atomic():
            announce("queue:2")
        heard: dict[str, Any] = app.hear()
        assert heard["changed"] == [topic_handle("queue:2")]
        revoke("user:9")
        assert sorted(app.hear()["expired"]) == sorted([topic_handle("repair:1"), topic_handle("queue:2")])
