"""Callers of the API in tests: `as_person(tess).get("/api/v1/repairs")`, `with_key(key)`, or nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from allauth.headless.tokens.strategies.jwt import internal
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client

from revivatech.accounts.app_tokens import TokenStrategy
from revivatech.accounts.models import User

ADDRESS = "http://localhost"
BACKEND = "revivatech.accounts.backends.Backend"


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


@contextmanager
def through_wsgi() -> Iterator[httpx.Client]:
    """An HTTP client that talks to the whole application, as other programs do.

    A request through WSGI closes the database connection at its end, and with it the test's transaction; the test client
    keeps it open in the same way.
    """
    started, finished = signals.request_started, signals.request_finished
    started.disconnect(close_old_connections)
    finished.disconnect(close_old_connections)
    try:
        with httpx.Client(transport=httpx.WSGITransport(app=get_wsgi_application()), base_url=ADDRESS) as client:
            yield client
    finally:
        started.connect(close_old_connections)
        finished.connect(close_old_connections)


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
