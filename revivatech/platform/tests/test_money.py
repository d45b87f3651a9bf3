"""Money is exact: to the penny, in one currency, never a float."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revivatech.platform.money import Money, format_money, share, vat_inside

amounts = st.integers(-(10**12), 10**12)
rates = st.integers(0, 30_000)


@given(amounts, amounts)
def test_adding_and_taking_away_are_exact(one: int, other: int) -> None:
    assert Money(one) + Money(other) - Money(other) == Money(one)


@pytest.mark.parametrize("wrong", [1.0, "1", None, True, Decimal(1)])
def test_only_whole_minor_units(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Money(wrong)


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="cannot mix GBP and EUR"):
        Money(1) + Money(1, "EUR")


@pytest.mark.parametrize(
    ("minor", "points", "expected"), [(999, 2500, 250), (1, 5000, 1), (-1, 5000, -1), (0, 2500, 0), (3, 5000, 2)]
)
def test_a_share_is_rounded_half_away_from_zero(minor: int, points: int, expected: int) -> None:
    assert share(minor, points) == expected


@given(amounts, rates)
def test_vat_inside_is_the_exact_fraction_to_the_penny(gross: int, rate: int) -> None:
    exact = (Decimal(gross) * rate / (10_000 + rate)).quantize(Decimal(1), ROUND_HALF_UP)
    assert vat_inside(gross, rate) == exact
    assert vat_inside(-gross, rate) == -vat_inside(gross, rate)


@pytest.mark.parametrize(("gross", "vat"), [(12_000, 2_000), (15_000, 2_500), (100, 17), (1, 0), (3, 1), (0, 0)])
def test_vat_at_the_standard_rate(gross: int, vat: int) -> None:
    assert vat_inside(gross, 2000) == vat


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1250, "GBP", "£12.50"),
        (1200, "GBP", "£12.00"),
        (-50, "GBP", "-£0.50"),
        (123456789, "GBP", "£1,234,567.89"),
        (990, "EUR", "€9.90"),
    ],
)
def test_for_people(minor: int, currency: str, text: str) -> None:
    assert format_money(minor, currency) == text
