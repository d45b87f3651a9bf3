"""What the layouts and components call, beyond the helpers every template has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation

from revivatech.platform.web.request_id import current_request_id

from .navigation import footer_navigation, link_to, portal_navigation, public_navigation, staff_navigation
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


def page_language() -> dict[str, str]:
    """`lang` and `dir` of the page."""
    return {
        "lang": translation.get_language() or settings.LANGUAGE_CODE,
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
    }


def live_address() -> dict[str, str]:
    """Where the page's socket opens: a full address when one is set, else the port on the page's own host."""
    if settings.LIVE_URL:
        return {"live-url": settings.LIVE_URL}
    return {"live-port": str(settings.LIVE_PORT)}


GLOBALS: dict[str, Callable[..., Any]] = {
    "present": present,
    "link_to": link_to,
    "page_language": page_language,
    "live_address": live_address,
    "staff_navigation": staff_navigation,
    "public_navigation": public_navigation,
    "portal_navigation": portal_navigation,
    "footer_navigation": footer_navigation,
    "request_id": current_request_id,
    "ui_texts": ui_texts,
}
