"""The shop's icon for home screens, drawn by ourselves: its logo, or the first letter of its name, in its own colours."""

from __future__ import annotations

import hashlib
import io
from dataclasses import astuple, dataclass

from PIL import Image, ImageDraw

from revivatech.shop import logos
from revivatech.shop.models import Business

from . import brand
from .cards import font, kept

SIZES = (180, 192, 512)  # what telephones of the one and of the other maker ask for
SHAPES = ("any", "maskable")  # maskable: to the edges, for the telephone cuts its own shape out of it
DESIGN = 1  # of the drawing: a new one gives all icons new addresses
FINE = 4  # drawn this many times larger, for smooth edges


@dataclass(frozen=True, slots=True)
class Icon:
    """What an icon shows. `logo` is the name of the stored picture, or empty."""

    letter: str
    logo: str
    soft: str
    strong: str

    @property
    def version(self) -> str:
        return hashlib.sha256(repr((DESIGN, astuple(self))).encode()).hexdigest()[:12]


def icon_of(shop: Business) -> Icon:
    colours = brand.colours_of(shop)
    letter = next((sign for sign in str(shop) if sign.isalnum()), "R").upper()
    return Icon(letter, shop.logo, colours.soft, colours.strong)


def png(icon: Icon, size: int, shape: str) -> bytes:
    return kept(f"icon-{shape}-{size}", (DESIGN, icon), lambda: _draw(icon, size, shape))


def _draw(icon: Icon, size: int, shape: str) -> bytes:
    side = size * FINE
    logo = logos.read(icon.logo) if icon.logo else None
    ground = "#ffffff" if logo else icon.strong
    image = Image.new("RGBA", (side, side), ground if shape == "maskable" else (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    if shape == "any":
        pen.rounded_rectangle((0, 0, side - 1, side - 1), side // 5, fill=ground)
    room = int(side * (0.56 if shape == "maskable" else 0.74))  # what a telephone cuts off holds nothing of ours
    if logo:
        _paste(image, logo, room)
    else:
        pen.text((side / 2, side / 2), icon.letter, font=font("Bold", room), fill=icon.soft, anchor="mm")
    out = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _paste(image: Image.Image, logo: bytes, room: int) -> None:
    with Image.open(io.BytesIO(logo)) as stored:
        picture = stored.convert("RGBA")
    scale = room / max(picture.size)
    picture = picture.resize(
        (max(1, round(picture.width * scale)), max(1, round(picture.height * scale))), Image.Resampling.LANCZOS
    )
    at = ((image.width - picture.width) // 2, (image.height - picture.height) // 2)
    image.paste(picture, at, picture)
