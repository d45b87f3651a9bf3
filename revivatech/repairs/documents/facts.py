"""What a certificate says, gathered once from the rows of a finished repair. Nothing in it tells who the customer is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from revivatech.catalogue.choices import Quality
from revivatech.catalogue.models import Service
from revivatech.platform.events.chain import last_link
from revivatech.shop.models import Business, Location
from revivatech.shop.queries import business

from .. import statuses as s
from ..checklists.guard import exit_run
from ..checklists.models import State
from ..models import Repair, StageRun

FORMAT = 1
_NOT_WORK = frozenset({"urgency", "handover", "diagnostic", "discount"})  # kinds of price lines nobody fitted or mended


def gather(repair: Repair, *, completed_at: datetime) -> dict[str, Any]:
    """JSON types only. The moment of issue and the version are not in it, so that two gatherings can be compared."""
    zone = repair.location.zone
    completed = completed_at.astimezone(zone).date()
    return {
        "format": FORMAT,
        "repair": repair.code,
        "shop": _shop(business(), repair.location),
        "device": {
            "name": str(repair.device),
            "colour": repair.device.colour,
            "serial": repair.device.serial,
            "imei": repair.device.imei,
        },
        "received_on": repair.received_at.astimezone(zone).date().isoformat() if repair.received_at else "",
        "completed_on": completed.isoformat(),
        "work": [{**line, "until": _until(completed, line["days"])} for line in work_done(repair)],
        "checks": _checks(repair),
        "functions": _functions(repair),
        "technicians": _technicians(repair),
    }


def with_log(facts: dict[str, Any], repair_id: int) -> dict[str, Any]:
    """Pin the event log down as it is now: a copy of the paper proves what it was, whatever becomes of the database."""
    events, last_hash = last_link("repair", repair_id)
    return {**facts, "log": {"events": events, "hash": last_hash}}


def work_done(repair: Repair) -> list[dict[str, Any]]:
    """Each thing done: label, the quality of the part (or nothing), days of warranty. From the price that was agreed."""
    lines = [line for line in repair.price.get("lines", ()) if line.get("kind") not in _NOT_WORK]
    if lines:
        return [
            {
                "label": line["label"],
                "part": str(Quality(line["quality"]).label) if line.get("quality") in Quality.values else "",
                "days": line.get("warranty_days") or 0,
            }
            for line in lines
        ]
    days = business().warranty_days
    asked = services_asked(repair) or [_("Repair as agreed")]
    return [{"label": name, "part": "", "days": days} for name in asked]


def services_asked(repair: Repair) -> list[str]:
    """Names of the services, in the order they were asked for; one that is no longer offered by its key."""
    names = dict(Service.objects.filter(key__in=repair.services).values_list("key", "name"))
    return [names.get(key, key) for key in repair.services]


def initials(name: str) -> str:
    """“Tess O'Neill” is T. O."""
    return " ".join(f"{word[0].upper()}." for word in name.split() if word[0].isalnum())


def _until(completed: date, days: int) -> str:
    return (completed + timedelta(days=days)).isoformat() if days else ""


def _shop(shop: Business, location: Location) -> dict[str, str]:
    place = (location.line1, location.line2, location.town, location.postcode)
    return {
        "name": shop.name,
        "legal_name": shop.legal_name,
        "company_number": shop.company_number,
        "location": location.name,
        "address": "\n".join(line for line in place if line),
        "phone": location.phone or shop.phone,
        "email": location.email or shop.email,
        "website": shop.website,
    }


def _checks(repair: Repair) -> list[dict[str, str]]:
    """The last time each check was passed. A check that failed ended in another visit, so the last one counts."""
    zone = repair.location.zone
    passed = []
    for status in (s.QUALITY_CHECK, s.FINAL_TESTING):
        runs = StageRun.objects.filter(repair=repair, status=status, ended_at__isnull=False)
        run = runs.select_related("technician").order_by("-id").first()
        if run is not None and run.ended_at is not None:
            by = initials(str(run.technician)) if run.technician else ""
            passed.append({"check": status, "on": run.ended_at.astimezone(zone).date().isoformat(), "by": by})
    return passed


def _functions(repair: Repair) -> dict[str, Any]:
    """The final list of functions, when there is one."""
    run = exit_run(repair)
    if run is None or run.finished_at is None:
        return {}
    labels: dict[str, list[str]] = {state: [] for state in State.values}
    for result in run.results.all():
        labels[result.state].append(result.label)
    return {"on": run.finished_at.astimezone(repair.location.zone).date().isoformat(), **labels}


def _technicians(repair: Repair) -> list[str]:
    runs = StageRun.objects.filter(repair=repair, status=s.REPAIR_WORK, technician__isnull=False)
    return sorted({initials(str(run.technician)) for run in runs.select_related("technician")})
