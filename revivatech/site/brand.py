"""The shop's colours: three are chosen, every token that carries the brand follows from them, and each pair must be readable."""

from __future__ import annotations

import hashlib
import re
from dataclasses import astuple, dataclass
from functools import cache

from revivatech.platform.ui.tokens import Pair, colours, measured_pairs
from revivatech.shop.models import Business

HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Colours:
    """`soft`: bands and first buttons. `strong`: headings, and words on `soft`. `action`: links and second buttons."""

    soft: str
    strong: str
    action: str


OURS = Colours(colours()["trust-blue"][0], colours()["deep-trust"][0], colours()["teal"][0])


def colours_of(shop: Business) -> Colours:
    """The shop's, or the product's for those it left open."""
    return Colours(shop.brand_soft or OURS.soft, shop.brand_strong or OURS.strong, shop.brand_action or OURS.action)


def is_own(shop: Business) -> bool:
    return colours_of(shop) != OURS


def mix(one: str, other: str, share: float) -> str:
    """`one` with `share` (0 to 1) of `other` in it, channel by channel."""
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def tokens(chosen: Colours) -> dict[str, tuple[str, str]]:
    """Each token that carries the brand as (light, dark). The rest of tokens.css stays as it is."""
    soft, strong, action = chosen.soft, chosen.strong, chosen.action
    pale = mix(soft, "#ffffff", 0.4)  # words on dark surfaces
    night = mix(strong, "#0b1419", 0.5)  # bands on dark pages
    tint, link = mix(soft, "#ffffff", 0.65), mix(action, "#000000", 0.08)
    return {
        "trust-blue": (soft, soft),
        "deep-trust": (strong, strong),
        "teal": (action, action),
        "band": (soft, night),
        "on-band": (strong, pale),
        "text-strong": (strong, pale),
        "primary": (soft, soft),
        "primary-hover": (mix(soft, strong, 0.1), mix(soft, "#ffffff", 0.25)),
        "on-primary": (strong, strong),
        "on-primary-hover": (mix(strong, "#000000", 0.25), strong),
        "accent": (action, action),
        "accent-hover": (mix(action, "#000000", 0.12), mix(action, "#000000", 0.12)),
        "link": (link, mix(action, "#ffffff", 0.6)),
        "link-hover": (mix(action, "#000000", 0.3), mix(action, "#ffffff", 0.75)),
        "focus": (strong, soft),
        "selected": (tint, mix(strong, "#0f1a20", 0.4)),
        "on-selected": (strong, pale),
        "progress": (action, mix(action, "#ffffff", 0.3)),
        "info-bg": (tint, night),
        "info-text": (strong, pale),
    }


def failing(chosen: Colours) -> list[Pair]:
    """Pairs of the style sheets that could not be read with these colours, the worst first."""
    pairs = measured_pairs({**colours(), **tokens(chosen)})
    return sorted((pair for pair in pairs if not pair.passes), key=lambda pair: min(pair.light, pair.dark) / pair.least)


@cache
def style_sheet(chosen: Colours) -> str:
    """What is served beside ui.css when the colours are the shop's own."""
    lines = "".join(f"--{name}:light-dark({light},{dark});" for name, (light, dark) in tokens(chosen).items())
    return f"@layer tokens{{:root{{{lines}}}}}"


def version(chosen: Colours) -> str:
    """Changes with what the style sheet says, so that it may be kept for ever."""
    return hashlib.sha256(repr((astuple(chosen), style_sheet(chosen))).encode()).hexdigest()[:12]
