"""Clocks begin at hand-over, inside its transaction."""

from __future__ import annotations

from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record

from ..models import Outcome, Repair, WarrantyLine, WarrantyReturn
from . import rights
from .clocks import MOST_DAYS, Work, last_day, local_day, priced_work, work_of
from .events import WarrantyStarted
from .problems import CauseMissing


def start_clocks(repair: Repair, *, by: Actor) -> list[WarrantyLine]:
    """Write the lines of a repair that the caller locked and completed just now.

    What was put right under warranty keeps the clock it has: the line of the first repair runs to the day it was given.
    Only a return that was chosen to renew starts its lines anew; the old rows stay as they are even then.
    """
    if repair.outcome != Outcome.REPAIRED or repair.completed_at is None or repair.warranty_lines.exists():
        return []
    zone = repair.location.zone_name
    rights.extend(repair)
    law_ends_on = rights.guarantee_ends(repair, local_day(repair.completed_at, zone))
    first = local_day(repair.completed_at, zone)
    rows = [
        WarrantyLine(
            repair=repair, position=position, service_key=work.service_key, label=work.label[:600],
            quality=work.quality, days=min(work.days, MOST_DAYS), starts_on=first, ends_on=last_day(first, work.days),
            zone_name=zone, rights_version=rights.version_for(repair), law_ends_on=law_ends_on,
            renewed_from=old,
        )
        for position, (work, old) in enumerate(_to_stand_by(repair), start=1)
        if work.days > 0
    ]  # fmt: skip
    WarrantyLine.objects.bulk_create(rows)
    if rows:
        told = [{"label": row.label, "days": row.days, "ends_on": row.ends_on.isoformat()} for row in rows]
        record(WarrantyStarted(repair_id=repair.pk, lines=told), by=by)
    return rows


def _to_stand_by(repair: Repair) -> list[tuple[Work, WarrantyLine | None]]:
    back = WarrantyReturn.objects.filter(repair=repair).prefetch_related("lines").first()
    if back is None:
        return [(work, None) for work in work_of(repair)]
    old = list(back.lines.all())
    again = [(Work(line.label, line.days, line.service_key, line.quality), line) for line in old] if back.renews else []
    # Further work that was priced and agreed on the way is new work with a clock of its own.
    claimed = {(line.service_key, line.quality) for line in old}
    more = [work for work in priced_work(repair) if (work.service_key, work.quality) not in claimed]
    return [*again, *((work, None) for work in more)]


def check_cause_known(repair: Repair) -> None:
    """A return is not made ready before somebody said what made it come back."""
    if WarrantyReturn.objects.filter(repair=repair, cause="").exists():
        raise CauseMissing
