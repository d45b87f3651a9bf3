"""Topic tokens: what they let through and what not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpRequest
from django.test import RequestFactory, override_settings

from revivatech.platform import clock
from revivatech.platform.actors import Actor, by_link, staff, visitor
from revivatech.platform.realtime.tokens import (
    ExpiredTokenError,
    ForgedTokenError,
    TopicClaim,
    issue_token,
    read_token,
    topic_handle,
    topic_token,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def request_of(actor: Actor) -> HttpRequest:
    request = RequestFactory().get("/")
    request.actor = actor  # type: ignore[attr-defined]
    return request


@pytest.mark.parametrize(
    ("actor", "principal"),
    [
        (visitor(), "anon"),
        (by_link("repair", 12), "link:repair:12"),
        (staff(7, "Tess", (), second_factor=True), "user:7"),
        (Actor("customer", user_id=9), "user:9"),
    ],
)
def test_a_token_says_topic_principal_and_quarter_of_an_hour(actor: Actor, principal: str) -> None:
    with clock.frozen(NOON):
        token = topic_token(request_of(actor), "repair:12")
        assert read_token(token) == TopicClaim("repair:12", principal, NOON.timestamp(), NOON.timestamp() + 900)
        assert token.startswith(topic_handle("repair:12") + ".")


def test_it_ends_at_the_second_it_says() -> None:
    with clock.frozen(NOON):
        token = issue_token("repair:12", "anon")
    with clock.frozen(NOON + timedelta(seconds=899)):
        assert read_token(token).topic == "repair:12"
    with clock.frozen(NOON + timedelta(seconds=900)), pytest.raises(ExpiredTokenError) as caught:
        read_token(token)
    assert caught.value.claim.topic == "repair:12"


def test_any_changed_character_is_noticed() -> None:
    token = issue_token("repair:12", "anon")
    body = token.index(".") + 1
    for place in range(body, len(token)):
        other = "A" if token[place] != "A" else "B"
        if place == len(token) - 1:
            other = "!"  # the last base64 character holds unused bits
        with pytest.raises(ForgedTokenError):
            read_token(token[:place] + other + token[place + 1 :])


def test_the_handle_in_front_is_never_trusted() -> None:
    token = issue_token("repair:12", "anon")
    claim = read_token("AAAAAAAAAAA." + token.partition(".")[2])
    assert claim.handle == topic_handle("repair:12")


@pytest.mark.parametrize("nonsense", ["", ".", "a.b:c", "x" * 700, "\x00", "🙂.🙂:🙂", "RZQiZmGvNsY."])
def test_nonsense_is_forged(nonsense: str) -> None:
    with pytest.raises(ForgedTokenError):
        read_token(nonsense)


def test_another_installations_key_signs_nothing_here() -> None:
    with override_settings(SECRET_KEY="another installation's key, also long enough"):
        token = issue_token("repair:12", "anon")
    with pytest.raises(ForgedTokenError):
        read_token(token)


@pytest.mark.parametrize("topic", ["", "repair", "repair:", "Repair:1", "repair:1 2", "repair:" + "9" * 61, "a:b:c"])
def test_a_topic_is_kind_and_id(topic: str) -> None:
    with pytest.raises(ValueError, match="is not a topic"):
        issue_token(topic, "anon")
