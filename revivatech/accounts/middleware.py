"""`request.actor`: who is acting, worked out once and only when a view asks. And when each session was last seen."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from revivatech.platform.spoken import known
from revivatech.platform.web import languages
from revivatech.platform.web.client import client_address

from .actors import actor_of

Handler = Callable[[HttpRequest], HttpResponse]


def attach_actor(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request.user))  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def in_own_language(get_response: Handler) -> Handler:
    """The workbench opens in the language of who works at it, whatever the language of the link that led there."""

    def middleware(request: HttpRequest) -> HttpResponse:
        opens = request.method in ("GET", "HEAD") and not request.headers.get("HX-Request")
        if opens and languages.plain(request.path).startswith("/workbench/") and request.user.is_authenticated:
            own = known(request.user.locale)
            fragment = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
            if own != translation.get_language() and not fragment:
                return HttpResponseRedirect(languages.in_language(request.get_full_path(), own))
        return get_response(request)

    return middleware


class SeenSessions(UserSessionsMiddleware):  # type: ignore[misc]
    """allauth's note of when and from where a session was last used, once a minute instead of with every page: it is a
    transaction with a write. Another address or browser of the session is noted at once.

    What was noted is remembered by each process for itself; at worst every process writes once a minute.
    """

    EVERY = 60.0  # seconds
    MOST = 10_000

    def __init__(self, get_response: Handler) -> None:
        super().__init__(get_response)
        self.noted: dict[tuple[str, str, str], float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = (
            request.session.session_key or "",
            client_address(request),
            request.headers.get("User-Agent", ""),
        )
        now = time.monotonic()
        if key[0] and now < self.noted.get(key, 0.0):
            kept: HttpResponse = self.get_response(request)
            return kept
        if len(self.noted) >= self.MOST:
            self.noted.clear()
        response: HttpResponse = super().__call__(request)
        self.noted[key] = now + self.EVERY
        return response
