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
