"""Tokens for people: signing in from an app, ten minutes, renewed once each, and worth nothing when forged or left over."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings

from revivatech.accounts import actions
from revivatech.accounts.actors import actor_of
from revivatech.accounts.app_tokens import AUDIENCE
from revivatech.accounts.models import User
from revivatech.platform.events.models import EventRecord
from revivatech.platform.realtime import tokens as topic_tokens
from revivatech.testing.api import ApiCaller, access_token, as_person, signed_in_session
from revivatech.testing.factories import PASSWORD
from revivatech.testing.smtp import mail_on, smtp

__all__ = ["mail_on", "smtp"]
MINE = "/api/v1/repairs"


def sign_in(email: str, password: str = PASSWORD) -> Any:
    return ApiCaller().post("/api/v1/auth/login", {"email": email, "password": password})


@pytest.fixture
def verified(alice: User) -> User:
    EmailAddress.objects.update_or_create(
        user=alice, defaults={"email": alice.email, "verified": True, "primary": True}
    )
    return alice


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iat": now, "exp": now + 600, "aud": AUDIENCE, "iss": settings.PUBLIC_URL, "jti": "1", "token_use": "access", **changes
    }  # fmt: skip


def test_somebody_signs_in_and_reads_their_own(verified: User) -> None:
    answer = sign_in(verified.email)
    assert answer.status_code == 200, answer.content
    meta = answer.json()["meta"]
    assert ApiCaller(meta["access_token"]).get(MINE).status_code == 200
    payload = jwt.decode(meta["access_token"], options={"verify_signature": False})
    assert payload["exp"] - payload["iat"] == 600
    assert payload["aud"] == AUDIENCE


def test_a_wrong_password_is_a_problem(verified: User) -> None:
    answer = sign_in(verified.email, "not the password")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert "meta" not in answer.json() or "access_token" not in answer.json()["meta"]


def test_apps_learn_no_more_of_who_has_an_account_than_pages_do(verified: User, mail_on: object) -> None:
    """The same answer for an address that has an account and for one that has none; a letter goes to the mailbox alone."""
    wrong = [sign_in(email, "not the password") for email in (verified.email, "nobody@example.com")]
    assert {(answer.status_code, answer.content) for answer in wrong} == {(400, wrong[0].content)}
    for path, more in (("password/request", {}), ("signup", {"password": "a rather long pass phrase"})):
        asked = [
            ApiCaller().post(f"/api/v1/auth/{path}", {"email": email, **more})
            for email in (verified.email, "nobody@example.com")
        ]
        shapes = {(answer.status_code, tuple(sorted(answer.json()))) for answer in asked}
        assert len(shapes) == 1, (path, [answer.content for answer in asked])


def test_a_second_factor_is_asked_for_before_there_is_a_token(verified: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(verified, secret)
    first = sign_in(verified.email)
    assert first.status_code == 401
    assert "access_token" not in first.json()["meta"]
    pending = [flow["id"] for flow in first.json()["data"]["flows"] if flow.get("is_pending")]
    assert pending == ["mfa_authenticate"]
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    second = ApiCaller().client.post(
        "/api/v1/auth/2fa/authenticate", {"code": code}, content_type="application/json",
        headers={"x-session-token": first.json()["meta"]["session_token"]},
    )  # fmt: skip
    assert second.status_code == 200, second.content
    assert ApiCaller(second.json()["meta"]["access_token"]).get(MINE).status_code == 200


def test_a_refresh_token_is_good_once_and_a_copy_ends_the_family(verified: User) -> None:
    meta = sign_in(verified.email).json()["meta"]
    renewed = ApiCaller().post("/api/v1/tokens/refresh", {"refresh_token": meta["refresh_token"]})
    assert renewed.status_code == 200
    fresh = renewed.json()["data"]
    assert ApiCaller(fresh["access_token"]).get(MINE).status_code == 200
    again = ApiCaller().post("/api/v1/tokens/refresh", {"refresh_token": meta["refresh_token"]})
    assert again.status_code == 400
    assert ApiCaller(fresh["access_token"]).get(MINE).status_code == 401
    assert ApiCaller().post("/api/v1/tokens/refresh", {"refresh_token": fresh["refresh_token"]}).status_code == 400
    assert EventRecord.objects.filter(name="user.refresh_token_reused", subject_id=verified.pk).count() == 1


def test_an_access_token_is_no_refresh_token_and_the_other_way_round(verified: User) -> None:
    meta = sign_in(verified.email).json()["meta"]
    assert ApiCaller(meta["refresh_token"]).get(MINE).status_code == 401
    assert ApiCaller().post("/api/v1/tokens/refresh", {"refresh_token": meta["access_token"]}).status_code == 400


def test_signing_out_and_suspending_end_tokens_at_once(verified: User, tess: User, olga: User) -> None:
    meta = sign_in(verified.email).json()["meta"]
    caller = ApiCaller(meta["access_token"])
    assert caller.client.delete("/api/v1/auth/session").status_code == 401  # allauth: signed out
    assert caller.get(MINE).status_code == 401
    hers = as_person(tess)
    assert hers.get(MINE).status_code == 200
    actions.suspend(tess.pk, by=actor_of(olga))
    assert hers.get(MINE).json()["code"] == "bad_token"


def forged(user: User) -> dict[str, str]:
    """One token for each way to be confused about what a JWT proves."""
    session = signed_in_session(user)
    good = jwt.decode(access_token(user, session), options={"verify_signature": False})
    key = settings.HEADLESS_JWT_PRIVATE_KEY
    none = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": "none", "typ": "JWT"}, good)
    )
    now = int(time.time())
    return {
        "none": f"{none}.",
        "none with the old signature": f"{none}.{access_token(user, session).rpartition('.')[2]}",
        "wrong key": jwt.encode(good, "another key of thirty-two characters"),
        "the secret key itself": jwt.encode(good, settings.SECRET_KEY),
        "another algorithm": jwt.encode(good, key * 2, algorithm="HS512"),
        "wrong audience": jwt.encode({**good, "aud": "revivatech-live"}, key),
        "no audience": jwt.encode({name: value for name, value in good.items() if name != "aud"}, key),
        "wrong issuer": jwt.encode({**good, "iss": "https://elsewhere.example"}, key),
        "expired": jwt.encode({**good, "iat": now - 900, "exp": now - 300}, key),
        "for refreshing": jwt.encode({**good, "token_use": "refresh"}, key),
        "somebody else": jwt.encode({**good, "sub": "999999"}, key),
        "another session": jwt.encode({**good, "sid": "AAAA"}, key),
        "a topic token": topic_tokens.issue_token("repair:1", f"user:{user.pk}"),
        "nothing": "",
        "not a token": "abc",
    }


def test_confused_tokens_open_nothing(alice: User) -> None:
    assert as_person(alice).get(MINE).status_code == 200
    for why, token in forged(alice).items():
        caller = ApiCaller()
        answer = caller.client.get(MINE, headers={"authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_token"), why
        assert answer["WWW-Authenticate"] == "Bearer"


def test_a_bad_token_is_never_taken_for_a_visitor(alice: User, shop: Any) -> None:
    answer = ApiCaller("abc").get("/api/v1/shop")
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")


def test_cookies_open_nothing(sign_in: Any, tess: User) -> None:
    assert sign_in(tess).get(MINE).status_code == 401


def test_only_listed_sites_may_call_from_a_browser_and_never_with_cookies(settings: Any, db: None) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    asked = {"origin": "https://app.example", "access-control-request-method": "GET"}
    answer = ApiCaller().client.options("/api/v1/shop", headers=asked)
    assert answer["Access-Control-Allow-Origin"] == "https://app.example"
    assert "Access-Control-Allow-Credentials" not in answer
    for path, origin in (("/api/v1/shop", "https://evil.example"), ("/book/", "https://app.example")):
        refused = ApiCaller().client.options(path, headers={**asked, "origin": origin})
        assert "Access-Control-Allow-Origin" not in refused
