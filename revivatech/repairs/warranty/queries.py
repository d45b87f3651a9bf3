"""What pages show of warranties, the claims that wait, the life of a device, and how often work comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.functional import SimpleLazyObject

from revivatech.customers.models import CustomerDevice
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.files.models import StoredFile
from revivatech.platform.questions import Question
from revivatech.platform.spoken import spoken

from .. import statuses as s
from ..models import LegalExtension, Outcome, Repair, WarrantyClaim, WarrantyLine, WarrantyReturn
from ..queries import RepairQuerySet
from . import rights
from .clocks import local_day
from .forms import CustomerClaimForm
from .models import Cause

MOST = 20


@dataclass(frozen=True, slots=True)
class Running:
    line: WarrantyLine
    running: bool

    @property
    def extension(self) -> LegalExtension | None:
        return getattr(self.line, "extension", None)


@dataclass(frozen=True, slots=True)
class Life:
    """One repair in the life of a device. `running` are the labels and last days of warranties that still run."""

    repair: Repair
    outcome: str
    running: list[tuple[str, date]]


@dataclass(frozen=True, slots=True)
class Rework:
    """Of the repairs handed over as repaired in the time: how many came back for our part or our work."""

    completed: int
    returned: int
    by_cause: dict[str, int]

    @property
    def rate_bp(self) -> int:
        """Basis points, whole; 0 when nothing was completed."""
        return self.returned * 10_000 // self.completed if self.completed else 0


_LINES = Question(lambda repair: WarrantyLine.objects.filter(repair_id=repair).select_related("extension__by_repair"))
_CLAIMS = Question(lambda repair: WarrantyClaim.objects.filter(repair_id=repair).order_by("-pk")[:5])


def lines_of(repair: Repair) -> list[Running]:
    now = clock.now()
    return [Running(line, line.runs_on(local_day(now, line.zone_name))) for line in _LINES(repair=repair.pk)]


def for_customer(repair: Repair) -> dict[str, Any]:
    """For the tracking page: the lines, the statutory text, the claim that waits or was answered."""
    lines = lines_of(repair)

    def by_law() -> Any:
        return rights.shown(lines[0].line.rights_version if lines else rights.version_for(repair))

    return {
        "warranty": lines,
        "rights": SimpleLazyObject(by_law),  # read only where the page shows it
        "claims": _CLAIMS(repair=repair.pk) if repair.status == s.COMPLETED else [],
        "claim_form": SimpleLazyObject(lambda: CustomerClaimForm(lines=choices_of(lines))),
        "warranty_over_on": _over_on(lines),
        "warranty_return": _return_of(repair),
    }


def choices_of(lines: list[Running]) -> list[tuple[int, str]]:
    """The lines of the work, for a form."""
    return [(one.line.pk, spoken(one.line.label)) for one in lines]


def _over_on(lines: list[Running]) -> date | None:
    """The last day of our warranty when none of it runs any more."""
    return max((one.line.ends_on for one in lines), default=None) if not any(one.running for one in lines) else None


def on_bench(repair: Repair, actor: Actor) -> dict[str, Any]:
    """For the repair page."""
    return {
        **for_customer(repair),
        "life": life_of(repair, actor),
        "claim_photos": _claim_photos(repair) if repair.status == s.COMPLETED else {},
        "causes": Cause.choices,
        "may_return": repair.status == s.COMPLETED and actor.may("repairs.receive", at=repair.location_id),
        "may_renew": actor.may("repairs.override", at=repair.location_id),
        "may_set_cause": repair.status in s.IN_SHOP and actor.may("repairs.work", at=repair.location_id),
    }


def _claim_photos(repair: Repair) -> dict[str, list[StoredFile]]:
    """By the `part` of their claim."""
    found: dict[str, list[StoredFile]] = {}
    for file in StoredFile.objects.about("repair", repair.pk).present().filter(part__startswith="claim:"):
        found.setdefault(file.part, []).append(file)
    return found


def _return_of(repair: Repair) -> WarrantyReturn | None:
    if repair.returned_from_id is None:
        return None
    found = WarrantyReturn.objects.filter(repair=repair).select_related("original").prefetch_related("lines")
    return found.first()


def life_of(repair: Repair, actor: Actor) -> list[Life]:
    """The other repairs of the device that this person may see, newest first, in one query.

    Staff see the device itself, by serial or IMEI also under another owner; a customer sees their own repairs only.
    """
    if not (actor.is_staff and actor.may("repairs.view", at=repair.location_id)):
        rows = Repair.objects.filter(customer_id=repair.customer_id, device_id=repair.device_id)
        return _lives(rows.exclude(pk=repair.pk))
    return _lives(_of_device(repair.device, actor).exclude(pk=repair.pk))


def life_of_device(device: CustomerDevice, actor: Actor) -> list[Life]:
    """All its repairs that a member of staff may see, newest first, also under other owners."""
    return _lives(_of_device(device, actor).select_related("customer", "assigned_to"))


def _of_device(device: CustomerDevice, actor: Actor) -> RepairQuerySet:
    same = Q(device_id=device.pk)
    same |= Q(device__serial__iexact=device.serial) if device.serial else Q()
    same |= Q(device__imei=device.imei) if device.imei else Q()
    return Repair.objects.visible_to(actor).filter(same)


def _lives(rows: RepairQuerySet) -> list[Life]:
    lines = JSONBAgg(
        JSONObject(label="warranty_lines__label", ends_on="warranty_lines__ends_on"),
        filter=Q(warranty_lines__isnull=False),
        default=[],
        order_by="warranty_lines__position",
    )
    found = rows.select_related("location").annotate(lines_=lines)
    return [_life(row) for row in found.order_by("-created_at", "-pk")[:MOST]]


def _life(row: Any) -> Life:
    today = local_day(clock.now(), row.location.zone_name)
    ends = [(line["label"], date.fromisoformat(line["ends_on"])) for line in row.lines_]
    outcome = row.get_outcome_display() or str(s.STATUSES[row.status].label)
    return Life(row, outcome, [(label, end) for label, end in ends if end >= today])


def claims_waiting(actor: Actor) -> QuerySet[WarrantyClaim]:
    """Claims of the repairs this person may see that nobody has answered, oldest first."""
    seen = WarrantyClaim.objects.filter(status="open", repair__in=Repair.objects.visible_to(actor))
    return seen.select_related("repair__customer", "repair__device__model__brand", "repair__location").order_by("pk")


def rework(first: datetime, last: datetime, *, location_id: int | None = None) -> Rework:
    """Of the repairs completed from `first` up to, not including, `last`. A repair that came back twice counts once."""
    done = Repair.objects.filter(status=s.COMPLETED, outcome=Outcome.REPAIRED)
    done = done.filter(completed_at__gte=first, completed_at__lt=last)
    if location_id is not None:
        done = done.filter(location_id=location_id)
    ours = Q(warranty_returns__cause__in=(Cause.PART, Cause.WORKMANSHIP))
    counted = done.aggregate(completed=Count("pk", distinct=True), returned=Count("pk", filter=ours, distinct=True))
    causes = WarrantyReturn.objects.filter(original__in=done).values("cause").annotate(count=Count("pk"))
    return Rework(
        counted["completed"],
        counted["returned"],
        {row["cause"]: row["count"] for row in causes.order_by(F("cause"))},
    )
