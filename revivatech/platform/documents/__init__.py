"""Printed documents: `render_sheet(title=…, blocks=[facts(…), table(…)])` gives a PDF."""

from . import blocks, codes
from .render import LABEL, SHEET, render_pdf, render_sheet

__all__ = ["LABEL", "SHEET", "blocks", "codes", "render_pdf", "render_sheet"]
