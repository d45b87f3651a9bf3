"""What the public pages share: they wait for the shop to open, and each brings its `Head`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from revivatech.shop.queries import is_open

from ..head import Head

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]
NOINDEX = "noindex"
FOR_OTHERS = {"Cross-Origin-Resource-Policy": "cross-origin"}  # pictures that other sites and mail programs show


def front_page[**P](view: View[P]) -> View[P]:
    """A page about the shop's work. Until the shop is open there is one answer to all of them, which no engine keeps."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if is_open():
            return view(request, *args, **kwargs)
        response = render(request, "site/not_open.html")
        response["X-Robots-Tag"] = NOINDEX
        return response

    return guarded


def show(
    request: HttpRequest, template: str, head: Head, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    response = render(request, template, {"head": head, **(context or {})}, status=status)
    if not head.index:
        response["X-Robots-Tag"] = NOINDEX
    return response
