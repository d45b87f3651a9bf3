"""`request.actor`: who is acting, worked out once and only when a view asks."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from .actors import actor_of

Handler = Callable[[HttpRequest], HttpResponse]


def attach_actor(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request.user))  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
