"""Pages opened by a private link: not stored, not indexed, and the address not told to anybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def private_page[**P](view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        # Not no-referrer: with that, browsers send a form's Origin as "null", and the check against forged forms refuses it.
        response["Referrer-Policy"] = "same-origin"
        return response

    return guarded


def kept_offline[**P](view: View[P]) -> View[P]:
    """A page that the service worker keeps on the visitor's own device, to be read as last seen without a line.

    Never for staff: at a counter the device is not the customer's.
    """

    @wraps(view)
    def marked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        actor = getattr(request, "actor", None)
        if request.method == "GET" and response.status_code == 200 and not (actor and actor.is_staff):
            response["Offline-Copy"] = "keep"
        return response

    return marked
