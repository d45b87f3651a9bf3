"""What a sheet is made of. Each function gives one block as data; `sheet.typ` draws them in the order given.

Texts may be anything people type, in any script, with line breaks; lazy translations are fine. An empty title leaves it out.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.functional import Promise
from PIL import Image, ImageOps

Text = str | Promise
Block = dict[str, Any]
LONGEST_SIDE = 900  # pixels; a third of an A4 page at 300 dots an inch is 680


def facts(title: Text, rows: Iterable[tuple[Text, Text]], *, columns: int = 1) -> Block:
    """Names and values. Rows without a value are left out: paper has no room for dashes."""
    return {"kind": "facts", "title": title, "rows": [row for row in rows if row[1]], "columns": columns}


def table(
    title: Text, head: Sequence[Text], rows: Iterable[Sequence[Text]], *, widths: Sequence[int], ends: str = ""
) -> Block:
    """`widths` are shares of the width, 0 for as narrow as the text; `ends` has a letter a column, r for amounts."""
    return {
        "kind": "table",
        "title": title,
        "head": list(head),
        "rows": [list(row) for row in rows],
        "widths": list(widths),
        "ends": [place < len(ends) and ends[place] == "r" for place in range(len(head))],
    }  # fmt: skip


def prose(title: Text, body: Text, *, small: bool = False) -> Block:
    return {"kind": "prose", "title": title, "body": body, "small": small}


def notice(body: Text) -> Block:
    """The sentence not to be missed."""
    return {"kind": "notice", "title": "", "body": body}


def signatures(*names: Text) -> Block:
    """A line to sign on for each."""
    return {"kind": "signatures", "title": "", "names": list(names)}


def pictures(title: Text, images: Iterable[tuple[bytes | str, Text]]) -> Block:
    """Photos or drawings, three in a row, each with what it shows: bytes Pillow can read, or an SVG of our own making."""
    return {
        "kind": "pictures",
        "title": title,
        "pictures": [
            {"svg": content if isinstance(content, str) else _as_svg(content), "caption": caption}
            for content, caption in images
        ],
    }


def _as_svg(content: bytes) -> str:
    """The document takes text only, so the picture travels inside an SVG."""
    with Image.open(io.BytesIO(content)) as opened:
        image = ImageOps.exif_transpose(opened)
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.convert("RGBA").getchannel("A"))
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=82)
    return _embedded("jpeg", out.getvalue(), flat.size)


def logo(png: bytes) -> str:
    """A small PNG of ours for the head of a sheet, as it is."""
    with Image.open(io.BytesIO(png)) as opened:
        return _embedded("png", png, opened.size)


def _embedded(kind: str, content: bytes, size: tuple[int, int]) -> str:
    link = html.escape(f"data:image/{kind};base64," + base64.b64encode(content).decode())
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="{link}"/></svg>'
    )
