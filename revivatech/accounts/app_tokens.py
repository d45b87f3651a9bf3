"""Tokens for apps: allauth's JWTs over a session of ours, so that ending the session ends them at once.

An access token lives ten minutes and is good for the API alone (`aud`); the session behind it is looked up each time.
A refresh token is good once. Sent a second time, it was copied: the whole family, that is the session, is ended.
"""

from __future__ import annotations

from typing import Any

from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy, internal
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from revivatech.platform.events.record import record
from revivatech.platform.locking import lock
from revivatech.platform.realtime.announce import revoke

from .actors import actor_of
from .events import RefreshTokenReused
from .models import User

AUDIENCE = "revivatech-api"


class TokenStrategy(JWTTokenStrategy):  # type: ignore[misc]
    """What allauth asks to make, read and renew tokens (HEADLESS_TOKEN_STRATEGY)."""

    def get_claims(self, user: User) -> dict[str, Any]:
        return {"aud": AUDIENCE, "iss": settings.PUBLIC_URL}

    def _get_access_token(self, request: HttpRequest) -> dict[str, Any] | None:
        payload: dict[str, Any] | None = super()._get_access_token(request)
        return payload if payload is not None and _is_ours(payload) else None

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        payload = internal.decode_token(refresh_token, "refresh")
        if payload is None:
            return None
        with transaction.atomic():
            lock(f"accounts.tokens:{payload['sub']}")  # two renewals with one token: the second must see the first
            session = internal.get_token_session(payload)
            if session is None:
                return None
            if payload["jti"] not in internal.get_refresh_token_state(session):
                _end_family(payload, session)
                return None
            pair: tuple[str, str] | None = super().refresh_token(refresh_token)
            return pair


def person_of(token: str) -> User | None:
    """Whose access token it is, while its session lives and the person may sign in."""
    validated = internal.validate_access_token(token)
    if validated is None or not _is_ours(validated[1]):
        return None
    user = validated[0]
    return user if isinstance(user, User) and user.is_active else None


def _is_ours(payload: dict[str, Any]) -> bool:
    return payload.get("aud") == AUDIENCE and payload.get("iss") == settings.PUBLIC_URL


def _end_family(payload: dict[str, Any], session: Any) -> None:
    """Whoever holds the newer token may be the thief or the owner; we cannot tell, so both have to sign in again."""
    user = User.objects.select_for_update().filter(pk=int(payload["sub"])).first()
    for row in UserSession.objects.filter(session_key=session.session_key):
        row.end()
    session.flush()
    if user is not None:
        record(RefreshTokenReused(user_id=user.pk), by=actor_of(user))
        revoke(f"user:{user.pk}")
