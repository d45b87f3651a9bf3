"""How often pages are opened and how far bookings get: counts, and nothing about who.

No cookie, no address, no browser's name and no order of events is stored; a row is a day (UTC), what was counted, and how often.
Whoever's browser asks not to be tracked (DNT, Sec-GPC) is not counted, nor are staff, programs and pages fetched ahead.

Counts are gathered in memory and added to the database by a thread of their own after `settings.COUNT_VISITS` seconds, so that no page
waits for them. A process that is killed meanwhile loses those seconds; one that is stopped writes them first.
"""

from __future__ import annotations

import atexit
import re
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from revivatech.platform import clock

type Handler = Callable[[HttpRequest], HttpResponse]

# An answered step of the wizard leads on to the next page; the last one is the booking itself.
BEGUN, BOOKED = "book:begun", "book:confirm"
STEPS = (BEGUN, "book:device", "book:issue", "book:hand-over", "book:price", "book:details", BOOKED)
_WIZARD = {f"booking:{step.removeprefix('book:')}": step for step in STEPS[1:]}
_PROGRAM = re.compile(r"bot|crawl|spider|slurp|preview|monitor|headless|lighthouse|curl|wget|python|java/|http", re.I)

_waiting: Counter[tuple[date, str]] = Counter()
_lock = threading.Lock()
_timer: threading.Timer | None = None


def counted(get_response: Handler) -> Handler:
    """A middleware, in front of the kept pages: a page that was kept was opened all the same."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.COUNT_VISITS is not None and (name := _name(request, response)) and _may_be_counted(request):
            count(name)
        return response

    return middleware


def _name(request: HttpRequest, response: HttpResponse) -> str:
    """What this answer counts as: the address of a public page, or a step of the booking; nothing else is counted."""
    if getattr(response, "same_for_all", False):
        return request.path[:200] if request.method == "GET" and response.status_code in (200, 304) else ""
    match = request.resolver_match
    if match is None:
        return ""
    if match.view_name == "booking:device" and request.method == "GET" and response.status_code == 200:
        return BEGUN if match.kwargs.get("number", 1) == 1 and not request.META.get("QUERY_STRING") else ""
    return _WIZARD.get(match.view_name, "") if request.method == "POST" and response.status_code == 302 else ""


def _may_be_counted(request: HttpRequest) -> bool:
    said = request.headers
    if said.get("DNT") == "1" or said.get("Sec-GPC") == "1" or "prefetch" in said.get("Sec-Purpose", ""):
        return False
    if said.get("Sec-Fetch-Mode", "navigate") != "navigate" or _PROGRAM.search(said.get("User-Agent", "")):
        return False
    actor = getattr(request, "actor", None)
    return not (settings.SESSION_COOKIE_NAME in request.COOKIES and actor is not None and actor.is_staff)


def count(name: str) -> None:
    global _timer
    with _lock:
        _waiting[clock.now().date(), name] += 1
        if settings.COUNT_VISITS and _timer is None:
            _timer = threading.Timer(settings.COUNT_VISITS, _write_alone)
            _timer.daemon = True
            _timer.start()
    if not settings.COUNT_VISITS:
        write()


def write() -> None:
    """Add what was gathered, in one statement. Rows in one order, so that two processes never wait for each other."""
    global _timer
    with _lock:
        gathered, _timer = sorted(_waiting.items()), None
        _waiting.clear()
    if not gathered:
        return
    days, names, counts = zip(*((day, name, times) for (day, name), times in gathered), strict=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO site_visits (day, name, count) SELECT * FROM unnest(%s::date[], %s::text[], %s::bigint[]) "
                "ON CONFLICT (day, name) DO UPDATE SET count = site_visits.count + excluded.count",
                [list(days), list(names), list(counts)],
            )
    except Exception:
        with _lock:  # added with the next ones
            _waiting.update(dict(gathered))
        raise


def _write_alone() -> None:
    try:
        write()
    finally:
        connection.close()


atexit.register(_write_alone)
