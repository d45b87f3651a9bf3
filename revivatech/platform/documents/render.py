"""Documents for paper: one way for all packages. Typst sets them; see docs/develop/documents.md and decision 0110."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

PACKAGE = Path(__file__).resolve().parents[2]
FONTS = Path(__file__).resolve().parent / "fonts"
SHEET = "platform/documents/sheet.typ"
LABEL = "platform/documents/label.typ"


def render_pdf(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF of a template, a path below the package such as `SHEET`. The same data and moment give the same bytes.

    `data` reaches the template as JSON: a string in it is text and nothing else, whatever it says.
    """
    source = json.dumps({**_language(), **data}, default=str)
    compiler = typst.Compiler(PACKAGE / template, root=PACKAGE, font_paths=_fonts(), sys_inputs={"data": source})
    return cast(bytes, compiler.compile(format="pdf", timestamp=int(at.timestamp())))


def render_sheet(
    *,
    title: str,
    shop: Mapping[str, str],
    blocks: list[dict[str, Any]],
    at: datetime,
    number: str = "",
    subtitle: str = "",
    foot: str = "",
    codes: Mapping[str, str] | None = None,
) -> bytes:
    """An A4 document of `blocks`. `shop` has name and address, and a `logo` (from `blocks.logo`) if there is one; `codes` a `qr` (from `codes.qr`) and its `caption`."""
    return render_pdf(
        SHEET,
        {
            "title": title,
            "author": shop["name"],
            "shop": shop,
            "number": number,
            "subtitle": subtitle,
            "foot": foot,
            "codes": codes,
            "pages": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
            "blocks": blocks,
        },
        at=at,
    )


def _language() -> dict[str, str]:
    language, _dash, region = (translation.get_language() or settings.LANGUAGE_CODE).partition("-")
    return {"lang": language, **({"region": region} if region else {})}


@cache
def _fonts() -> typst.Fonts:
    """Ours come first in every template; the machine's own fill in scripts that ours lack, such as Chinese."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[FONTS])
