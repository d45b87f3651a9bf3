"""Pictures for link previews, drawn by ourselves: 1200 by 630, the shop's colours, what it is about and a price.

A picture is kept in the data folder under the hash of what it says; when that changes, the old one goes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple, dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from revivatech.platform import documents

SIZE = (1200, 630)
WIDTH, HEIGHT = 2 * SIZE[0], 2 * SIZE[1]
MARGIN = 160
DESIGN = 2  # of the drawing: a new one makes all pictures anew
FONTS = Path(documents.__file__).parent / "fonts"


@dataclass(frozen=True, slots=True)
class Card:
    """What a picture says. Colours are `#rrggbb`."""

    shop: str
    title: str
    text: str
    soft: str
    strong: str
    action: str


def picture(name: str, card: Card) -> bytes:
    """The PNG for `card`; `name` (letters, digits and dashes) is what it is a picture of."""
    return kept(name, (DESIGN, astuple(card)), lambda: draw(card))


def kept(name: str, said: object, make: Callable[[], bytes]) -> bytes:
    """What `make` draws, once for each `said`: its repr tells one picture of `name` from the next."""
    folder = Path(settings.DATA_DIR) / "cards"
    digest = hashlib.sha256(repr(said).encode()).hexdigest()[:16]
    stored = folder / f"{name}.{digest}.png"
    with suppress(OSError):
        return stored.read_bytes()
    made = make()
    with suppress(OSError):  # a full or read-only disk costs only the keeping
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{name}.*.png"):
            old.unlink(missing_ok=True)
        half = folder / f"{name}.{os.getpid()}.part"
        half.write_bytes(made)
        half.replace(stored)
    return made


def draw(card: Card) -> bytes:
    """The picture itself, drawn twice as large and made smaller, for smooth edges."""
    image = Image.new("RGB", (WIDTH, HEIGHT), card.soft)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, HEIGHT - 300, WIDTH, HEIGHT), fill=card.strong)
    _phone(pen, card)
    room = WIDTH - 2 * MARGIN - 520
    size, lines = _fitting(pen, card.title, room)
    top = 340 - (len(lines) - 1) * size * 0.55
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + number * size * 1.15), line, font=font("Bold", size), fill=card.strong)
    below = top + len(lines) * size * 1.15 + 48
    pen.text((MARGIN, below), _cut(pen, card.text, 80, room), font=font("Regular", 80), fill=card.strong)
    name = _cut(pen, card.shop, 88, WIDTH - 2 * MARGIN, bold=True)
    pen.text((MARGIN, HEIGHT - 208), name, font=font("Bold", 88), fill="#ffffff")
    out = BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _phone(pen: ImageDraw.ImageDraw, card: Card) -> None:
    """A telephone with a tick on it, at the end of the picture."""
    x, y, wide, high = WIDTH - MARGIN - 400, 140, 400, 740
    pen.rounded_rectangle((x, y, x + wide, y + high), 64, fill=card.strong)
    pen.rounded_rectangle((x + 28, y + 28, x + wide - 28, y + high - 28), 40, fill="#ffffff")
    across, down = x + wide // 2, y + high // 2
    pen.ellipse((across - 116, down - 116, across + 116, down + 116), fill=card.action)
    tick = [(across - 52, down + 4), (across - 12, down + 44), (across + 56, down - 40)]
    pen.line(tick, fill="#ffffff", width=24, joint="curve")
    for end in (tick[0], tick[-1]):
        pen.ellipse((end[0] - 12, end[1] - 12, end[0] + 12, end[1] + 12), fill="#ffffff")


def _fitting(pen: ImageDraw.ImageDraw, text: str, width: int) -> tuple[int, list[str]]:
    """The largest size at which the text stands in three lines, and the lines."""
    for size in (168, 144, 124, 108):
        lines = _lines(pen, text, size, width)
        if len(lines) <= 3:
            return size, lines
    return size, [*lines[:2], _cut(pen, " ".join(lines[2:]), size, width, bold=True)]


def _lines(pen: ImageDraw.ImageDraw, text: str, size: int, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and pen.textlength(longer, font=font("Bold", size)) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(pen: ImageDraw.ImageDraw, text: str, size: int, width: int, *, bold: bool = False) -> str:
    face = font("Bold" if bold else "Regular", size)
    if pen.textlength(text, font=face) <= width:
        return text
    while text and pen.textlength(f"{text}…", font=face) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"NotoSans-{weight}.ttf", size)
