"""The terms of repair in each language they are written in. One version holds all of them: a change of any is a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language

if TYPE_CHECKING:
    from .models import Business


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody reads and says yes to: the words of one version in one language."""

    version: int
    language: str
    wording: str


def all_terms(shop: Business) -> list[Terms]:
    """In every language they are written in, that of `settings.LANGUAGE_CODE` first; empty while there are none."""
    words = {settings.LANGUAGE_CODE: shop.terms, **shop.terms_in}
    known = [code for code, _name in settings.LANGUAGES]
    return [Terms(shop.terms_version, code, words[code].strip()) for code in known if words.get(code, "").strip()]


def terms_in(shop: Business, language: str = "") -> Terms | None:
    """In `language` (without one the reader's), or in the first they are written in; None while there are none."""
    written = all_terms(shop)
    wanted = language or get_language()
    return next((one for one in written if one.language == wanted), written[0] if written else None)
