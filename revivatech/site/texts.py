"""The owner's texts: save a version, look at it, publish it, take it back, put a link to it somewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from revivatech.accounts.access import require
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Conflict, Invalid, NotFound
from revivatech.platform.web.languages import in_language as in_path
from revivatech.platform.web.languages import plain
from revivatech.shop.actions.common import lock_business
from revivatech.shop.models import Business

from .events import TextPlaced, TextPublished, TextSaved, TextWithdrawn
from .models import Text, TextVersion
from .rendering import filled, render_text
from .starters import NAMED, shipped

RESERVED = frozenset(NAMED) | {"terms"}
_IN = "--"


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as visitors read it. `version` is None while it is the shipped one."""

    slug: str
    title: str
    summary: str
    html: Markup
    version: TextVersion | None
    language: str = ""  # of the words, where it may be another one than the page's


def in_language(slug: str, language: str) -> str:
    """The row that holds a text in another language: `faq--pt`. It has versions of its own and no address."""
    return slug if language == settings.LANGUAGE_CODE else f"{slug}{_IN}{language}"


def split(slug: str) -> tuple[str, str]:
    """The text a row belongs to, and its language."""
    base, _in, language = slug.partition(_IN)
    return base, language or settings.LANGUAGE_CODE


def address(slug: str) -> str:
    """In the language of the row, or in the reader's where the row is the text itself."""
    base, language = split(slug)
    path = reverse(f"site:{base}") if base in RESERVED else reverse("site:text", args=[base])
    return path if base == slug else in_path(path, language)


def shown(slug: str, shop: Business) -> Shown | None:
    """What visitors read at `slug`: the owner's words in the reader's language, else in English, else the shipped ones."""
    wanted = in_language(slug, get_language() or settings.LANGUAGE_CODE)
    found = Text.objects.select_related("published").filter(slug__in={slug, wanted}, published__isnull=False)
    rows = {row.slug: row.published for row in found}
    version = rows.get(wanted) or rows.get(slug)
    if version is not None:
        language = get_language() if wanted in rows else settings.LANGUAGE_CODE
        return replace(of_version(version, slug, shop), language=language or "")
    if slug == "terms":
        return None
    named = NAMED.get(slug)
    if named is None or not named.shipped:
        return None
    return _as_shipped(slug, shop)


def all_shown(shop: Business) -> list[Shown]:
    """What visitors read now, of every text, in the reader's language; as `shown`, in one query."""
    rows = Text.objects.filter(published__isnull=False).select_related("published")
    public = {row.slug: row.published for row in rows if row.published is not None}
    language = get_language() or settings.LANGUAGE_CODE
    found = []
    for slug in dict.fromkeys([*NAMED, *(split(slug)[0] for slug in public)]):
        wanted = in_language(slug, language)
        version = public.get(wanted) or public.get(slug)
        if version is not None:
            said_in = language if wanted in public else settings.LANGUAGE_CODE
            found.append(replace(of_version(version, slug, shop), language=said_in))
        elif slug in NAMED and NAMED[slug].shipped:
            found.append(_as_shipped(slug, shop))
    return found


def _as_shipped(slug: str, shop: Business) -> Shown:
    named = NAMED[slug]
    return Shown(slug, str(named.title), str(named.summary), filled(render_text(shipped(slug)), shop), None)


def of_version(version: TextVersion, slug: str, shop: Business) -> Shown:
    return Shown(slug, version.title, version.summary, filled(version.html, shop), version)


@transaction.atomic
def save(slug: str, *, title: str, summary: str, body: str, by: Actor) -> TextVersion:
    """A new version, not yet public. The first version of a slug makes the text."""
    require(by, "shop.settings")
    base, language = split(slug)
    if language not in dict(settings.LANGUAGES) or (base != slug and language == settings.LANGUAGE_CODE):
        raise Invalid({"slug": [_("Choose one of the languages listed.")]})
    if base == "terms":
        raise Invalid({"slug": [_("The terms have a page of their own in the settings.")]})
    lock_business()
    text, _fresh = Text.objects.get_or_create(slug=slug)
    last = text.versions.aggregate(last=Max("number"))["last"] or 0
    version = TextVersion.objects.create(
        text=text, number=last + 1, title=title, summary=summary, body=body, html=render_text(body),
        made_by_id=by.user_id, made_by_label=by.label,
    )  # fmt: skip
    record(TextSaved(text_id=text.pk, number=version.number), by=by)
    return version


@transaction.atomic
def publish(slug: str, number: int, *, by: Actor) -> TextVersion:
    """Visitors read this version from now on; an older one may come back the same way."""
    require(by, "shop.settings")
    shop, text = lock_business(), _locked(slug)
    version = text.versions.filter(number=number).first()
    if version is None:
        raise NotFound
    if text.published_id == version.pk:
        raise Conflict(_("This version is public already."))
    text.published = version
    text.save(update_fields=["published"])
    record(TextPublished(text_id=text.pk, number=number), by=by)
    _write_links(shop)
    return version


@transaction.atomic
def withdraw(slug: str, *, by: Actor) -> None:
    """No version is public any more."""
    require(by, "shop.settings")
    shop, text = lock_business(), _locked(slug)
    if text.published is None:
        raise Conflict(_("No version of this text is public."))
    number, text.published = text.published.number, None
    text.save(update_fields=["published"])
    record(TextWithdrawn(text_id=text.pk, number=number), by=by)
    _write_links(shop)


@transaction.atomic
def put(slug: str, *, place: str, position: int, by: Actor) -> None:
    """Where a link to the text stands, and in which order."""
    require(by, "shop.settings")
    shop, text = lock_business(), _locked(slug)
    if (text.place, text.position) == (place, position):
        return
    text.place, text.position = place, position
    text.save(update_fields=["place", "position"])
    record(TextPlaced(text_id=text.pk, place=place, position=position), by=by)
    _write_links(shop)


def _locked(slug: str) -> Text:
    found = Text.objects.select_for_update(of=("self",)).select_related("published").filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def _write_links(shop: Business) -> None:
    """The links of published texts, kept on the row that every page reads anyway."""
    placed = Text.objects.exclude(place="").filter(published__isnull=False).select_related("published")
    translated: dict[str, dict[str, str]] = {}
    for text in Text.objects.filter(slug__contains=_IN, published__isnull=False).select_related("published"):
        base, language = split(text.slug)
        translated.setdefault(base, {})[language] = text.published.title if text.published else ""
    shop.links = [
        {
            "at": text.place,
            "label": text.published.title,
            "href": plain(address(text.slug)),
            "labels": translated.get(text.slug, {}),
        }
        for text in placed
        if text.published is not None
    ]
    shop.save(update_fields=["links"])
