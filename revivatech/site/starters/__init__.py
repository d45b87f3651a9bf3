"""The texts every shop needs, as shipped: true of the product, and shown until the owner publishes words of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from revivatech.platform.languages import FOLDER as LOCALES

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Named:
    """A text the product knows by name. `shipped` false: there is nothing true to say before the owner does."""

    slug: str
    title: Promise
    summary: Promise
    shipped: bool = True


_ALL = (
    Named("faq", _("Questions people ask"), _("Short answers about prices, time, warranty, data and collection.")),
    Named("privacy", _("Privacy"), _("What we keep about you, why, for how long, and what you can ask of us.")),
    Named("cookies", _("Cookies"), _("Only what the pages need to work. Nothing watches you, so there is no banner.")),
    Named("complaints", _("If something went wrong"), _("How to complain, when you hear from us, and who else can help.")),
    Named("accessibility", _("Accessibility"), _("What we do so that everybody can use these pages, and how to tell us when you cannot.")),
    Named("about", _("About us"), _("Who we are and how we work."), shipped=False),
    Named("warranty", _("Our warranty"), _("How long the warranty on a repair lasts, what it covers and how to use it.")),
)  # fmt: skip
NAMED = {named.slug: named for named in _ALL}


def shipped(slug: str) -> str:
    """The Markdown of a named text in the reader's language, else in English; nothing for a text that is not shipped."""
    return _read(slug, get_language() or settings.LANGUAGE_CODE) if slug in NAMED and NAMED[slug].shipped else ""


@cache
def _read(slug: str, language: str) -> str:
    own = LOCALES / to_locale(language) / "texts" / f"{slug}.md"
    return (own if own.exists() else FOLDER / f"{slug}.md").read_text(encoding="utf-8")
