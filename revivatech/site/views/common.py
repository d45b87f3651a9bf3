"""What the public pages share: they wait for the shop to open, and each brings its `Head`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from revivatech.platform.web.languages import in_language
from revivatech.shop.queries import is_open

from ..head import Head
from ..kept import same_for_all

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]
NOINDEX = "noindex"
FOR_OTHERS = {"Cross-Origin-Resource-Policy": "cross-origin"}  # pictures that other sites and mail programs show


def front_page[**P](view: View[P]) -> View[P]:
    """A page about the shop's work. Until the shop is open there is one answer to all of them, which no engine keeps."""

    @require_safe
    @same_for_all
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if is_open():
            return view(request, *args, **kwargs)
        response = render(request, "site/not_open.html")
        response["X-Robots-Tag"] = NOINDEX
        return response

    return guarded


def remembers_language[**P](view: View[P]) -> View[P]:
    """The plain start page sends who chose a language before to theirs. Only that answer depends on the cookie, and
    nobody may keep it; a click from within the site is no arrival and stays."""

    @wraps(view)
    def remembering(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        here = get_language() == settings.LANGUAGE_CODE and request.headers.get("Sec-Fetch-Site") != "same-origin"
        if here and chosen in dict(settings.LANGUAGES) and chosen != settings.LANGUAGE_CODE:
            response = HttpResponseRedirect(in_language(request.get_full_path(), chosen))
            add_never_cache_headers(response)
            return response
        return view(request, *args, **kwargs)

    return remembering


def show(
    request: HttpRequest, template: str, head: Head, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    response = render(request, template, {"head": head, **(context or {})}, status=status)
    if not head.index:
        response["X-Robots-Tag"] = NOINDEX
    return response
