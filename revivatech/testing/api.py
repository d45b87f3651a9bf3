"""Callers of the API in tests: `as_person(tess).get("/api/v1/repairs")`, `with_key(key)`, or nobody."""

from __future__ import annotations

import json
from typing import Any

from allauth.headless.tokens.strategies.jwt import internal
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from revivatech.accounts.app_tokens import TokenStrategy
from revivatech.accounts.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class ApiCaller:
    """Sends and reads JSON."""

    def __init__(self, token: str = "") -> None:
        self.client = Client(headers={"authorization": f"Bearer {token}"} if token else {})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, query_params=query)

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        headers = {"idempotency-key": key} if key else {}
        return self.client.post(path, json.dumps(body or {}), content_type="application/json", headers=headers)


def as_person(user: User | None) -> ApiCaller:
    return ApiCaller(access_token(user) if user is not None else "")


def with_key(key: str) -> ApiCaller:
    return ApiCaller(key)


def signed_in_session(user: User) -> SessionStore:
    """A session as signing in leaves it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session


def access_token(user: User, session: SessionStore | None = None) -> str:
    token: str = internal.create_access_token(
        user, session or signed_in_session(user), TokenStrategy().get_claims(user)
    )
    return token
