"""The search of the site: devices by the catalogue's search; services, texts and answers by their words, in the reader's language."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from revivatech.catalogue.models import DeviceModel, Service
from revivatech.catalogue.search import search
from revivatech.catalogue.words import plain
from revivatech.platform.spoken import spoken
from revivatech.shop.queries import business

from . import texts
from .changes import changes
from .rendering import questions

MOST_DEVICES, MOST_SERVICES, MOST_PASSAGES = 12, 6, 8
_TAG, _BLOCK = re.compile(r"<[^>]+>"), re.compile(r"</(?:p|li|h\d|td|th|blockquote|pre)>|<br>")
_SENTENCE = re.compile(r"(?<=[.?!])\s+|\n")
EXCERPT = 180


class Passage(NamedTuple):
    """A page of words, or one question with its answer. `folded` are its words as they are looked for."""

    title: str
    address: str
    text: str
    folded: str
    folded_title: str


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    address: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Found:
    devices: Sequence[DeviceModel] = ()
    services: Sequence[Service] = ()
    passages: Sequence[Hit] = ()

    def __bool__(self) -> bool:
        return bool(self.devices or self.services or self.passages)


def find(text: str) -> Found:
    """What fits `text`, of at least two characters; nothing for less."""
    if len(text) < 2:
        return Found()
    words = _words(text)
    services = _best(words, Service.objects.filter(bookable=True), _service_said)[:MOST_SERVICES] if words else []
    passages = _best(words, _passages(), lambda one: (one.folded_title, one.folded))[:MOST_PASSAGES] if words else []
    hits = [Hit(one.title, one.address, _excerpt(one.text, words)) for one in passages]
    return Found(search(text, limit=MOST_DEVICES), services, hits)


def _words(text: str) -> list[str]:
    """What is looked for, without plurals; small words only where there are no others."""
    words = plain(text).split()[:8]
    long = [word for word in words if len(word) > 3] or [word for word in words if len(word) > 2]
    return list(dict.fromkeys(word[:-1] if len(word) > 4 and word.endswith("s") else word for word in long))


def _best[T](words: Sequence[str], rows: Iterable[T], said: Callable[[T], tuple[str, str]]) -> list[T]:
    """The rows that say at least half of the words, each at the beginning of a word, and more than half as many as the row
    that says most; a word of the title counts thrice."""
    scored = []
    for row in rows:
        title, everything = (f" {part}" for part in said(row))
        within = sum(f" {word}" in everything for word in words)
        scored.append((within, within + 2 * sum(f" {word}" in title for word in words), row))
    most = max((within for within, _score, _row in scored), default=0)
    good = [(score, row) for within, score, row in scored if 2 * within >= len(words) and 2 * within > most]
    return [row for _score, row in sorted(good, key=lambda pair: -pair[0])]


def _service_said(service: Service) -> tuple[str, str]:
    title = plain(f"{service.name} {service.label}")  # people type the English word, too
    return title, f"{title} {plain(spoken(service.summary))}"


# One process keeps the passages of each language until the database says that something of the public pages changed.
_kept: dict[str, tuple[tuple[int, int], list[Passage]]] = {}


def _passages() -> list[Passage]:
    state, language = changes(), get_language() or ""
    known = _kept.get(language)
    if known is None or known[0] != state:
        known = _kept[language] = (state, list(_written()))
    return known[1]


def _written() -> Iterable[Passage]:
    """Every text visitors can read now: published words, or shipped ones. Nothing that is still being written."""
    shop = business()
    for shown in texts.all_shown(shop):
        address = texts.address(shown.slug)
        if shown.slug == "faq" and (pairs := questions(shown.html)):
            yield _passage(shown.title, address, shown.summary)
            for number, (question, answer) in enumerate(pairs, start=1):
                yield _passage(_bare(question), f"{address}#q-{number}", _bare(answer))
        else:
            yield _passage(shown.title, address, f"{shown.summary} {_bare(shown.html)}")
    if read := shop.terms_here:
        yield _passage(_("Terms of repair"), reverse("site:terms"), read.wording)


def _passage(title: str, address: str, text: str) -> Passage:
    return Passage(title, address, text, f"{plain(title)} {plain(text)}", plain(title))


def _bare(markup: str) -> str:
    """Without markup, a line for each paragraph and cell."""
    lines = _BLOCK.sub("\x1f", markup).split("\x1f")
    return "\n".join(filter(None, (" ".join(html.unescape(_TAG.sub(" ", line)).split()) for line in lines)))


def _excerpt(text: str, words: Sequence[str]) -> str:
    """The first sentence with one of the words, else the first one; cut to a line or two."""
    sentences = _SENTENCE.split(text.strip())
    best = next((one for one in sentences if any(f" {word}" in f" {plain(one)}" for word in words)), sentences[0])
    return best if len(best) <= EXCERPT else f"{best[: EXCERPT - 1].rsplit(' ', 1)[0]}…"
