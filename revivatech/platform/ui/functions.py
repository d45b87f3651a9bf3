"""What the layouts and components call, beyond the helpers every template has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from revivatech.platform.spoken import language_name
from revivatech.platform.web.languages import others, plain
from revivatech.platform.web.request_id import current_request_id
from revivatech.platform.web.staticfiles import static_address

from .navigation import footer_navigation, link_to, portal_navigation, public_navigation, staff_navigation
from .start import start_script
from .texts import ui_texts


def present(*sources: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of all sources without those that are None or False; a later one wins, classes add up.

    True becomes an attribute without a value, which is how HTML says it.
    """
    merged: dict[str, Any] = {}
    for source in sources:
        for name, value in source.items():
            if value is None or value is False:
                continue
            if value is True:
                value = ""
            merged[name] = f"{merged[name]} {value}" if name == "class" and "class" in merged else value
    return merged


@pass_context
def brand_name(context: Context) -> str:
    """What the shop is called; on pages that know none, such as those shown while the database is away, what we are called."""
    shop = context.get("shop")
    return str(shop.name) if shop and shop.name else "RevivaTech"


def page_language() -> dict[str, Any]:
    """`lang` and `dir` of the page; `locale` of it and of its `others`, as link previews write them."""
    lang = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "lang": lang,
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
        "locale": _with_country(lang),
        "others": [_with_country(code) for code, _name in settings.LANGUAGES if code != lang],
    }


def _with_country(code: str) -> str:
    """`pt_PT`: where no country is said, the one the language is named after."""
    language, _dash, country = code.partition("-")
    return f"{language}_{(country or language).upper()}"


def live_address() -> dict[str, str]:
    """Where the page's socket opens: a full address when one is set, else the port on the page's own host."""
    if settings.LIVE_URL:
        return {"live-url": settings.LIVE_URL}
    return {"live-port": str(settings.LIVE_PORT)}


def draw_icon(name: str, label: str = "", size: str = "") -> Markup:
    """A sign from the sprite. Decorative by default; give `label` when it stands alone. size: "" | s | l …"""
    return _drawn(str(name), escape(label), size, static_address("ui/icons.svg"))


# The label comes escaped: the cache must not take a text and markup of the same letters for the same.
@lru_cache(maxsize=4_000)
def _drawn(name: str, label: Markup, size: str, sprite: str) -> Markup:
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    sized = f" icon-{size}" if size else ""
    return Markup('<svg class="icon{}" {}><use href="{}#{}"/></svg>').format(sized, said, sprite, name)


GLOBALS: dict[str, Callable[..., Any]] = {
    "present": present,
    "brand_name": brand_name,
    "draw_icon": draw_icon,
    "link_to": link_to,
    "page_language": page_language,
    "other_languages": others,
    "in_english": plain,
    "language_name": language_name,
    "live_address": live_address,
    "staff_navigation": staff_navigation,
    "public_navigation": public_navigation,
    "portal_navigation": portal_navigation,
    "footer_navigation": footer_navigation,
    "request_id": current_request_id,
    "start_script": start_script,
    "ui_texts": ui_texts,
}
