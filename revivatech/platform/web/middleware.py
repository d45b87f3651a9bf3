"""Request ids in and out, and expected failures turned into pages or problem+json."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.utils.csp import CSP, build_policy
from django.utils.translation import gettext as _

from revivatech.platform.problems import Invalid, NotAllowed, NotFound, Problem

from .client import client_address
from .problems import problem_response
from .request_id import begin

Handler = Callable[[HttpRequest], HttpResponse]


def request_id(get_response: Handler) -> Handler:
    """Take or make the request id and answer with it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        current = begin(request.META.get("HTTP_X_REQUEST_ID"), address=partial(client_address, request))
        response = get_response(request)
        response["X-Request-ID"] = current
        return response

    return middleware


class Cors(CorsMiddleware):
    """Stands in the chain only where other sites may call. Elsewhere no answer depends on who asks, and a browser lets nobody."""

    def __init__(self, get_response: Handler) -> None:
        if not settings.CORS_ALLOWED_ORIGINS:
            raise MiddlewareNotUsed
        super().__init__(get_response)


class Policy(ContentSecurityPolicyMiddleware):
    """The policy of the settings, put together once, for it has no nonce. A view's own is put together for it."""

    def __init__(self, get_response: Handler) -> None:
        super().__init__(get_response)
        ours: Any = settings.SECURE_CSP
        self.usual = build_policy(ours)

    def process_request(self, request: HttpRequest) -> None:
        """There is no nonce to draw."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if hasattr(response, "_csp_config") or hasattr(response, "_csp_ro_config"):
            answer: HttpResponse = super().process_response(request, response)
            return answer
        response.headers.setdefault(CSP.HEADER_ENFORCE.value, self.usual)
        return response


def keep_to_ourselves(get_response: Handler) -> Handler:
    """Other sites may not embed what we answer, and our pages may not use what they never need. A view may say otherwise."""
    allowed = ", ".join(f"{name}=({who})" for name, who in settings.PERMISSIONS.items())

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", allowed)
        return response

    return middleware


def keep_private(get_response: Handler) -> Handler:
    """Pages of people who are signed in are kept by no cache and no shared browser, unless a view says otherwise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response

    return middleware


class render_problems:  # noqa: N801 - a middleware needs process_exception, so it is a class; it is used like its neighbours
    """Show a `Problem` raised by any view, and a method that an address of the API does not have."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:  # in no address of ours, and PostgreSQL takes it in no text
            return problem_response(request, NotFound())
        response = self.get_response(request)
        if response.status_code == 405 and request.path.startswith("/api/"):
            told = problem_response(request, NotAllowed())
            told["Allow"] = response["Allow"]
            return told
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError) and "NUL" in str(exception):  # refused before PostgreSQL saw any of it
            exception = Invalid(_("The text holds a NUL character. Leave it out."))
        return problem_response(request, exception) if isinstance(exception, Problem) else None
