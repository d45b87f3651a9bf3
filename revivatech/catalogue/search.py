"""Find a model by whatever a person types: part of a name, a nickname, a model number, with typing mistakes.

One indexed query fetches the terms that resemble the text; `Match` then orders them by how well the words agree. The
reason for two steps: trigrams are good at finding and poor at ranking ("iphone 12" resembles "iphone 13" very much).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from .models import DeviceModel, SearchTerm
from .words import LONGEST, compact, plain, spaced

SHORTEST = 2
FETCHED = 80  # terms the query brings for ranking
GOOD_ENOUGH = 0.42  # below this a match is an accident
# What people type along with the device. Words that are also part of names ("Surface Laptop", "Nothing Phone") only weigh little.
NOISE = frozenset(
    {
        "repair",
        "repairs",
        "fix",
        "fixing",
        "screen",
        "glass",
        "cracked",
        "broken",
        "smashed",
        "replacement",
        "replace",
        "battery",
        "not",
        "working",
        "my",
        "the",
        "a",
        "an",
        "for",
        "with",
    }
)
LIGHT = frozenset(
    {
        "phone",
        "mobile",
        "laptop",
        "notebook",
        "tablet",
        "computer",
        "desktop",
        "console",
        "device",
        "inch",
        "new",
        "and",
        "of",
    }
)


def search(text: str, *, limit: int = 8, category: str | None = None) -> list[DeviceModel]:
    """Listed models, best first; none for text without two letters or digits. Brand and family come along."""
    asked = Asked.of(text)
    if asked is None:
        return []
    best: dict[int, tuple[float, DeviceModel]] = {}
    for term in candidates(asked, category=category):
        model = term.model
        score = score_of(asked, term, model.brand.name)
        if score >= GOOD_ENOUGH and score > best.get(model.pk, (0.0, model))[0]:
            best[model.pk] = (score, model)
    ranked = sorted(best.values(), key=lambda found: (-round(found[0], 3), -(found[1].year or 0), found[1].name))
    return [model for _score, model in ranked[:limit]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The text in the forms it is compared in."""

    text: str
    compact: str
    words: tuple[str, ...]  # as typed
    parts: tuple[str, ...]  # letters and digits apart

    @classmethod
    def of(cls, text: str) -> Asked | None:
        kept = plain(text[:LONGEST].replace("\x00", " "))
        once = dict.fromkeys(kept.split())
        useful = " ".join(word for word in once if word not in NOISE) or " ".join(once)
        short = compact(useful)
        if len(short) < SHORTEST:
            return None
        return cls(useful, short, tuple(useful.split()), tuple(spaced(useful).split()))


def candidates(asked: Asked, *, category: str | None = None) -> QuerySet[SearchTerm]:
    """The terms that resemble the text most, by both GIN indexes: as words, run together, and as part of a term."""
    # Two letters within a word are no trigram, and the index would be read from end to end.
    part = f"%{asked.compact}%" if len(asked.compact) > 3 else f"{asked.compact}%"
    nearest = RawSQL(
        "SELECT catalogue_nearest_terms(%s, %s, %s, %s, %s)",
        (asked.text, asked.compact, part, category or "", FETCHED),
    )
    return SearchTerm.objects.filter(
        pk__in=nearest, model__hidden=False, model__merged_into__isnull=True, model__brand__hidden=False
    ).select_related("model__brand", "model__family")


def score_of(asked: Asked, term: SearchTerm, brand: str) -> float:
    """How well a term answers the text, about 0 to 1.3."""
    return _score(
        asked, spaced(term.words), term.compact, plain(brand), identifier=term.kind == SearchTerm.Kind.IDENTIFIER
    )


def _score(asked: Asked, spaced_term: str, compact_term: str, brand: str, *, identifier: bool) -> float:
    if asked.compact == compact_term:
        return 1.3 if identifier else 1.25
    if identifier:
        return _identifier_score(asked, compact_term)
    maker = brand.replace(" ", "")
    bare, bare_term = asked.compact.removeprefix(maker) or asked.compact, compact_term.removeprefix(maker)
    if bare == bare_term:
        return 1.2
    own = spaced_term.split()
    brand_words = set(brand.split())
    wanted = [part for part in asked.parts if part not in brand_words] or list(asked.parts)
    found, spare = _align(wanted, own)
    extra = [word for word in spare if word not in brand_words]
    precision = 1 - 0.35 * len(extra) / max(len(own), 1)
    by_words = found * precision
    if compact_term.startswith((asked.compact, bare)):
        rest = len(compact_term) - len(bare)
        by_words = max(by_words, 1.0 - 0.3 * rest / max(len(compact_term), 1))
    together = _closeness(bare, bare_term)
    return max(by_words, together * 0.9)


def _identifier_score(asked: Asked, compact_term: str) -> float:
    """Model numbers are typed exactly or from their beginning; a resemblance would be another model."""
    for text in (asked.compact, *asked.words):
        if text == compact_term and any(character.isdigit() for character in text) and len(text) >= 4:
            return 1.15
        if len(text) >= 4 and compact_term.startswith(text) and any(character.isdigit() for character in text):
            return 1.1 - 0.1 * (len(compact_term) - len(text)) / len(compact_term)
    return 0.0


def _align(wanted: Iterable[str], own: list[str]) -> tuple[float, list[str]]:
    """The share of the wanted words that the term has, numbers counting double, and the term's words left over."""
    spare = list(own)
    got = total = 0.0
    for word in wanted:
        weight = _weight(word)
        total += weight
        best, value = None, 0.0
        for candidate in spare:
            likeness = _likeness(word, candidate)
            if likeness > value:
                best, value = candidate, likeness
        if best is not None:
            spare.remove(best)
            got += weight * value
    return (got / total if total else 0.0), spare


def _weight(word: str) -> float:
    if word.isdigit():
        return 2.0
    return 0.4 if word in LIGHT else 1.0 if len(word) > 1 else 0.7


def _likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if word.isdigit() or other.isdigit():
        return 0.0  # 12 is not nearly 13
    if len(word) >= 2 and other.startswith(word):
        return 0.9
    close = _closeness(word, other) if min(len(word), len(other)) >= 4 else 0.0
    return close if close >= 0.6 else 0.0


def _closeness(one: str, other: str) -> float:
    """1 minus the edit distance by length; a digit that differs makes it a different device."""
    if [c for c in one if c.isdigit()] != [c for c in other if c.isdigit()]:
        return 0.0
    longest = max(len(one), len(other))
    if not longest or abs(len(one) - len(other)) > 0.4 * longest:
        return 0.0
    return 1 - _distance(one, other) / longest


def _distance(one: str, other: str) -> int:
    """Edits from one to the other; two neighbours swapped count once."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
