"""Exact money: integer minor units and a currency. Floats never enter."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.numbers import format_currency

BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`Money(1250, "GBP")` is £12.50."""

    minor: int
    currency: str = "GBP"

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError("money is counted in whole minor units")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def format(self, locale: str = "en_GB") -> str:
        return format_money(self.minor, self.currency, locale=locale)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")


def share(minor: int, basis_points: int) -> int:
    """`basis_points` of an amount, rounded half away from zero: share(999, 2500) is 25 % of £9.99, 250 pence."""
    return int((Decimal(minor) * basis_points / BASIS_POINTS).quantize(Decimal(1), ROUND_HALF_UP))


def vat_inside(gross: int, rate_basis_points: int) -> int:
    """VAT contained in a gross amount: gross × rate / (100 % + rate), rounded half up (HMRC VAT fraction)."""
    return int(
        (Decimal(gross) * rate_basis_points / (BASIS_POINTS + rate_basis_points)).quantize(Decimal(1), ROUND_HALF_UP)
    )


def format_money(minor: int, currency: str = "GBP", *, locale: str | Locale = "en_GB") -> str:
    """For people: £12.50; whole pounds keep their pence so that columns line up."""
    return format_currency(Decimal(minor) / 100, currency, locale=locale)
