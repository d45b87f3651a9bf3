"""The arithmetic of warranty: whole local days, so that neither a change of clocks nor a leap year shifts an end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from revivatech.catalogue.models import Quality, Service
from revivatech.catalogue.pricing import Price
from revivatech.shop.queries import business

from ..models import Repair

MOST_DAYS = 36_500
# Work that changes nothing in the device has nothing to stand by.
NOT_WORK = frozenset({"diagnostic"})


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work done, with the days promised for it. 0 days: no shop warranty on it."""

    label: str
    days: int
    service_key: str = ""
    quality: str = ""


# Packages above repairs that know better what was done (an accepted quote) put a function here; the first that does not
# answer None is believed.
Source = Callable[[Repair], Sequence[Work] | None]
SOURCES: list[Source] = []


def local_day(moment: datetime, zone_name: str) -> date:
    return moment.astimezone(ZoneInfo(zone_name)).date()


def last_day(starts_on: date, days: int) -> date:
    """The day of hand-over is not counted: 1 day given on Monday ends with Tuesday, at midnight of the location."""
    return starts_on + timedelta(days=min(days, MOST_DAYS))


def work_of(repair: Repair) -> list[Work]:
    """What was done to the device: as it was priced, else the services asked for at the shop's policy."""
    return priced_work(repair) or _asked(repair)


def priced_work(repair: Repair) -> list[Work]:
    """The work somebody priced for this repair: from a source above us, else from the engine's stored price."""
    for source in SOURCES:
        found = source(repair)
        if found is not None:
            return [work for work in found if work.service_key not in NOT_WORK]
    return _priced(repair)


def _priced(repair: Repair) -> list[Work]:
    try:
        price = Price.from_json(repair.price)
    except ValueError:
        return []
    return [
        Work(
            line.label,
            policy_days(line.quality) if line.needs_quote else line.warranty_days,
            line.service_key,
            line.quality,
        )
        for line in price.lines
        if line.kind == "service" and line.service_key not in NOT_WORK
    ]


def _asked(repair: Repair) -> list[Work]:
    shop = business()
    names = dict(Service.objects.filter(key__in=repair.services).values_list("key", "name"))
    if not repair.services:
        return [Work(_("Repair"), shop.warranty_days)]
    return [Work(names.get(key, key), shop.warranty_days, key) for key in repair.services if key not in NOT_WORK]


def policy_days(quality: str) -> int:
    """The shop's own promise, for work that no line says more about."""
    shop = business()
    return shop.warranty_premium_days if quality in (Quality.PREMIUM, Quality.ORIGINAL) else shop.warranty_days
