"""Bank holidays of the nations of the United Kingdom, from the file that ships with the product."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "bank_holidays.csv"


@dataclass(frozen=True, slots=True, order=True)
class BankHoliday:
    day: date
    title: str


@cache
def all_of(nation: str) -> tuple[BankHoliday, ...]:
    """Every bank holiday the file knows for a nation, in order; none for `elsewhere`."""
    with FILE.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["division"] == nation]
    return tuple(sorted(BankHoliday(date.fromisoformat(row["date"]), row["title"]) for row in rows))


def upcoming(nation: str, today: date) -> list[BankHoliday]:
    return [holiday for holiday in all_of(nation) if holiday.day >= today]


def known_until(nation: str) -> date | None:
    """The last day the file knows; after it the shop must be told by hand."""
    return all_of(nation)[-1].day if all_of(nation) else None
