"""Private pages in memory, sent again for as long as not one row they show has changed.

    @kept_while(state_of, tables=WATCHED)
    def track(request, token): ...

`state_of(token)` asks, in one question, which versions of those rows there are: PostgreSQL gives every version of a row a place and the
number of the transaction that wrote it (`ctid` and `xmin`). It is asked before the page is made and again before it is sent, so a
page may be newer than it says, never older; imports, jobs and statements by hand cannot be forgotten. Nor can a table: while a page is
made, what it reads is noted, and a page that reads a table outside of `tables` is not kept.

A page is kept under its whole address, which is the secret, and only for readers without a session. Its form tokens are taken out and each
reader gets one of their own. What time alone changes is at most `KEPT_FOR` old.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, wraps
from typing import Any, Concatenate

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token

from revivatech.platform import clock

KEPT_FOR = timedelta(minutes=1)
MOST = 1_000  # pages in the memory of one process
# Without meaning to such a page: the secret of form tokens, and the language chosen, which is in the address.
HARMLESS = frozenset({settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME})
_FORM_TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w{64}(?=")')
_NAMED = re.compile(r'\b(?:from|join|into|update)\s+(?:only\s+)?"?(\w+)"?', re.IGNORECASE)

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


@dataclass(frozen=True, slots=True)
class _Page:
    state: str
    until: datetime
    pieces: list[str]  # a form token goes between each two
    headers: dict[str, str]

    def answer(self, request: HttpRequest) -> HttpResponse:
        body = get_token(request).join(self.pieces) if len(self.pieces) > 1 else self.pieces[0]
        return HttpResponse(body, headers=self.headers)


def kept_while[**P](state: Callable[P, str | None], *, tables: Collection[str]) -> Callable[[View[P]], View[P]]:
    """For views of one private address. `state` answers None where there is nothing to show."""

    def decorate(view: View[P]) -> View[P]:
        pages: dict[tuple[str, str | None, str], _Page] = {}

        @wraps(view)
        def kept(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not says_nothing_of_the_reader(request, HARMLESS) or (now_is := state(*args, **kwargs)) is None:
                return view(request, *args, **kwargs)
            key = (request.get_host(), request.scheme, request.path)
            page = pages.get(key)
            if page and page.state == now_is and page.until > clock.now():
                return page.answer(request)
            with _reading() as read:
                response = view(request, *args, **kwargs)
            if response.status_code == 200 and not response.cookies and read <= set(tables):
                if len(pages) >= MOST:
                    pages.clear()
                pieces = _FORM_TOKEN.split(response.content.decode())
                pages[key] = _Page(now_is, clock.now() + KEPT_FOR, pieces, dict(response.headers))
            return response

        return kept

    return decorate


def says_nothing_of_the_reader(request: HttpRequest, harmless: Collection[str]) -> bool:
    """Whether whoever else asks for this address, with no cookies but the harmless ones, may read the same answer."""
    return (
        settings.KEEP_PAGES is not None
        and request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and "HTTP_HX_REQUEST" not in request.META
        and "HTTP_AUTHORIZATION" not in request.META
        and request.COOKIES.keys() <= set(harmless)
    )


@contextmanager
def _reading() -> Iterator[set[str]]:
    """The tables named by the statements of this thread meanwhile."""
    found: set[str] = set()

    def note(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        found.update(_named(str(sql)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


@lru_cache(maxsize=500)
def _named(sql: str) -> frozenset[str]:
    return frozenset(_NAMED.findall(sql))


def versions(table: str, condition: str) -> str:
    """SQL for which versions of the rows of `table` there are; in `condition` they are called `one`."""
    return f"(SELECT string_agg(one.ctid || '/' || one.xmin, ' ') FROM {table} one WHERE {condition})"  # noqa: S608 - no value in it
