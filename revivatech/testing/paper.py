"""Read documents back as a person and a scanner would: words, pages as pictures, codes."""

from __future__ import annotations

import pypdfium2
import zxingcpp
from PIL import Image


def text_of(pdf: bytes) -> str:
    """All words in reading order. The invisible marks where a long word may break are taken out with the line break."""
    document = pypdfium2.PdfDocument(pdf)
    found = "\n".join(page.get_textpage().get_text_range() for page in document)
    return found.replace("\r\n", "\n").replace("\u200b\n", "").replace("\u200b", "")


def pages_of(pdf: bytes, *, dots_per_inch: int = 200) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dots_per_inch / 72).to_pil() for page in document]


def scan(pdf: bytes, *, dots_per_inch: int = 200) -> list[tuple[str, str]]:
    """(kind, text) of every code on every page, read from the picture of the page."""
    found = []
    for page in pages_of(pdf, dots_per_inch=dots_per_inch):
        found += [(str(code.format).removeprefix("BarcodeFormat."), code.text) for code in zxingcpp.read_barcodes(page)]
    return found
