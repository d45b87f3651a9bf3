"""The bench of a location as it is now, for a note: kept with it as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count

from revivatech.platform import clock
from revivatech.shop.models import Location

from .. import statuses as s
from ..models import Repair, TimeEntry

MOST = 30  # promised repairs named in a note; the queue has the rest


def bench(location: Location) -> dict[str, Any]:
    """JSON: how many repairs stand where, what is promised until the end of tomorrow or overdue, which clocks run."""
    rows = Repair.objects.filter(location=location, status__in=s.OPEN).order_by()
    standing = dict(rows.values_list("status").annotate(number=Count("pk")))
    today = clock.now().astimezone(location.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    promised = rows.filter(ready_by__lt=today + timedelta(days=2)).exclude(status=s.READY_FOR_PICKUP)
    named = promised.select_related("device__model__brand", "assigned_to").order_by("ready_by", "pk")
    running = TimeEntry.objects.filter(repair__location=location, ended_at__isnull=True)
    return {
        "standing": {key: standing[key] for key in s.OPEN if key in standing},
        "promised": [
            {
                "code": repair.code, "device": str(repair.device), "status": repair.status,
                "ready_by": repair.ready_by.isoformat() if repair.ready_by else "", "who": str(repair.assigned_to or ""),
            }
            for repair in named[:MOST]
        ],
        "more_promised": max(0, promised.count() - MOST),
        "clocks": [
            {"code": entry.repair.code, "who": str(entry.technician), "since": entry.started_at.isoformat()}
            for entry in running.select_related("repair", "technician")[:MOST]
        ],
    }  # fmt: skip
