"""The colours of tokens.css as numbers: which are put together, and how well each pair can be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TOKENS = Path(__file__).parent / "static" / "ui" / "css" / "tokens.css"

TEXT = 4.5  # WCAG 2.2, 1.4.3
CONTROL = 3.0  # large text (1.4.3), edges of controls and meaningful graphics (1.4.11)

_PLAIN = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
_THEMED = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")

_SURFACES = ("surface", "surface-raised", "surface-sunken", "surface-hover")

# (foreground, background, least contrast): every pair the style sheets use.
PAIRS: tuple[tuple[str, str, float], ...] = (
    *(
        (text, surface, TEXT)
        for text in ("text", "text-strong", "text-quiet", "link", "link-hover")
        for surface in _SURFACES
    ),
    *((text, surface, TEXT) for text in ("danger-text", "warning-text") for surface in ("surface", "surface-raised")),
    *((line, surface, CONTROL) for line in ("edge", "focus", "progress") for surface in _SURFACES[:3]),
    ("on-band", "band", TEXT),
    ("on-band-text", "band", TEXT),
    ("focus", "band", CONTROL),
    ("on-primary", "primary", TEXT),
    ("on-primary-hover", "primary-hover", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-hover", TEXT),
    ("on-accent", "teal", TEXT),
    ("on-danger", "danger", TEXT),
    ("on-danger", "danger-hover", TEXT),
    ("on-selected", "selected", TEXT),
    ("text", "selected", TEXT),
    ("deep-trust", "trust-blue", TEXT),
    ("neutral-grey", "trust-blue", TEXT),
    *((f"{state}-text", f"{state}-bg", TEXT) for state in ("info", "success", "warning", "danger", "neutral")),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A foreground on a background and its contrast in both themes."""

    foreground: str
    background: str
    least: float
    light: float
    dark: float

    @property
    def passes(self) -> bool:
        return min(self.light, self.dark) >= self.least


@cache
def colours() -> dict[str, tuple[str, str]]:
    """Each colour token as (light, dark)."""
    text = TOKENS.read_text()
    found = {name: (value, value) for name, value in _PLAIN.findall(text)}
    found.update({name: (light, dark) for name, light, dark in _THEMED.findall(text)})
    return found


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two `#rrggbb` colours, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def measured_pairs(known: Mapping[str, tuple[str, str]] | None = None) -> list[Pair]:
    """Every pair with its contrast, in the product's colours or in those given."""
    known = colours() if known is None else known
    return [
        Pair(front, back, least, contrast(known[front][0], known[back][0]), contrast(known[front][1], known[back][1]))
        for front, back, least in PAIRS
    ]
