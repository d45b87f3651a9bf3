"""Pages that look the same to every visitor are kept in memory, ready to send, until something they show has changed.

What has changed is told by the database (changes.py). It is read before a page is made, so a page may be newer than it says but never
older. A process asks again after `settings.KEEP_PAGES` seconds (a twentieth of one): no visitor can tell that from having come as much
earlier, and however many come at once, the database is asked twenty times a second.

A page also says what time does to it (open now, the next free slot), and figures that are half a minute old anyway
(overview.py): it is not kept for longer than that again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from revivatech.platform.web.compression import compressed, encoding_for
from revivatech.platform.web.early import HARMLESS as HARMLESS_BEYOND_THE_START
from revivatech.platform.web.early import says_nothing_of_the_reader

from .changes import changes
from .maintenance import words
from .overview import KEPT_FOR

MOST = 1000  # pages in the memory of one process
# A page that uses it is not kept. The language chosen is looked at by the plain start page alone, which leads its owner to it.
HARMLESS = frozenset({settings.CSRF_COOKIE_NAME})

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]
type Handler = Callable[[HttpRequest], HttpResponse]


def same_for_all[**P](view: View[P]) -> View[P]:
    """A page that depends on its address, the tables of `TABLES` and the minute alone."""

    @wraps(view)
    def marked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return _marked(view(request, *args, **kwargs))

    return marked


@dataclass(slots=True)
class Page:
    """An answer as the inner layers gave it, and its body in each encoding somebody asked for."""

    until: float
    headers: Mapping[str, str]
    body: bytes
    encoded: dict[str, bytes]


class KeptPages:
    """A middleware. It stands in front of everything that asks who somebody is: it answers only those who bring no cookie."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.pages: dict[str, Page] = {}
        self.state: tuple[int, int] | None = None
        self.asked = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _for_anybody(request):
            return self.get_response(request)
        request.get_host()  # refuses a host that is not ours
        pages = self._pages()
        if pages is None:
            return self.get_response(request)
        key = request.path  # which says the language (decision 220)
        page = pages.get(key)
        if page is None or page.until < time.monotonic():
            response = self.get_response(request)
            if not _keepable(response):
                return response
            page = _page(response)
            if len(pages) >= MOST:
                pages.clear()
            pages[key] = page
        return _answer(request, page)

    def _pages(self) -> dict[str, Page] | None:
        """What may be sent now; None while the shop is being worked on."""
        now = time.monotonic()
        if now >= self.asked + (settings.KEEP_PAGES or 0.0):
            if words() is not None:
                return None
            state = changes()
            if state != self.state:
                self.pages, self.state = {}, state
            self.asked = now
        return self.pages


def _for_anybody(request: HttpRequest) -> bool:
    return (
        settings.KEEP_PAGES is not None
        and not request.META.get("QUERY_STRING")
        and not request.path.startswith("/api/")
        and says_nothing_of_the_reader(request, HARMLESS if request.path == "/" else HARMLESS_BEYOND_THE_START)
    )


def _keepable(response: HttpResponse) -> bool:
    return (
        getattr(response, "same_for_all", False)
        and response.status_code == 200
        and not response.cookies
        and "Cache-Control" not in response
        and "content-encoding" not in response.headers
    )


def _page(response: HttpResponse) -> Page:
    patch_vary_headers(response, ("Accept-Encoding", "Cookie"))
    response["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:24]}"'
    response["Cache-Control"] = "public, no-cache"  # kept by whoever likes, shown after asking us
    return Page(time.monotonic() + KEPT_FOR, dict(response.headers), response.content, {})


def _answer(request: HttpRequest, page: Page) -> HttpResponse:
    same = get_conditional_response(request, etag=page.headers["ETag"], response=None)
    if same is not None:
        for name in ("ETag", "Cache-Control", "Vary"):
            same[name] = page.headers[name]
        return _marked(same)
    encoding = encoding_for(request)
    body = page.body
    if encoding:
        body = page.encoded.get(encoding) or page.encoded.setdefault(
            encoding, compressed(page.body, encoding, fine=True)
        )
    response = HttpResponse(body, headers=dict(page.headers))
    if encoding:
        response["Content-Encoding"] = encoding
    response["Content-Length"] = str(len(body))
    return _marked(response)


def _marked(response: HttpResponse) -> HttpResponse:
    response.same_for_all = True  # type: ignore[attr-defined]
    return response
