"""Every page without scripts: what htmx sends has a form of its own, and no button waits for a script that never comes.

Read from the markup of all pages, so a new one is judged the day it has a route; the journeys themselves are walked in a browser
without scripts elsewhere (book, counter, photos, quote, time, track).
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

import pytest

from revivatech.accounts.models import User
from revivatech.testing.pages import walk_all
from revivatech.testing.world import World

SENDS = ("hx-post", "hx-put", "hx-patch", "hx-delete")
OPENS = ("popovertarget", "commandfor")  # the browser's own way to open and close
VOID = {"input", "br", "img", "meta", "link", "hr", "source", "area", "wbr", "col", "use", "path"}


class Element(NamedTuple):
    tag: str
    attrs: dict[str, str]

    def __str__(self) -> str:
        return f"<{self.tag} {' '.join(f'{name}={value!r}' for name, value in self.attrs.items())}>"[:160]


class Page(HTMLParser):
    """Collects what would be dead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[Element] = []
        self.found: list[tuple[Element, list[Element]]] = []
        self.with_button: set[str] = set()  # forms that can be sent: by id, or by number where they have none
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = Element(tag, {name: value or "" for name, value in attrs})
        if tag == "form":
            one.attrs.setdefault("id", f"number {len(self.found)}")
        self.found.append((one, list(self.open)))
        if tag == "button" and "disabled" in one.attrs:  # a preview, where nothing is sent
            self.with_button.add(_form(self.open))
        if tag in ("button", "input") and one.attrs.get("type", "submit" if tag == "button" else "text") == "submit":
            self.with_button.add(one.attrs.get("form") or _form(self.open))
        if tag not in VOID:
            self.open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop().tag != tag:
            pass

    def dead(self) -> list[str]:
        return [f"{why}: {one}" for one, around in self.found for why in [self._why(one, around)] if why]

    def _why(self, one: Element, around: list[Element]) -> str:
        hidden = any("hidden" in each.attrs or each.tag in ("template", "dialog") for each in [*around, one])
        form = one.attrs.get("form") or _form(around)
        if one.tag == "form":
            by_enter = one.attrs.get("role") == "search"  # one field: Enter sends it
            return "" if one.attrs["id"] in self.with_button or hidden or by_enter else "a form without a button"
        if any(name in one.attrs for name in SENDS):
            return "" if form in self.with_button else "htmx sends what no form sends"
        if "hx-get" in one.attrs:
            return "" if "href" in one.attrs or form in self.with_button else "htmx reads what no link leads to"
        if one.tag == "button" and one.attrs.get("type") == "button":
            works = hidden or "disabled" in one.attrs or any(name in one.attrs for name in OPENS)
            return "" if works else "a button that waits for a script"
        if one.tag == "a" and one.attrs.get("href", "#") == "#":
            return "a link that leads nowhere"
        return ""


def _form(around: list[Element]) -> str:
    return next((each.attrs["id"] for each in reversed(around) if each.tag == "form"), "")


@pytest.mark.slow
@pytest.mark.judge
@pytest.mark.django_db
def test_nothing_is_dead_without_scripts(world: World, people: dict[str, User | None]) -> None:
    dead: dict[str, list[str]] = {}
    for sight in walk_all(world, people)[0]:
        if sight.address != "/workbench/style/":  # specimens
            for what in Page(sight.html).dead():
                dead.setdefault(what, []).append(f"{sight.who}: {sight.address}")
    assert not dead, "\n".join(f"{what} on {len(seen)} pages, such as {seen[0]}" for what, seen in dead.items())
