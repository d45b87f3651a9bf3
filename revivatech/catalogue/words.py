"""How names become search words. The loader and the query use these same functions, so that both sides always agree."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Part of the loader's fingerprint: raise it when a function here changes, and every term is built anew at the next load.
VERSION = 1
LONGEST = 120  # characters of a query that are read; nobody types a longer name

_SIGNS = str.maketrans({"+": " plus ", "″": " inch ", '"': " inch ", "”": " inch ", "&": " and ", "’": "", "'": ""})
_BETWEEN = re.compile(r"(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])")
_OTHER = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """Lower case ASCII words with single spaces: "Galaxy S9+" is "galaxy s9 plus". Letters we cannot map are dropped."""
    folded = text.translate(_SIGNS).casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _OTHER.sub(" ", folded).strip()


def spaced(text: str) -> str:
    """Words with letters and digits apart: "iPhone13 Pro" is "iphone 13 pro"."""
    return _BETWEEN.sub(" ", plain(text))


def compact(text: str) -> str:
    """Nothing between: "SM-G991B" is "smg991b"."""
    return plain(text).replace(" ", "")


def terms_of(brand: str, name: str, aliases: Iterable[str], identifiers: Iterable[str]) -> list[tuple[str, str, str]]:
    """(kind, words, compact) of everything a model is called, each once. The name counts with and without its brand."""
    full = name if plain(name).startswith(plain(brand)) else f"{brand} {name}"
    said = [("name", full), ("name", name), *(("alias", alias) for alias in aliases)]
    said += [("identifier", value) for value in identifiers]
    terms: dict[str, tuple[str, str, str]] = {}
    for kind, text in said:
        short = compact(text)[:240]
        if len(short) >= 2:
            terms.setdefault(short, (kind, plain(text)[:240], short))
    return list(terms.values())
