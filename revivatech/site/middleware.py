"""What every answer says to search engines, and the page shown while the shop is being worked on."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from revivatech.platform.web.languages import plain
from revivatech.platform.web.problems import wants_json

from .maintenance import RETRY_SECONDS, Maintenance, words

Handler = Callable[[HttpRequest], HttpResponse]
# Pages for one person, and steps that mean nothing to somebody who did not begin.
PRIVATE = (
    "/workbench/",
    "/account/",
    "/accounts/",
    "/track/",
    "/bookings/",
    "/book/",
    "/setup/",
    "/first/",
    "/join/",
    "/api/",
)


def noindex(get_response: Handler) -> Handler:
    """Private pages stay out of search engines, whatever their view says."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        path = plain(request.path)
        if path.startswith(PRIVATE) and path != "/book/":
            response.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response

    return middleware


def maintenance(get_response: Handler) -> Handler:
    """While the shop is being worked on, everything but the health probes answers so; nothing here asks the database."""

    def middleware(request: HttpRequest) -> HttpResponse:
        told = None if request.path.startswith("/health/") else words()
        if told is None:
            return get_response(request)
        problem = Maintenance(told or _("Try again in a few minutes. Bookings and repairs are safe."))
        response: HttpResponse
        if wants_json(request):
            response = JsonResponse(problem.as_json(), status=503, content_type="application/problem+json")
        else:
            response = HttpResponse(render_to_string("ui/out_of_order.html", {"problem": problem}), status=503)
        response["Retry-After"] = str(RETRY_SECONDS)
        add_never_cache_headers(response)
        return response

    return middleware
