"""The audit: who did what, when, from where. To read it and to take it out are two permissions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from revivatech.accounts import audit
from revivatech.accounts.access import acting, needs, require
from revivatech.accounts.audit import Asked
from revivatech.accounts.models import Membership, User
from revivatech.accounts.queries import zone_of
from revivatech.platform import clock
from revivatech.platform.events import words
from revivatech.platform.events.models import EventRecord

PAGE = 50


@never_cache
@require_GET
@needs("audit.view")
def index(request: HttpRequest) -> HttpResponse:
    actor = acting(request)
    zone = zone_of(actor.user_id)
    asked = _asked(request, zone)
    before = _number(request.GET.get("before", ""))
    rows = audit.newest(asked, PAGE + 1, by=actor, before=before)
    filters = {name: request.GET[name] for name in ("q", "group", "person", "since", "until") if request.GET.get(name)}
    page = {
        "rows": _shown(rows[:PAGE], zone), "asked": asked, "filters": filters, "first_page": before is None,
        "older": urlencode({**filters, "before": rows[PAGE - 1].pk}) if len(rows) > PAGE else "",
        "zone": zone, "query": urlencode(filters), "may_export": actor.may("exports.run"),
        "groups": [("", _("Everything")), *((key, str(words)) for key, (words, _names) in audit.GROUPS.items())],
        "people": [("", _("Anybody")), *_people()],
    }  # fmt: skip
    return render(request, "accounts/audit.html", page)


@never_cache
@require_GET
@needs("audit.view")
@reauthentication_required  # type: ignore[untyped-decorator]
def export(request: HttpRequest) -> StreamingHttpResponse:
    actor = acting(request)
    asked = _asked(request, zone_of(actor.user_id))
    require(actor, "exports.run")
    response = StreamingHttpResponse(audit.lines(asked, by=actor), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{clock.now():%Y-%m-%d}.csv"'
    return response


def _asked(request: HttpRequest, zone: str) -> Asked:
    """Days begin and end at midnight where the reader is."""
    asked = request.GET
    until = _day(asked.get("until", ""), zone)
    return Asked(
        text=asked.get("q", "").strip().replace("\x00", "")[:100],
        group=asked.get("group", "") if asked.get("group", "") in audit.GROUPS else "",
        person=_number(asked.get("person", "")),
        since=_day(asked.get("since", ""), zone),
        until=until + timedelta(days=1) if until else None,
    )


def _day(text: str, zone: str) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:  # well formed, but no day
        return None
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) if day and 1900 < day.year < 9000 else None


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else None


def _people() -> list[tuple[str, str]]:
    working = User.objects.filter(pk__in=Membership.objects.values("user"))
    staff = working.union(User.objects.filter(removed_at__isnull=False))  # with OR every customer would be looked at
    return [(str(person.pk), str(person)) for person in staff.order_by("full_name", "pk")[:500]]


def _shown(rows: list[EventRecord], zone: str) -> list[dict[str, Any]]:
    names = User.objects.in_bulk({row.subject_id for row in rows if row.subject_kind == "user"})
    return [
        {
            "row": row,
            "what": words.words_of(row.name),
            "about": _about(row, names),
            "details": words.facts(row.name, row.payload, zone=zone),
        }
        for row in rows
    ]


def _about(row: EventRecord, names: dict[int, User]) -> str:
    if row.subject_kind == "user":
        return str(names[row.subject_id]) if row.subject_id in names else _("no account")
    return f"{words.subject_of(row.subject_kind)} {row.subject_id}"
