"""Reasons to trust the shop, worked out from its own repairs, and silent until there are enough of them to be honest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from revivatech.platform import clock

ENOUGH = 30  # repairs given back in the year before

# Ready is when the repair reached stage 7. A promise is the moment the customer was last told.
_SQL = """
    SELECT count(*),
           extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY ready.at - repair.received_at)),
           count(repair.ready_by),
           count(*) FILTER (WHERE ready.at <= repair.ready_by),
           count(*) FILTER (WHERE EXISTS (SELECT FROM repairs_repair back WHERE back.returned_from_id = repair.id))
    FROM repairs_repair repair
    CROSS JOIN LATERAL (
        SELECT max(started_at) AS at FROM repairs_stagerun run WHERE run.repair_id = repair.id AND run.stage = 7
    ) ready
    WHERE repair.status = 'completed' AND repair.outcome = 'repaired' AND repair.returned_from_id IS NULL
      AND repair.completed_at > %s AND repair.received_at IS NOT NULL AND ready.at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Trust:
    """Of the repairs given back in the last twelve months. Shares are whole per cent, rounded against us."""

    repaired: int
    median_hours: int
    kept_percent: int | None  # None: too few had been given a date
    returned_percent: int


def measure() -> Trust | None:
    """The shop's figures, or None while fewer than `ENOUGH` repairs stand behind them."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [clock.now() - timedelta(days=365)])
        count, seconds, told, kept, returned = cursor.fetchone()
    if count < ENOUGH:
        return None
    return Trust(
        repaired=count,
        median_hours=max(1, -(-int(seconds) // 3600)),
        kept_percent=kept * 100 // told if told >= ENOUGH else None,
        returned_percent=-(-returned * 100 // count),
    )
