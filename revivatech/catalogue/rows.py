"""One device as a line of a CSV file: reading with every fault named, writing so that reading gives the same back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.text import slugify
from django.utils.translation import gettext as _

from .choices import Category
from .models import DeviceModel
from .words import compact

COLUMNS = (
    "key", "category", "brand", "family", "name", "slug", "year", "released", "identifiers", "aliases",
    "support_end", "source", "licence", "confidence", "hidden",
)  # fmt: skip
NEEDED = ("category", "brand", "family", "name")
LONGEST = {"key": 160, "brand": 60, "family": 80, "name": 120, "slug": 140, "source": 200, "licence": 60}
FIRST_YEAR, LAST_YEAR = 1970, 2100
MOST_NAMES = 60  # identifiers or aliases of one model
# A spreadsheet runs a cell that begins like this as a formula; a quote before it makes it text again.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class RowError(ValueError):
    """What is wrong with a row, a sentence for each fault."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@dataclass(frozen=True, slots=True)
class DeviceRow:
    category: str
    brand: str
    family: str
    name: str
    slug: str
    key: str = ""
    year: int | None = None
    released: date | None = None
    identifiers: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    support_end: date | None = None
    source: str = ""
    licence: str = ""
    confidence: str = ""
    hidden: bool = False
    line: int = field(default=0, compare=False)


def read_row(cells: Mapping[str, str], *, line: int = 0) -> DeviceRow:
    """A row from its cells by column name. Raises RowError with every fault at once."""
    text = {name: _unguarded((cells.get(name) or "").strip()) for name in COLUMNS}
    faults = [_("%(column)s is missing.") % {"column": name} for name in NEEDED if not text[name]]
    for name, most in LONGEST.items():
        if len(text[name]) > most:
            faults.append(_("%(column)s is longer than %(most)s characters.") % {"column": name, "most": most})
    if not all(value.isprintable() for value in text.values()):
        faults.append(_("The row holds characters that cannot be printed."))
    if text["category"] and text["category"] not in Category.values:
        faults.append(_("%(category)s is not one of: %(all)s.") % {
            "category": text["category"][:40], "all": ", ".join(Category.values)
        })  # fmt: skip
    year = _year(text["year"], faults)
    dates = {name: _date(name, text[name], faults) for name in ("released", "support_end")}
    names = {name: _names(name, text[name], faults) for name in ("identifiers", "aliases")}
    slug = slugify(text["slug"] or text["name"])
    if text["name"] and not (slug and compact(text["name"])):
        faults.append(_("name needs at least one Latin letter or digit."))
    if text["hidden"] not in ("", "0", "1", "no", "yes"):
        faults.append(_("hidden is yes or no."))
    if faults:
        raise RowError(faults)
    return DeviceRow(
        key=text["key"],
        category=text["category"],
        brand=text["brand"],
        family=text["family"],
        name=text["name"],
        slug=slug[:140],
        year=year,
        released=dates["released"],
        support_end=dates["support_end"],
        identifiers=names["identifiers"],
        aliases=names["aliases"],
        source=text["source"],
        licence=text["licence"],
        confidence=text["confidence"][:8],
        hidden=text["hidden"] in ("1", "yes"),
        line=line,
    )


def write_row(model: DeviceModel, identifiers: list[str]) -> dict[str, str]:
    """The cells of a model, safe to open in a spreadsheet."""
    cells = {
        "key": model.key or "",
        "category": model.category,
        "brand": model.brand.name,
        "family": model.family.name,
        "name": model.name,
        "slug": model.slug,
        "year": str(model.year or ""),
        "released": model.released.isoformat() if model.released else "",
        "identifiers": "|".join(identifiers),
        "aliases": "|".join(model.aliases),
        "support_end": model.support_end.isoformat() if model.support_end else "",
        "source": model.source,
        "licence": model.licence,
        "confidence": model.confidence,
        "hidden": "yes" if model.hidden else "",
    }
    return {name: guarded(value) for name, value in cells.items()}


def guarded(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _unguarded(value: str) -> str:
    return value[1:] if value.startswith("'") and value[1:].startswith(_FORMULA) else value


def _year(text: str, faults: list[str]) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    faults.append(_("year is a number of four digits from %(first)s on.") % {"first": FIRST_YEAR})
    return None


def _date(column: str, text: str, faults: list[str]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults.append(_("%(column)s is a date such as 2024-03-31.") % {"column": column})
        return None


def _names(column: str, text: str, faults: list[str]) -> tuple[str, ...]:
    """Values between bars, each once however it is spelled, in their order."""
    most = 40 if column == "identifiers" else 120
    found: dict[str, str] = {}
    for value in (part.strip() for part in text.split("|")):
        if not value:
            continue
        if len(value) > most:
            faults.append(_("%(column)s: each is at most %(most)s characters.") % {"column": column, "most": most})
        found.setdefault(compact(value) if column == "identifiers" else value.casefold(), value)
    found.pop("", None)
    if len(found) > MOST_NAMES:
        faults.append(_("%(column)s: at most %(most)s of them.") % {"column": column, "most": MOST_NAMES})
    return tuple(found.values())
