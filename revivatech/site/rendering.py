"""From an owner's Markdown to HTML that is safe on our pages: kept libraries make and clean it, and nothing else gets through."""

from __future__ import annotations

import re
from functools import cache

import nh3
from django.utils.html import escape
from markdown_it import MarkdownIt
from markupsafe import Markup

from revivatech.shop.models import Business

from . import pictures

TAGS = frozenset(
    [
        "p",
        "br",
        "hr",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "strong",
        "em",
        "s",
        "code",
        "pre",
        "blockquote",
        "a",
        "img",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
)
ATTRIBUTES = {"img": {"src", "alt"}, "a": {"href", "title"}, "ol": {"start"}}
SCHEMES = frozenset({"picture", "https", "http", "mailto", "tel"})
_HEADING = re.compile(r"<h2>(.*?)</h2>", re.S)
_TAG = re.compile(r"<[^>]+>")
NAMES = ("shop", "legal_name", "email", "phone", "warranty_days", "warranty_premium_days", "quote_days", "price_days")


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def render_text(body: str) -> str:
    """Clean HTML. The page has its own first heading, so a heading of the first level becomes one of the second."""
    html = _markdown().render(body).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    clean = nh3.clean(
        html,
        tags=set(TAGS),
        attributes={k: set(v) for k, v in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener",
    )
    return pictures.shown(clean)


def filled(html: str, shop: Business) -> Markup:
    """Sanitised `html` with `{shop}` and the other names of `NAMES` replaced by what the shop has stored, escaped."""
    values = {
        "shop": str(shop),
        "legal_name": shop.legal_name or str(shop),
        "email": shop.email,
        "phone": shop.phone,
        "warranty_days": str(shop.warranty_days),
        "warranty_premium_days": str(shop.warranty_premium_days),
        "quote_days": str(shop.quote_holds_days),
        "price_days": str(shop.price_holds_days),
    }
    for name, value in values.items():
        html = html.replace(f"{{{name}}}", _linked(name, escape(value)))
    return Markup(html)  # noqa: S704 - cleaned when it was stored, values escaped here


def _linked(name: str, value: str) -> str:
    """An address or number to click on. Braces inside a link of the text were encoded, so this never lands in an attribute."""
    schemes = {"email": "mailto:", "phone": "tel:"}
    return f'<a href="{schemes[name]}{value.replace(" ", "")}">{value}</a>' if value and name in schemes else value


def questions(html: str) -> list[tuple[str, str]]:
    """The second-level headings of a text with what stands below each: the questions and answers of a page like the FAQ."""
    parts = _HEADING.split(html)
    return [
        (_TAG.sub("", parts[number]).strip(), parts[number + 1].strip())
        for number in range(1, len(parts) - 1, 2)
        if parts[number + 1].strip()
    ]
