"""What a choice comes to. Pure: the page, the server's decision and the record all add up with the same few functions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from revivatech.platform.money import vat_inside


class Line(Protocol):
    """What a sum needs to know of a line; rows and forms both have it."""

    @property
    def gross_pence(self) -> int: ...
    @property
    def vat_rate_bp(self) -> int: ...
    @property
    def optional(self) -> bool: ...
    @property
    def option_id(self) -> int | None: ...
    @property
    def minutes(self) -> int: ...
    @property
    def quantity(self) -> int: ...
    @property
    def cost_pence(self) -> int | None: ...
    @property
    def pk(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Sum:
    """Gross total, the VAT in it, bench minutes."""

    total_pence: int
    vat_pence: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Margin:
    """What is left for us, without VAT. `unknown` lines have no cost written down and count as costing nothing."""

    net_pence: int
    cost_pence: int
    unknown: int

    @property
    def pence(self) -> int:
        return self.net_pence - self.cost_pence

    @property
    def percent(self) -> int | None:
        return round(100 * self.pence / self.net_pence) if self.net_pence else None


def chosen[L: Line](lines: Iterable[L], option: int | None, ticked: Collection[int]) -> list[L]:
    """The lines of a choice: those of the option and those common to all, without optional ones that are not ticked."""
    return [line for line in lines if line.option_id in (None, option) and (not line.optional or line.pk in ticked)]


def add_up(lines: Sequence[Line]) -> Sum:
    """VAT is taken once for each rate, on the sum of its lines, never line by line."""
    by_rate = sorted(lines, key=lambda line: line.vat_rate_bp)
    vat = sum(
        vat_inside(sum(line.gross_pence for line in group), rate)
        for rate, group in groupby(by_rate, key=lambda line: line.vat_rate_bp)
    )
    return Sum(sum(line.gross_pence for line in lines), vat, sum(line.minutes * line.quantity for line in lines))


def margin(lines: Sequence[Line]) -> Margin:
    whole = add_up(lines)
    cost = sum((line.cost_pence or 0) * line.quantity for line in lines)
    unknown = sum(1 for line in lines if line.cost_pence is None and line.gross_pence > 0)
    return Margin(whole.total_pence - whole.vat_pence, cost, unknown)


def spread(lines: Sequence[Line], options: Sequence[int]) -> tuple[int, int]:
    """The least and the most that can be chosen: no optional line of the cheapest option, every one of the dearest."""
    ways: list[int | None] = [*options] or [None]
    every = {line.pk for line in lines}
    least = min(add_up(chosen(lines, way, ())).total_pence for way in ways)
    most = max(add_up(chosen(lines, way, every)).total_pence for way in ways)
    return least, most
