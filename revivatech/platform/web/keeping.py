"""Answers in memory, sent again for as long as not one row they were made of has changed.

    @kept_while(state_of, tables=WATCHED)
    def track(request, token): ...

`state_of(token)` asks, in one question, which versions of those rows there are: PostgreSQL gives every version of a row a place and the
number of the transaction that wrote it (`ctid` and `xmin`). It is asked before the answer is made and again before it is sent, so an
answer may be newer than it says, never older; imports, jobs and statements by hand cannot be forgotten. Nor can a table: while an answer
is made, what it reads is noted, and one that read a table outside of `tables` is not kept.

It is kept under its host, scheme, language and whole address, and only for readers without a session or a token. Form tokens are taken out
and each reader gets one of their own. What time alone changes is at most `KEPT_FOR` old, or as old as its maker says.
It is sent again by `kept_answer`, one of `settings.EARLY_ANSWERS` (early.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial, wraps
from typing import Any, Concatenate

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.translation import get_language

from revivatech.platform import clock

from .early import says_nothing_of_the_reader, unless_known

KEPT_FOR = timedelta(minutes=1)
MOST = 1_000  # answers in the memory of one process
_FORM_TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w{64}(?=")')
_NAMED = re.compile(r'\b(?:from|join|into|update)\s+(?:only\s+)?"?(\w+)"?', re.IGNORECASE)

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]
type State = Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class _Kept:
    state: str
    now_is: State
    since: datetime
    until: datetime
    pieces: list[str]  # a form token goes between each two
    headers: dict[str, str]
    each: Callable[[HttpRequest], None] | None

    def answer(self, request: HttpRequest) -> HttpResponse:
        body = get_token(request).join(self.pieces) if len(self.pieces) > 1 else self.pieces[0]
        return unless_known(request, HttpResponse(body, headers=self.headers))


_kept: dict[Any, _Kept] = {}


def kept_while[**P](state: Callable[P, str | None], *, tables: Collection[str]) -> Callable[[View[P]], View[P]]:
    """For views of one private address; the outermost decorator. `state` answers None where there is nothing to show."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def kept(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            make = partial(view, request, *args, **kwargs)
            return keep(request, partial(state, *args, **kwargs), lambda: (make(), None), tables=tables)

        return kept

    return decorate


def keep(
    request: HttpRequest,
    state: State,
    make: Callable[[], tuple[HttpResponse, datetime | None]],
    *,
    tables: Collection[str],
    each: Callable[[HttpRequest], None] | None = None,
) -> HttpResponse:
    """What `make` gives, kept for the next who asks. With it comes the moment at which time alone makes another answer of it, when that is less
    than `KEPT_FOR` away. `each` is done before a kept answer is sent: the limits which the view puts on itself."""
    keeps = settings.KEEP_PAGES is not None and says_nothing_of_the_reader(request)
    since = clock.now()
    if not keeps or (before := state()) is None:
        return unless_known(request, make()[0])
    with _reading() as read:
        response, changes_at = make()
    if response.status_code == 200 and not response.cookies and read <= set(tables):
        if len(_kept) >= MOST:
            _kept.clear()
        until = min(since + KEPT_FOR, changes_at or since + KEPT_FOR)
        body = response.content.decode()
        pieces = _FORM_TOKEN.split(body) if "csrfmiddlewaretoken" in body else [body]
        _kept[_key(request)] = _Kept(before, state, since, until, pieces, dict(response.headers), each)
    return unless_known(request, response)


def kept_answer(request: HttpRequest) -> HttpResponse | None:
    """An answer that is in memory and as good as new (EARLY_ANSWERS)."""
    kept = _kept.get(_key(request)) if settings.KEEP_PAGES is not None else None
    if kept is None or not kept.since <= clock.now() < kept.until or kept.state != kept.now_is():
        return None
    if kept.each:
        kept.each(request)
    return kept.answer(request)


def forget() -> None:
    """For tests, which share one process."""
    _kept.clear()


def _key(request: HttpRequest) -> Any:
    """The host as it was written: `early_answers` refused those that are not ours."""
    asked = request.META
    return asked.get("HTTP_HOST"), request.scheme, get_language(), request.path, asked.get("QUERY_STRING", "")


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
