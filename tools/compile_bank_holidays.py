"""Compile the shipped UK bank holidays from GOV.UK's list.

    python tools/compile_bank_holidays.py SOURCE_DIR

SOURCE_DIR holds uk_bank_holidays.csv (division, date, title, …). Years before 2024 are of no use to a shop's calendar.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "revivatech" / "shop" / "data" / "bank_holidays.csv"
FIRST_DAY = "2024-01-01"


def main(source: Path) -> None:
    """Write division, date and title of every holiday from 2024 on, sorted."""
    with (source / "uk_bank_holidays.csv").open(encoding="utf-8", newline="") as lines:
        days = {(row["division"], row["date"], row["title"].strip()) for row in csv.DictReader(lines)}
    with TARGET.open("w", encoding="utf-8", newline="") as lines:
        out = csv.writer(lines, lineterminator="\n")
        out.writerow(("division", "date", "title"))
        out.writerows(sorted(day for day in days if day[1] >= FIRST_DAY))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tools/compile_bank_holidays.py SOURCE_DIR")
    main(Path(sys.argv[1]))
