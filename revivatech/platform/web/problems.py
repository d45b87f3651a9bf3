"""One renderer for expected failures: a page for people, a fragment for htmx, problem+json for programs."""

from __future__ import annotations

import sys
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Denied, NotFound, Problem, SignInRequired, TooLarge, TooMany, Unreadable

from .languages import in_language


class ServerError(Problem):
    """A mistake of ours. The log has it under the number of the request."""

    code = "server_error"
    status = 500
    title = _("Something went wrong on our side")


class Unavailable(Problem):
    """The database does not answer: it is being restarted, or the machine is overloaded."""

    code = "unavailable"
    status = 503
    title = _("We cannot reach our records at this moment")


def wants_json(request: HttpRequest) -> bool:
    return (
        request.path.startswith("/api/")
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )


def problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The answer for `problem`. A visitor who must sign in is sent to the sign-in page and back."""
    response: HttpResponse
    if wants_json(request):
        response = JsonResponse(problem.as_json(), status=problem.status, content_type="application/problem+json")
    elif isinstance(problem, SignInRequired) and not request.headers.get("HX-Request"):
        back = (
            request.get_full_path()
            if request.method == "GET"
            else in_language("/", get_language() or settings.LANGUAGE_CODE)
        )
        return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")
    else:
        template = "ui/problem_fragment.html" if request.headers.get("HX-Request") else "ui/problem.html"
        response = render(request, template, {"problem": problem}, status=problem.status)
    if isinstance(problem, TooMany):
        response["Retry-After"] = str(problem.retry_after)
    add_never_cache_headers(response)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A stale or foreign form: said plainly, nothing changed."""
    return problem_response(
        request, Denied(_("This page was open for too long or came from elsewhere. Go back, reload it and try again."))
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_response(request, NotFound())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_response(request, Denied())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django itself refused: a forged host, too many fields, a broken upload."""
    if isinstance(exception, RequestDataTooBig):
        return problem_response(request, TooLarge())
    return problem_response(request, Unreadable(_("We could not read what was sent. Go back and try again.")))


def server_error(request: HttpRequest) -> HttpResponse:
    """Whatever nobody expected. The page asks nothing of the database, which may be what is broken."""
    failure = sys.exc_info()[1]
    problem: Problem = ServerError(
        _("It is not your fault, and it is written down. Go back and try again, or call us.")
    )
    if isinstance(failure, OperationalError | InterfaceError):
        problem = Unavailable(_("Wait a few seconds, then reload this page. A form that you sent can be sent again."))
    response: HttpResponse
    if wants_json(request):
        response = JsonResponse(problem.as_json(), status=problem.status, content_type="application/problem+json")
    else:
        template = "ui/problem_fragment.html" if request.headers.get("HX-Request") else "ui/out_of_order.html"
        response = HttpResponse(render_to_string(template, {"problem": problem}), status=problem.status)
    if problem.status == 503:
        response["Retry-After"] = "5"
    add_never_cache_headers(response)
    return response
