"""The rules and policies a price is made from, as plain values, and which rule wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .price import DeviceAsk

MODEL, FAMILY, BRAND_AND_CATEGORY, BRAND, CATEGORY, GENERAL = 5, 4, 3, 2, 1, 0


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    key: str
    name: str
    has_quality: bool = False
    categories: tuple[str, ...] = ()  # empty: every category

    def serves(self, category: str) -> bool:
        return not self.categories or category in self.categories


@dataclass(frozen=True, slots=True)
class Rule:
    """One active price rule. `scope` says in words what it covers, such as "Apple laptops"."""

    id: int
    service_key: str
    price_pence: int
    minutes: int = 60
    category: str = ""
    brand_id: int | None = None
    family_id: int | None = None
    model_id: int | None = None
    quality: str = ""
    warranty_days: int | None = None
    from_price: bool = False
    scope: str = ""

    @property
    def narrowness(self) -> int:
        if self.model_id is not None:
            return MODEL
        if self.family_id is not None:
            return FAMILY
        if self.brand_id is not None:
            return BRAND_AND_CATEGORY if self.category else BRAND
        return CATEGORY if self.category else GENERAL

    def covers(self, ask: DeviceAsk, quality: str) -> bool:
        """Every condition the rule states holds for the device, and it is for this quality or for any."""
        return (
            self.model_id in (None, ask.model_id)
            and self.family_id in (None, ask.family_id)
            and self.brand_id in (None, ask.brand_id)
            and self.category in ("", ask.category)
            and self.quality in ("", quality)
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that covers the device; the list of them explains a choice."""

    rule: Rule
    wins: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """The shop's policies that touch a price. Rates in basis points; `vat_rate_bp` is 0 for a shop that charges no VAT."""

    currency: str = "GBP"
    vat_rate_bp: int = 2000
    warranty_days: int = 90
    warranty_premium_days: int = 365
    urgency_bp: Mapping[str, int] = field(default_factory=lambda: {"priority": 2500, "same_day": 5000})
    handover_pence: Mapping[str, int] = field(default_factory=lambda: {"collection": 1500, "post": 500})
    diagnostic_bench_pence: int = 2500
    diagnostic_waived: bool = True
    deposit_bp: int = 3000
    deposit_above_pence: int = 20000


@dataclass(frozen=True, slots=True)
class Rulebook:
    policy: Policy
    services: Mapping[str, ServiceInfo]
    rules: tuple[Rule, ...]

    def candidates(self, ask: DeviceAsk, service_key: str, quality: str) -> list[Candidate]:
        """Every rule that covers the ask, the winner first: the narrowest, then one made for exactly this quality."""
        covering = [rule for rule in self.rules if rule.service_key == service_key and rule.covers(ask, quality)]
        # The database keeps two active rules from being equal in all of this; the id keeps the order fixed even so.
        covering.sort(key=lambda rule: (-rule.narrowness, rule.quality == "", rule.id))
        return [Candidate(rule, wins=position == 0) for position, rule in enumerate(covering)]

    def winner(self, ask: DeviceAsk, service_key: str, quality: str) -> Rule | None:
        found = self.candidates(ask, service_key, quality)
        return found[0].rule if found else None
