"""Answers given before anybody is asked who they are.

`settings.EARLY_ANSWERS` names functions that are asked in turn about every GET that brings no token and no cookie but harmless ones:

    def answer(request: HttpRequest) -> HttpResponse | None

None leaves the request to sessions, sign-in, addresses and views. An answer must be the very one the view would give: it spares the way
there, not a rule. A Problem may be raised at the addresses of programs, where it is answered as JSON: a page of ours needs to know its
reader. What stands in front of this middleware applies to both (a host that is not ours is refused here as there).
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.module_loading import import_string

from revivatech.platform.problems import Problem

from .problems import problem_response

type Handler = Callable[[HttpRequest], HttpResponse]
# Without meaning to what is answered here: the secret of form tokens, and the language chosen, which is in the address.
HARMLESS = frozenset({settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME})


def early_answers(get_response: Handler) -> Handler:
    asked: list[Callable[[HttpRequest], HttpResponse | None]] = [import_string(name) for name in settings.EARLY_ANSWERS]

    def early(request: HttpRequest) -> HttpResponse | None:
        if not says_nothing_of_the_reader(request):
            return None
        request.get_host()
        try:
            return next((found for answer in asked if (found := answer(request)) is not None), None)
        except Problem as problem:
            return problem_response(request, problem)

    def middleware(request: HttpRequest) -> HttpResponse:
        found = early(request)
        if found is None:
            return get_response(request)
        found.headers.setdefault("Content-Length", str(len(found.content)))
        return found

    return middleware


def says_nothing_of_the_reader(request: HttpRequest, harmless: frozenset[str] = HARMLESS) -> bool:
    """Whether whoever else asks for this address, with no cookies but the harmless ones, may read the same answer."""
    return (
        request.method == "GET"
        and "HTTP_HX_REQUEST" not in request.META
        and "HTTP_AUTHORIZATION" not in request.META
        and request.COOKIES.keys() <= harmless
    )


def unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """`response`, or a bare 304 to whoever has it already."""
    if "HTTP_IF_NONE_MATCH" not in request.META or not response.has_header("ETag"):
        return response
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
