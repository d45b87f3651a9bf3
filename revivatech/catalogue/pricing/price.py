"""What is asked of the engine and what it answers. Frozen, whole pence, and JSON both ways without loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from revivatech.platform.money import share, vat_inside

LineKind = Literal["service", "urgency", "handover", "diagnostic", "discount"]
VERSION = 1


@dataclass(frozen=True, slots=True)
class IssueAsk:
    """One service wanted. `quality` empty means the standard part, where the service knows qualities at all."""

    service_key: str
    quality: str = ""


@dataclass(frozen=True, slots=True)
class DeviceAsk:
    """One device and what to do to it. A device that is not listed has a category and a label only."""

    category: str
    model_id: int | None = None
    brand_id: int | None = None
    family_id: int | None = None
    label: str = ""
    issues: tuple[IssueAsk, ...] = ()

    def with_quality(self, quality: str) -> DeviceAsk:
        """The same ask with every issue at `quality`."""
        return replace(self, issues=tuple(replace(issue, quality=quality) for issue in self.issues))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a price, gross.

    `device` is the index into the devices asked (None: the whole booking). `needs_quote`: no rule covers it, the amount
    is 0 and must be shown as "we will quote". `label` and `why` are stored words: `spoken` says them. `if_declined_pence` is due only when the repair does not go ahead.
    """

    kind: LineKind
    label: str
    amount_pence: int
    device: int | None = None
    service_key: str = ""
    quality: str = ""
    rule_id: int | None = None
    why: str = ""
    minutes: int = 0
    warranty_days: int = 0
    from_price: bool = False
    needs_quote: bool = False
    if_declined_pence: int = 0


@dataclass(frozen=True, slots=True)
class DevicePart:
    """What of the total belongs to one device."""

    label: str
    total_pence: int
    minutes: int
    is_estimate: bool


@dataclass(frozen=True, slots=True)
class Price:
    """An itemised gross price. The lines are the truth; the other numbers follow from them (`assemble`)."""

    lines: tuple[Line, ...]
    total_pence: int
    vat_pence: int
    net_pence: int
    currency: str
    vat_rate_bp: int
    minutes: int
    is_estimate: bool
    deposit_pence: int
    devices: tuple[DevicePart, ...]
    urgency: str
    handover: str
    deposit_bp: int
    deposit_above_pence: int

    @property
    def needs_quote(self) -> bool:
        """Some of the work has no price yet: the total covers the rest only."""
        return any(line.needs_quote for line in self.lines)

    @property
    def if_declined_pence(self) -> int:
        """Due when none of the estimated repairs goes ahead."""
        return sum(line.if_declined_pence for line in self.lines)

    def lines_of(self, device: int | None) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.device == device)

    def part(self, device: int) -> Price:
        """One device's part as a price of its own: its lines only, so without what belongs to the whole booking."""
        lines = tuple(replace(line, device=0) for line in self.lines_of(device))
        return assemble(
            lines,
            (self.devices[device].label,),
            currency=self.currency,
            vat_rate_bp=self.vat_rate_bp,
            urgency=self.urgency,
            handover=self.handover,
            deposit_bp=self.deposit_bp,
            deposit_above_pence=self.deposit_above_pence,
        )

    def as_json(self) -> dict[str, Any]:
        """JSON types only; `from_json` gives back an equal price."""
        stored = asdict(self)
        stored["lines"] = list(stored["lines"])
        stored["devices"] = list(stored["devices"])
        return {"version": VERSION, **stored}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Price:
        """A stored price as it was shown. Raises ValueError for anything this version did not write."""
        if stored.get("version") != VERSION:
            raise ValueError(f"not a stored price of version {VERSION}")
        fields = {name: value for name, value in stored.items() if name != "version"}
        try:
            fields["lines"] = tuple(Line(**line) for line in fields["lines"])
            fields["devices"] = tuple(DevicePart(**part) for part in fields["devices"])
            return cls(**fields)
        except (TypeError, KeyError) as error:
            raise ValueError("a stored price is damaged") from error


def assemble(
    lines: tuple[Line, ...],
    labels: Sequence[str],
    *,
    currency: str,
    vat_rate_bp: int,
    urgency: str,
    handover: str,
    deposit_bp: int,
    deposit_above_pence: int,
) -> Price:
    """Add the lines up. VAT is the part contained in the gross total, taken once on the total, never per line."""
    total = sum(line.amount_pence for line in lines)
    vat = vat_inside(total, vat_rate_bp)
    return Price(
        lines=lines,
        total_pence=total,
        vat_pence=vat,
        net_pence=total - vat,
        currency=currency,
        vat_rate_bp=vat_rate_bp,
        minutes=sum(line.minutes for line in lines),
        is_estimate=any(line.from_price for line in lines),
        deposit_pence=share(total, deposit_bp) if total > deposit_above_pence else 0,
        devices=tuple(_part(lines, index, label) for index, label in enumerate(labels)),
        urgency=urgency,
        handover=handover,
        deposit_bp=deposit_bp,
        deposit_above_pence=deposit_above_pence,
    )


def _part(lines: tuple[Line, ...], index: int, label: str) -> DevicePart:
    own = [line for line in lines if line.device == index]
    return DevicePart(
        label=label,
        total_pence=sum(line.amount_pence for line in own),
        minutes=sum(line.minutes for line in own),
        is_estimate=any(line.from_price for line in own),
    )
