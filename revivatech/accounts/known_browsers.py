"""Which browsers somebody has signed in with before. A signed cookie in the browser remembers; the database keeps nothing.

The cookie opens no door. It decides two things: whether to write "somebody signed in on a new device", and whose count of wrong
passwords a try belongs to, so that strangers who guess lock out only themselves.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from .models import User

COOKIE = "known_browser"
_SALT = "accounts.known_browser"
_DAYS = 400  # what browsers keep at most
_PEOPLE = 8


def knows(request: HttpRequest, user: User) -> str:
    """The browser's own name if this person has signed in with it, else an empty string."""
    browser, people = _read(request)
    return browser if user.pk in people else ""


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    browser, people = _read(request)
    told = {
        "id": browser or secrets.token_hex(8),
        "people": [user.pk, *(pk for pk in people if pk != user.pk)][:_PEOPLE],
    }
    response.set_cookie(
        COOKIE, signing.dumps(told, salt=_SALT), max_age=_DAYS * 86_400, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _read(request: HttpRequest) -> tuple[str, list[int]]:
    try:
        told: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_DAYS * 86_400)
    except signing.BadSignature:
        return "", []
    return told["id"], told["people"]
