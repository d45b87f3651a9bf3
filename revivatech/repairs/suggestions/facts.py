"""Reads what the rows say for `scoring`. One query a source, however many people and repairs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from revivatech.accounts.models import User
from revivatech.catalogue.models import Service
from revivatech.platform import clock
from revivatech.shop.hours import Calendar
from revivatech.shop.models import Location

from .. import statuses as s
from ..estimates import stage_minutes
from ..models import Outcome, QualityCheck, Repair, StageRun, TechnicianSkill, TimeEntry
from .models import Level
from .scoring import Job, Kind, Person

LOOK_BACK = timedelta(days=365)
OPEN_DAYS = 2  # of load: today (if open) and the next open day
# Work that lies on somebody's bench; parts, an answer or a customer are waited for elsewhere.
ON_BENCH = (s.INITIAL_ASSESSMENT, s.DIAGNOSIS, s.REPAIR_WORK)


def job_of(repair: Repair) -> Job:
    """Needs `device`."""
    return Job(repair.code, repair.device.category, tuple(repair.services))


def service_names() -> dict[str, str]:
    return dict(Service.objects.values_list("key", "name"))


def capacity(calendar: Calendar) -> int:
    """Minutes the location is open today and on the next open day, or on the next two when it is closed today."""
    today = clock.today(calendar.zone)
    found: list[int] = []
    for ahead in range(15):
        intervals = calendar.day(today + timedelta(days=ahead))
        if intervals:
            found.append(sum(int(one.length.total_seconds()) // 60 for one in intervals))
        if len(found) == OPEN_DAYS:
            break
    return sum(found)


def people(users: Sequence[User], location: Location) -> list[Person]:
    """What is known of each, in the order given: five queries together."""
    ids = [user.pk for user in users]
    skills, finished = _skills(ids), _finished(ids)
    right, load, seen = _right(ids), _load(ids), _seen(ids, location)
    return [
        Person(
            id=pk,
            name=str(user),
            skills=skills.get(pk, {}),
            finished=finished.get(pk, {}),
            right=right.get(pk, (0, 0))[0],
            done=right.get(pk, (0, 0))[1],
            assigned_minutes=load.get(pk, 0),
            seen_today=pk in seen,
            busy_on=seen.get(pk, ""),
        )
        for user, pk in zip(users, ids, strict=True)
    ]


def _skills(ids: Sequence[int]) -> dict[int, dict[Kind, Level]]:
    found: dict[int, dict[Kind, Level]] = defaultdict(dict)
    for row in TechnicianSkill.objects.filter(technician_id__in=ids):
        found[row.technician_id][(row.service_key, row.category)] = Level(row.level)
    return found


def _bench_runs(ids: Sequence[int]) -> Any:
    """Visits to the bench by these people on devices that were repaired, within a year."""
    return StageRun.objects.order_by().filter(
        status=s.REPAIR_WORK,
        technician_id__in=ids,
        started_at__gte=clock.now() - LOOK_BACK,
        repair__outcome=Outcome.REPAIRED,
    )


def _finished(ids: Sequence[int]) -> dict[int, Mapping[Kind, int]]:
    """By service and category, and by category alone under the empty service."""
    rows = _bench_runs(ids).values_list("technician_id", "repair__services", "repair__device__category")
    found: dict[int, Counter[Kind]] = defaultdict(Counter)
    for pk, services, category, number in rows.annotate(number=Count("repair", distinct=True)):
        found[pk][("", category)] += number
        for service in set(services):
            found[pk][(service, category)] += number
    return dict(found)


def _right(ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Right at once, and all: a repair is right when no quality check of it failed and the device did not come back."""
    failed = Exists(QualityCheck.objects.filter(repair=OuterRef("repair"), passed=False))
    back = Exists(Repair.objects.filter(returned_from=OuterRef("repair")))
    rows = _bench_runs(ids).values("technician_id").annotate(
        done=Count("repair", distinct=True), right=Count("repair", distinct=True, filter=~failed & ~back)
    )  # fmt: skip
    return {row["technician_id"]: (row["right"], row["done"]) for row in rows}


def _load(ids: Sequence[int]) -> dict[int, int]:
    """Estimated minutes of the stages that lie with them now, less what was worked in those stages."""
    rows = (
        Repair.objects.filter(assigned_to_id__in=ids, status__in=ON_BENCH)
        .annotate(
            entry=FilteredRelation("time_entries", condition=Q(time_entries__status=F("status"))),
        )
        .annotate(worked=Coalesce(Sum("entry__minutes"), 0))
    )
    found: Counter[int] = Counter()
    for repair in rows:
        assert repair.assigned_to_id is not None
        found[repair.assigned_to_id] += max(0, stage_minutes(repair, repair.status) - repair.worked)  # type: ignore[attr-defined]
    return found


def _seen(ids: Sequence[int], location: Location) -> dict[int, str]:
    """Who used a clock today, with the code of the repair it runs on now, or ""."""
    day = clock.now().astimezone(location.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = TimeEntry.objects.filter(technician_id__in=ids).filter(Q(started_at__gte=day) | Q(ended_at__isnull=True))
    found: dict[int, str] = {}
    for pk, code, ended_at, ended in rows.values_list("technician_id", "repair__code", "ended_at", "ended"):
        if ended_at is None:
            found[pk] = code
        elif ended != "by_hand":
            found.setdefault(pk, "")
    return found
