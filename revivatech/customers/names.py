"""Names as people write them: any script, emoji, right-to-left. Only what would disturb other text is taken out."""

from __future__ import annotations

import unicodedata

# Marks that turn the direction of the text around them: in a list they would scramble the neighbours.
_DIRECTION = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def tidy(text: str) -> str:
    """One line in NFC, without control characters and direction overrides, spaces single. Nothing, when nothing of it can be seen."""
    kept = unicodedata.normalize("NFC", text).translate(_DIRECTION)
    if not any(unicodedata.category(c)[0] in "LNPS" for c in kept):
        return ""  # spaces of no width and marks without a letter
    return " ".join("".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in kept).split())


def same(one: str, other: str) -> bool:
    """Whether two names read the same: case, spacing and width of characters do not count; accents do."""
    return _key(one) == _key(other)


def _key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", tidy(text)).casefold().split())
