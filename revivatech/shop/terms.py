"""The terms of repair in each language they are written in. One version holds all of them: a change of any is a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import get_language

from revivatech.platform.events.models import EventRecord

from .events import SettingsChanged

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
    return _written(shop.terms, shop.terms_in, shop.terms_version)


def _written(first: str, others: dict[str, str], version: int) -> list[Terms]:
    words = {settings.LANGUAGE_CODE: first, **others}
    known = [code for code, _name in settings.LANGUAGES]
    return [Terms(version, code, words[code].strip()) for code in known if words.get(code, "").strip()]


@dataclass(frozen=True, slots=True)
class Version:
    """One version as it was written: in every language, when and by whom (unknown where no event tells of it)."""

    number: int
    terms: list[Terms]
    at: datetime | None = None
    who: str = ""


def versions(shop: Business) -> list[Version]:
    """Every version there was, the newest first, from the events that made them: walked back from the words of today."""
    log = EventRecord.objects.filter(subject_kind="shop", name=SettingsChanged.name, payload__part="terms")
    words: dict[str, Any] = {"terms": shop.terms, "terms_in": shop.terms_in}
    number, found = shop.terms_version, []
    for event in [*log.order_by("-sequence"), None]:
        if terms := _written(words["terms"], words["terms_in"], number):
            found.append(Version(number, terms, event.at, event.actor_label) if event else Version(number, terms))
        words |= event.payload["before"] if event else {}
        if _written(words["terms"], words["terms_in"], number):  # the first words after none are no further version
            number -= 1
    return found


def terms_in(shop: Business, language: str = "") -> Terms | None:
    """In `language` (without one the reader's), or in the first they are written in; None while there are none."""
    written = all_terms(shop)
    wanted = language or get_language()
    return next((one for one in written if one.language == wanted), written[0] if written else None)
