"""From the one price engine to the lines of a quote; and what an earlier version promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext_noop

from revivatech.booking.checks import ask_for
from revivatech.catalogue.choices import Quality
from revivatech.catalogue.pricing import Line, Price, load_rulebook, qualities, quote
from revivatech.catalogue.queries import services_for
from revivatech.platform import clock
from revivatech.platform.spoken import as_written, sentence
from revivatech.repairs.models import Repair
from revivatech.shop.models import Business

from .models import Kind, Quote, QuoteLine

type Key = tuple[str, str]  # service and quality


@dataclass(frozen=True, slots=True)
class Priced:
    """A line to be, with its price worked out."""

    kind: str
    label: str
    unit_pence: int = 0
    minutes: int = 0
    warranty_days: int = 0
    service_key: str = ""
    quality: str = ""
    rule_id: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Ways:
    """Lines of every way, and those of each quality of parts where there is a choice (best first)."""

    common: tuple[Priced, ...]
    by_quality: dict[str, tuple[Priced, ...]]


def ways(repair: Repair, services: Sequence[str]) -> Ways:
    """The repair's services by today's rules, or by those an earlier version still promises when they are kinder."""
    known = {service.key for service in services_for(repair.device.category)}
    keys = [key for key in dict.fromkeys(services) if key in known]
    if not keys:
        return Ways((), {})
    device = repair.device
    ask = ask_for(device.category, device.model, str(device), keys, "")
    held = held_prices(repair)
    offered = qualities(ask, urgency=repair.urgency)
    if len(offered) < 2:
        price = next(iter(offered.values()), None) or quote([ask], urgency=repair.urgency)
        return Ways(tuple(_priced(line, held) for line in _work(price)), {})
    graded = {info.key for info in load_rulebook([ask]).services.values() if info.has_quality}
    first = next(iter(offered.values()))
    common = tuple(
        _priced(line, held) for line in _work(first) if line.kind == "service" and line.service_key not in graded
    )
    return Ways(
        common,
        {
            quality: tuple(
                _priced(line, held) for line in _work(price) if line.kind == "urgency" or line.service_key in graded
            )
            for quality, price in offered.items()
        },
    )


def _work(price: Price) -> Iterable[Line]:
    return (line for line in price.lines if line.kind in ("service", "urgency"))


def _priced(line: Line, held: dict[Key, tuple[int, Quote]]) -> Priced:
    kind = Kind.FEE if line.kind == "urgency" else Kind.PART if line.quality else Kind.LABOUR
    label = line.label
    if line.quality:
        part = {"lower": as_written(Quality(line.quality).label)}
        label = sentence(gettext_noop("%(service)s, %(quality)s part"), service=line.label, quality=part)
    fresh = Priced(
        kind=kind, label=label, unit_pence=line.amount_pence, minutes=line.minutes,
        warranty_days=line.warranty_days, service_key=line.service_key, quality=line.quality, rule_id=line.rule_id,
        why=line.why,
    )  # fmt: skip
    promised = held.get((line.service_key, line.quality))
    if promised is None or line.kind != "service" or (line.rule_id is not None and promised[0] >= line.amount_pence):
        return fresh
    pence, source = promised
    assert source.valid_until is not None
    until = source.valid_until.astimezone(source.repair.location.zone).date().isoformat()
    text = gettext_noop("The price of version %(version)s, which holds until %(when)s.")
    why = sentence(text, version=str(source.version), when={"day": until})
    return replace(fresh, unit_pence=pence, rule_id=fresh.rule_id or 0, why=why)


def held_prices(repair: Repair) -> dict[Key, tuple[int, Quote]]:
    """Engine prices that a version sent earlier still holds, by service and quality; the newest such version counts."""
    rows = QuoteLine.objects.filter(
        quote__repair_id=repair.pk, quote__sent_at__isnull=False, quote__valid_until__gt=clock.now(), rule_id__isnull=False
    ).exclude(service_key="")  # fmt: skip
    found: dict[Key, dict[tuple[int, int | None], int]] = defaultdict(dict)
    quotes: dict[int, Quote] = {}
    for line in rows.select_related("quote__repair__location").order_by("quote__version"):
        # A line that was split into part and labour counts as one.
        sums, place = found[line.service_key, line.quality], (line.quote.version, line.option_id)
        sums[place] = sums.get(place, 0) + line.unit_pence
        quotes[line.quote.version] = line.quote
    newest = {key: max(sums, key=lambda place: place[0]) for key, sums in found.items()}
    return {key: (found[key][place], quotes[place[0]]) for key, place in newest.items()}


def repriced(lines: Sequence[QuoteLine], repair: Repair) -> None:
    """Bring copied engine lines whose promise has run out to today's prices, in place. Hand-set prices stay."""
    held = held_prices(repair)
    groups: dict[tuple[int | None, str, str], list[QuoteLine]] = defaultdict(list)
    for line in lines:
        if line.rule_id is not None and line.service_key and (line.service_key, line.quality) not in held:
            groups[line.option_id, line.service_key, line.quality].append(line)
    for (_option, service, quality), group in groups.items():
        device = repair.device
        today = quote([ask_for(device.category, device.model, str(device), [service], quality)]).lines[0]
        if today.rule_id is None:
            continue
        first, difference = group[0], today.amount_pence - sum(line.unit_pence for line in group)
        first.unit_pence = max(0, first.unit_pence + difference)
        first.rule_id, first.why = today.rule_id, today.why


def diagnosis(repair: Repair, shop: Business) -> tuple[Priced | None, int]:
    """The line for finding the fault, if it is charged on top of the work; and what is due when the customer declines.

    What the customer was told when they booked counts; only where no price was given, today's policy does.
    """
    try:
        told = Price.from_json(repair.price)
    except ValueError:
        fee, waived = shop.diagnostic_bench_pence, shop.diagnostic_waived
    else:
        charged = sum(line.amount_pence for line in told.lines if line.kind == "diagnostic")
        fee, waived = charged + told.if_declined_pence, not charged
    if not fee or waived:
        return None, fee
    why = sentence(gettext_noop("Charged for finding the fault."))
    return Priced(Kind.DIAGNOSTIC, gettext_noop("Diagnosis on the bench"), fee, why=why), fee
