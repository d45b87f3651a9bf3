"""Words that are stored in English, shown in the reader's language: names of services and roles, functions of a checklist.

What the product shipped is in the catalogue of each language (`settings.SEEDED_WORDS` names the lists); what an owner wrote is
in the owner's own translations. A sentence of ours is stored with its parts apart (`sentence`). Stored copies, such as the label of a line, stay as they were written and are translated when read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any

from babel import dates
from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import override
from django.utils.translation.trans_real import get_supported_language_variant

from .money import format_money
from .web.languages import formats_of


def known(code: str) -> str:
    """A language of ours from a code that may be old or foreign (`pt-BR`, `fr`): the nearest one, else the product's."""
    try:
        return get_supported_language_variant(code) if code else settings.LANGUAGE_CODE
    except LookupError:
        return settings.LANGUAGE_CODE


def language_name(code: str) -> str:
    """A language's own name for itself."""
    return dict(settings.LANGUAGES).get(known(code), code)


def language_for(chosen: str, theirs: str | None) -> str:
    """In which language to write to somebody who may be a stranger: the one chosen for them, else their own, else ours now."""
    ours = dict(settings.LANGUAGES)
    return chosen if chosen in ours else known(theirs or translation.get_language() or "")


@contextmanager
def of_person(code: str) -> Iterator[None]:
    """Write to somebody in their language; addresses made inside lead to pages in it."""
    with override(known(code)):
        yield


type Part = str | Mapping[str, Any]
_SENTENCES = '[["'
_PLACE = re.compile(r"%\((\w+)\)s|%%")


def sentence(text: str, **parts: Part) -> str:
    """A sentence of ours as it is stored, for `spoken` to say: marked with `gettext_noop`, its parts apart.

    A part is itself spoken (a word, or a sentence), or `{"lower": word}`, `{"pence": 250, "currency": "GBP"}`,
    `{"day": "2026-03-01"}`.
    """
    return json.dumps([[text, parts]], ensure_ascii=False, separators=(",", ":"))


def joined(*stored: str) -> str:
    """Several stored sentences as one stored text."""
    return json.dumps([one for text in stored for one in json.loads(text)], ensure_ascii=False, separators=(",", ":"))


def as_written(text: object) -> str:
    """A lazy word in the language the product is written in, as it is stored."""
    with override(settings.LANGUAGE_CODE):
        return str(text)


def _said(stored: str) -> str:
    try:
        return " ".join(_filled(translation.gettext(text), dict(parts)) for text, parts in json.loads(stored))
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return stored  # somebody's own words that look like ours


def _filled(text: str, parts: Mapping[str, Part]) -> str:
    """Plain places only: `%(name)9999999s`, which Python would fill, is nothing that we wrote."""
    return _PLACE.sub(lambda found: _part(parts[found[1]]) if found[1] else "%", text)


def _part(part: Part) -> str:
    if isinstance(part, str):
        return spoken(part)
    locale = formats_of(translation.get_language() or settings.LANGUAGE_CODE)
    if "pence" in part:
        return format_money(part["pence"], part["currency"], locale=locale)
    if "day" in part:
        return dates.format_date(date.fromisoformat(part["day"]), "EEE d MMM y", locale=locale)
    return spoken(part["lower"]).lower()


def spoken(text: object) -> str:
    """`text` in the language in force, or as it is."""
    words = str(text)
    if words.startswith(_SENTENCES):
        return _said(words)
    language = translation.get_language()
    if not words or language in (None, settings.LANGUAGE_CODE):
        return words
    return _own_words()(language).get(words) or translation.gettext(words)


@cache
def _own_words() -> Callable[[str], Mapping[str, str]]:
    found: Callable[[str], Mapping[str, str]] = import_string(settings.OWN_WORDS)
    return found


def seeded() -> list[tuple[str, str]]:
    """Every word the product puts into a new shop's database, with the module that does."""
    found: dict[str, str] = {}
    for path in settings.SEEDED_WORDS:
        words: Callable[[], Iterable[str]] = import_string(path)
        for word in words():
            found.setdefault(word, path.rpartition(".")[0].replace(".", "/") + ".py")
    return list(found.items())
