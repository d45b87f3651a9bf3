"""What a certificate says, gathered once from the rows of a finished repair. Nothing in it tells who the customer is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from revivatech.catalogue.choices import Quality
from revivatech.catalogue.models import Service
from revivatech.platform.events.chain import last_link
from revivatech.shop.models import Business, Location
from revivatech.shop.queries import business

from .. import statuses as s
from ..checklists.guard import exit_run
from ..checklists.models import State
from ..models import Repair, StageRun, WarrantyLine, WarrantyReturn
from ..warranty.clocks import work_of

FORMAT = 1


def gather(repair: Repair, *, completed_at: datetime) -> dict[str, Any]:
    """JSON types only. The moment of issue and the version are not in it, so that two gatherings can be compared."""
    zone = repair.location.zone
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
        "completed_on": completed_at.astimezone(zone).date().isoformat(),
        "work": work_done(repair),
        "checks": _checks(repair),
        "functions": _functions(repair),
        "technicians": _technicians(repair),
    }


def with_log(facts: dict[str, Any], repair_id: int) -> dict[str, Any]:
    """Pin the event log down as it is now: a copy of the paper proves what it was, whatever becomes of the database."""
    events, last_hash = last_link("repair", repair_id)
    return {**facts, "log": {"events": events, "hash": last_hash}}


def work_done(repair: Repair) -> list[dict[str, Any]]:
    """Each thing done: label, the key of the quality of the part (or nothing), days of warranty and its last day (0 and nothing: none).

    A return under warranty shows the clock it came with, which runs on.
    """
    lines = {(line.label, line.quality): line for line in _warranty(repair)}
    done = [(work.label, work.quality, lines.pop((work.label, work.quality), None)) for work in work_of(repair)]
    done += [(label, quality, line) for (label, quality), line in lines.items()]
    return [
        {
            "label": label,
            "part": quality,
            "days": line.days if line else 0,
            "until": line.ends_on.isoformat() if line else "",
        }
        for label, quality, line in done
    ]


def part_named(part: str) -> str:
    """The quality of a part in the reader's words. Papers issued before 2026-11-23 hold the words themselves."""
    return str(Quality(part).label) if part in Quality.values else part


def _warranty(repair: Repair) -> list[WarrantyLine]:
    own = list(repair.warranty_lines.all())
    back = WarrantyReturn.objects.filter(repair=repair).first()
    return own or (list(back.lines.all()) if back else [])


def services_asked(repair: Repair) -> list[str]:
    """Names of the services, in the order they were asked for; one that is no longer offered by its key."""
    names = dict(Service.objects.filter(key__in=repair.services).values_list("key", "name"))
    return [names.get(key, key) for key in repair.services]


def initials(name: str) -> str:
    """“Tess O'Neill” is T. O."""
    return " ".join(f"{word[0].upper()}." for word in name.split() if word[0].isalnum())


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
