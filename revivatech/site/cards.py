"""Pictures for link previews, drawn by ourselves: 1200 by 630, the shop's colours, what it is about and a price.

A picture is kept in the data folder under the hash of what it says; when that changes, the old one goes.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import astuple, dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from revivatech.platform import documents

SIZE = (1200, 630)
MARGIN = 80
DESIGN = 1  # of the drawing: a new one makes all pictures anew
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
    folder = Path(settings.DATA_DIR) / "cards"
    digest = hashlib.sha256(repr((DESIGN, astuple(card))).encode()).hexdigest()[:16]
    kept = folder / f"{name}.{digest}.png"
    with suppress(OSError):
        return kept.read_bytes()
    made = draw(card)
    with suppress(OSError):  # a full or read-only disk costs only the keeping
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{name}.*.png"):
            old.unlink(missing_ok=True)
        half = folder / f"{name}.{os.getpid()}.part"
        half.write_bytes(made)
        half.replace(kept)
    return made


def draw(card: Card) -> bytes:
    """The picture itself."""
    image = Image.new("RGB", SIZE, card.soft)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, SIZE[1] - 150, SIZE[0], SIZE[1]), fill=card.strong)
    _phone(pen, card)
    size, lines = _fitting(pen, card.title, SIZE[0] - 2 * MARGIN - 260)
    top = 200 - (len(lines) - 1) * size // 2
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + number * size * 1.15), line, font=_font("Bold", size), fill=card.strong)
    below = top + len(lines) * size * 1.15 + 24
    pen.text(
        (MARGIN, below),
        _cut(pen, card.text, 38, SIZE[0] - 2 * MARGIN - 260),
        font=_font("Regular", 38),
        fill=card.strong,
    )
    pen.text(
        (MARGIN, SIZE[1] - 103), _cut(pen, card.shop, 44, SIZE[0] - 2 * MARGIN), font=_font("Bold", 44), fill="#ffffff"
    )
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _phone(pen: ImageDraw.ImageDraw, card: Card) -> None:
    """A telephone with a tick on it, at the end of the picture."""
    x, y, wide, high = SIZE[0] - MARGIN - 200, 70, 200, 370
    pen.rounded_rectangle((x, y, x + wide, y + high), 32, fill=card.strong)
    pen.rounded_rectangle((x + 14, y + 14, x + wide - 14, y + high - 14), 20, fill="#ffffff")
    middle = (x + wide // 2, y + high // 2)
    pen.ellipse((middle[0] - 58, middle[1] - 58, middle[0] + 58, middle[1] + 58), fill=card.action)
    tick = [(middle[0] - 26, middle[1] + 2), (middle[0] - 6, middle[1] + 22), (middle[0] + 28, middle[1] - 20)]
    pen.line(tick, fill="#ffffff", width=12, joint="curve")


def _fitting(pen: ImageDraw.ImageDraw, text: str, width: int) -> tuple[int, list[str]]:
    """The largest size at which the text stands in three lines, and the lines."""
    for size in (84, 72, 62, 54):
        lines = _lines(pen, text, size, width)
        if len(lines) <= 3:
            return size, lines
    return 54, [*lines[:2], _cut(pen, " ".join(lines[2:]), 54, width, bold=True)]


def _lines(pen: ImageDraw.ImageDraw, text: str, size: int, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and pen.textlength(longer, font=_font("Bold", size)) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(pen: ImageDraw.ImageDraw, text: str, size: int, width: int, *, bold: bool = False) -> str:
    font = _font("Bold" if bold else "Regular", size)
    if pen.textlength(text, font=font) <= width:
        return text
    while text and pen.textlength(f"{text}…", font=font) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"NotoSans-{weight}.ttf", size)
