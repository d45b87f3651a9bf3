"""What was counted of visits, for staff: pages opened a day, which ones, and how far bookings got."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from revivatech.accounts.access import needs
from revivatech.platform import clock

from .. import visits
from ..models import Visits

SPANS = (7, 30, 90)
MOST_PAGES = 25
STEPS: Mapping[str, Promise] = dict(
    zip(
        visits.STEPS,
        (
            _("Booking opened"),
            _("Device chosen"),
            _("Issue described"),
            _("Hand-over chosen"),
            _("Price accepted"),
            _("Details given"),
            _("Booked"),
        ),
        strict=True,
    )
)


@require_safe
@needs("reports.view")
def show(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("days", "")
    span = int(asked) if asked in map(str, SPANS) else SPANS[1]
    if request.GET.get("format") == "csv":
        return _csv(span)
    return render(request, "site/visits.html", {"span": span, "spans": SPANS, **_figures(span)})


def _figures(span: int) -> dict[str, Any]:
    today = clock.now().date()
    rows = Visits.objects.filter(day__gt=today - timedelta(days=span))
    pages = rows.filter(name__startswith="/")
    by_day = dict(pages.order_by().values_list("day").annotate(times=Sum("count")))
    by_step = dict(rows.filter(name__in=STEPS).order_by().values_list("name").annotate(times=Sum("count")))
    days = [(day, by_day.get(day, 0)) for day in (today - timedelta(days=back) for back in range(span))]
    return {
        "days": days,
        "most": max((times for _day, times in days), default=0),
        "total": sum(by_day.values()),
        "pages": list(
            pages.order_by().values_list("name").annotate(times=Sum("count")).order_by("-times")[:MOST_PAGES]
        ),
        "steps": [(label, by_step.get(step, 0)) for step, label in STEPS.items()],
        "begun": by_step.get(visits.BEGUN, 0),
    }


def _csv(span: int) -> HttpResponse:
    """Day, what, how often. Names are addresses of our pages and steps, so no cell can begin a formula."""
    rows = Visits.objects.filter(day__gt=clock.now().date() - timedelta(days=span)).order_by("day", "name")
    lines = ["day,name,count", *(f'{row.day},"{row.name.replace(chr(34), chr(34) * 2)}",{row.count}' for row in rows)]
    response = HttpResponse("\r\n".join([*lines, ""]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="visits-{clock.now():%Y-%m-%d}.csv"'
    return response
