"""The hub's bookkeeping: who is told what, and that nothing grows without bound."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from revivatech.platform import clock
from revivatech.platform.realtime.hub import Client, Hub, Limits
from revivatech.platform.realtime.tokens import issue_token, topic_handle

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ONE, TWO = topic_handle("repair:1"), topic_handle("repair:2")


@pytest.fixture
def hub() -> Iterator[Hub]:
    """Listening since eleven; it is noon."""
    hub = Hub(Limits(subscriptions=5, pending=3, remembered_topics=4))
    with clock.frozen(NOON - timedelta(hours=1)):
        hub.listens_again()
    with clock.frozen(NOON):
        yield hub


def page(hub: Hub, *topics: str, principal: str = "anon") -> Client:
    client = Client(hub.limits, lambda: None)
    hub.clients.add(client)
    hub.subscribe(client, [issue_token(topic, principal) for topic in topics])
    return client


def told(client: Client) -> list[dict[str, Any]]:
    sent: list[str] = []

    async def send(text: str) -> None:
        sent.append(text)

    asyncio.run(client.drain(send))
    return [json.loads(text) for text in sent]


def later(seconds: float) -> Any:
    return clock.frozen(NOON + timedelta(seconds=seconds))


def test_only_subscribers_hear_of_a_change(hub: Hub) -> None:
    alice, bob = page(hub, "repair:1"), page(hub, "repair:2")
    hub.heard('{"topic": "repair:1"}')
    assert (told(alice), told(bob)) == ([{"changed": [ONE]}], [])


def test_a_hundred_changes_on_a_slow_line_are_one_message(hub: Hub) -> None:
    alice = page(hub, "repair:1", "repair:2")
    for _ in range(100):
        hub.changed("repair:1")
        hub.changed("repair:2")
    assert told(alice) == [{"changed": [ONE, TWO]}]


def test_too_many_different_changes_become_resync(hub: Hub) -> None:
    alice = page(hub, *[f"repair:{n}" for n in range(5)])
    for n in range(5):
        hub.changed(f"repair:{n}")
    hub.changed("repair:0")
    assert told(alice) == [{"resync": True}]


def test_a_change_between_reading_and_subscribing_is_not_missed(hub: Hub) -> None:
    token = issue_token("repair:1", "anon")
    with later(20):
        hub.changed("repair:1")
    with later(30):
        client = page(hub)
        hub.subscribe(client, [token])
        assert told(client) == [{"changed": [ONE]}]


def test_a_page_younger_than_the_change_is_not_disturbed(hub: Hub) -> None:
    hub.changed("repair:1")
    with later(10):
        assert told(page(hub, "repair:1")) == []


def test_renewing_a_subscription_does_not_repeat_the_change(hub: Hub) -> None:
    alice = page(hub, "repair:1")
    hub.changed("repair:1")
    assert told(alice) == [{"changed": [ONE]}]
    with later(1):
        hub.subscribe(alice, [issue_token("repair:1", "anon")])
        assert told(alice) == []


def test_what_left_the_memory_counts_as_changed(hub: Hub) -> None:
    token = issue_token("repair:9", "anon")
    with later(20):
        for n in range(5):
            hub.changed(f"repair:{n}")
    with later(30):
        client = page(hub)
        hub.subscribe(client, [token])
        assert told(client) == [{"changed": [topic_handle("repair:9")]}]


def test_a_subscription_ends_with_its_token(hub: Hub) -> None:
    alice = page(hub, "repair:1")
    with later(899):
        hub.sweep()
        assert told(alice) == []
    with later(900):
        hub.sweep()
        assert told(alice) == [{"expired": [ONE]}]
        hub.changed("repair:1")
        assert told(alice) == []


def test_a_fresh_token_prolongs(hub: Hub) -> None:
    alice = page(hub, "repair:1")
    with later(600):
        hub.subscribe(alice, [issue_token("repair:1", "anon")])
    with later(1000):
        hub.sweep()
        hub.changed("repair:1")
        assert told(alice) == [{"changed": [ONE]}]


def test_revoking_ends_subscriptions_and_refuses_older_tokens(hub: Hub) -> None:
    old = issue_token("repair:1", "user:1")
    alice, bob = page(hub, "repair:1", principal="user:1"), page(hub, "repair:1", principal="user:2")
    with later(5):
        hub.heard('{"revoke": "user:1"}')
        hub.changed("repair:1")
    assert (told(alice), told(bob)) == ([{"expired": [ONE]}], [{"changed": [ONE]}])
    with later(6):
        hub.subscribe(alice, [old])
        assert told(alice) == [{"expired": [ONE]}]
    with later(10):
        hub.subscribe(alice, [issue_token("repair:1", "user:1")])
        hub.changed("repair:1")
        assert told(alice) == [{"changed": [ONE]}]


def test_after_a_gap_every_page_starts_again(hub: Hub) -> None:
    old = issue_token("repair:1", "anon")
    alice = page(hub, "repair:1")
    with later(60):
        hub.listens_again()
        assert told(alice) == [{"resync": True}]
        hub.subscribe(alice, [old])
        assert told(alice) == [{"expired": [ONE]}]


def test_subscriptions_are_limited(hub: Hub) -> None:
    alice = page(hub, *[f"repair:{n}" for n in range(9)])
    assert len(alice.subscriptions) == 5
    assert told(alice) == [{"refused": [topic_handle(f"repair:{n}") for n in (5, 6, 7)]}]


def test_leaving_leaves_nothing_behind(hub: Hub) -> None:
    alice = page(hub, "repair:1", "repair:2")
    hub.unsubscribe(alice, [ONE, "unknown"])
    assert list(alice.subscriptions) == ["repair:2"]
    hub.leave(alice)
    assert (hub.clients, hub._by_topic) == (set(), {})


def test_memory_of_changes_and_revocations_is_bounded(hub: Hub) -> None:
    for n in range(100):
        hub.changed(f"repair:{n}")
        hub.revoke(f"user:{n}")
    assert len(hub._last_change) == 4
    with later(1000):
        hub.sweep()
        assert (len(hub._last_change), len(hub._revoked)) == (0, 0)


@pytest.mark.parametrize("payload", ["", "{", "[]", "null", '{"topic": 7}', '{"other": "x"}', "\x00"])
def test_notifications_of_others_are_ignored(hub: Hub, payload: str) -> None:
    alice = page(hub, "repair:1")
    hub.heard(payload)
    assert told(alice) == []
