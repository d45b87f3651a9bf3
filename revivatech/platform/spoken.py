"""Words that are stored in English, shown in the reader's language: names of services and roles, functions of a checklist.

What the product shipped is in the catalogue of each language (`settings.SEEDED_WORDS` names the lists); what an owner wrote is
in the owner's own translations. Stored copies, such as the label of a line, stay as they were written and are translated when read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import override
from django.utils.translation.trans_real import get_supported_language_variant


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


def spoken(text: object) -> str:
    """`text` in the language in force, or as it is."""
    words = str(text)
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
