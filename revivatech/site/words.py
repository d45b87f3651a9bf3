"""The owner's own words in other languages: a dictionary from what stands in the database to what readers of a language see."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from revivatech.accounts.access import require
from revivatech.accounts.models import Role
from revivatech.catalogue.models import Service
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid
from revivatech.platform.spoken import seeded
from revivatech.repairs.checklists.models import ChecklistItem
from revivatech.shop.actions.common import lock_business
from revivatech.shop.models import Location
from revivatech.shop.queries import business

from .events import WordsTranslated
from .models import OwnWord

LONGEST_TEXT, LONGEST = 400, 600
# Each process looks once in so many seconds; tests, whose databases come and go, each time.
LOOKED_UP_FOR = 0.0 if settings.TESTING else 5.0
_seen: dict[str, tuple[float, Mapping[str, str]]] = {}


class Word(NamedTuple):
    where: Promise
    text: str
    words: str


def of_language(language: str) -> Mapping[str, str]:
    """The owner's translations into `language`. A change shows everywhere within five seconds."""
    until, known = _seen.get(language, (0.0, {}))
    if time.monotonic() >= until:
        known = dict(OwnWord.objects.filter(language=language).values_list("text", "words"))
        _seen[language] = (time.monotonic() + LOOKED_UP_FOR, known)
    return known


def written(language: str) -> list[Word]:
    """Every word of the owner's that the product does not know in `language`, with the owner's translation of it."""
    own = dict(OwnWord.objects.filter(language=language).values_list("text", "words"))
    ours = {word for word, _module in seeded()}  # some are the same in both languages
    with override(language):
        new = {text: where for text, where in _all().items() if text not in ours and gettext(text) == text}
    return [Word(where, text, own.get(text, "")) for text, where in new.items()]


def _all() -> dict[str, Promise]:
    found: dict[str, Promise] = {}
    services = Service.objects.values_list("name", "summary")
    items = ChecklistItem.objects.filter(active=True).values_list("label", "group").order_by("label", "group")
    found_at = Location.objects.filter(active=True).values_list("directions", flat=True)
    sources = (
        (_("Banner"), [business().banner]),
        (_("Locations"), list(found_at)),
        (_("Services"), [word for row in services for word in row]),
        (_("Checklists"), [word for row in items for word in row]),
        (_("Roles"), list(Role.objects.values_list("name", flat=True))),
    )
    for where, texts in sources:
        for text in texts:
            if text:
                found.setdefault(text, where)
    return found


@transaction.atomic
def translate(language: str, words: Mapping[str, str], *, by: Actor) -> None:
    """Store translations into `language`; an empty one is taken away, and readers see the original."""
    require(by, "shop.settings")
    shop = lock_business()
    if language not in dict(settings.LANGUAGES) or language == settings.LANGUAGE_CODE:
        raise Invalid({"": [_("Choose one of the languages listed.")]})
    if long := [text for text, said in words.items() if len(said) > LONGEST or len(text) > LONGEST_TEXT]:
        raise Invalid({"": [_("“%(text)s” is too long.") % {"text": long[0][:40]}]})
    before = dict(OwnWord.objects.filter(language=language).values_list("text", "words"))
    changed = {text: said for text, said in words.items() if said != before.get(text, "")}
    for text, said in changed.items():
        if said:
            OwnWord.objects.update_or_create(language=language, text=text, defaults={"words": said})
        else:
            OwnWord.objects.filter(language=language, text=text).delete()
    if changed:
        record(WordsTranslated(business_id=shop.pk, language=language, words=sorted(changed)), by=by)
        transaction.on_commit(_seen.clear)
