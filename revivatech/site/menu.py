"""The owner's order and words of the menus: what differs from the product's, kept with the business that every page reads anyway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils import translation

from revivatech.platform.events.models import EventRecord
from revivatech.platform.ui.navigation import Link, footer_navigation, public_navigation

type Entry = dict[str, Any]  # {"at", "name", "labels": {language: text}, "hidden"}
MOST_LETTERS = 40


def arranged(menu: Sequence[Entry], at: str, links: Sequence[Link]) -> list[Link]:
    """`links` as the owner wants them. A link the menu does not know yet, of a newer version of the product, stands last."""
    wanted = {entry["name"]: (place, entry) for place, entry in enumerate(menu) if entry["at"] == at}
    unknown: tuple[int, Entry] = (len(menu), {"labels": {}, "hidden": False})
    rows = sorted(((*wanted.get(link.name, unknown), link) for link in links), key=lambda row: row[0])
    language = translation.get_language()
    return [link._replace(label=entry["labels"].get(language) or link.label) for _place, entry, link in rows if not entry["hidden"]]  # fmt: skip


def choices(request: HttpRequest, menu: Sequence[Entry]) -> Iterator[Mapping[str, Any]]:
    """Every link of both menus in the present order, for the form; `key` names its fields."""
    known = {(entry["at"], entry["name"]): entry for entry in menu}
    for at, links in _all(request):
        open_menu = [{**entry, "labels": {}, "hidden": False} for entry in menu]
        for place, link in enumerate(arranged(open_menu, at, links), start=1):
            entry = known.get((at, link.name), {"labels": {}, "hidden": False})
            yield {"at": at, "link": link, "key": f"{at}-{link.name}", "place": place, **entry}


def from_form(request: HttpRequest, given: QueryDict) -> list[Entry]:
    """What the form says. An order that is no number is the last place; an empty word is the product's."""
    entries: list[tuple[str, int, Entry]] = []
    for at, links in _all(request):
        for link in links:
            key = f"{at}-{link.name}"
            place = given.get(f"place-{key}", "")
            words = {
                code: " ".join(given.get(f"label-{code}-{key}", "").split())[:MOST_LETTERS]
                for code, _n in settings.LANGUAGES
            }
            entry = {
                "at": at,
                "name": link.name,
                "labels": {code: word for code, word in words.items() if word},
                "hidden": f"hidden-{key}" in given,
            }
            entries.append((at, int(place) if place.isascii() and place.isdigit() and len(place) < 4 else 999, entry))
    return [entry for _at, _place, entry in sorted(entries, key=lambda row: (row[0], row[1]))]


def history() -> list[EventRecord]:
    """The last arrangements, each with who made it; the newest is the present one."""
    rows = EventRecord.objects.filter(subject_kind="shop", name="shop.settings_changed", payload__part="menu")
    return list(rows.order_by("-pk")[:8])


def _all(request: HttpRequest) -> Iterator[tuple[str, list[Link]]]:
    yield "header", public_navigation(request)
    seen: dict[str, Link] = {}
    for _title, links in footer_navigation(request):
        seen |= {link.name: link for link in links}
    yield "footer", list(seen.values())
