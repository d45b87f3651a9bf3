"""What every answer says to search engines, and the page shown while the shop is being worked on."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
        if request.path.startswith(PRIVATE) and request.path != "/book/":
            response.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response

    return middleware
