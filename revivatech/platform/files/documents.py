"""PDFs are kept as they came, so they are looked at without being interpreted: no parser of ours runs on them."""

from __future__ import annotations

import re

from .problems import BrokenFile

_END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"\s*(xref\s|\d+\s+\d+\s+obj\b)")


def check_pdf(data: bytes, name: str) -> None:
    """Raise BrokenFile unless its last line leads to a table of its parts: a cut-off or padded file has none."""
    end = _END.search(data, max(0, len(data) - 2048))
    if end is None or int(end[1]) >= len(data) or not _TABLE.match(data, int(end[1])) or b"/Root" not in data:
        raise BrokenFile(name)
