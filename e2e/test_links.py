"""A crawler over every page: each link inside the product leads to a page its reader may open, and each fragment to a place on it."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from revivatech.accounts.models import User
from revivatech.testing.pages import WIZARD, walk_all
from revivatech.testing.world import Hand, World

READABLE = {200, 422}  # 422: a price file that cannot be read has a page that says so


class Page(HTMLParser):
    """Where a page leads, and the places on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.places: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.places.add(found["id"])
        # The address a page will have when it is published is no link of a preview.
        if tag in ("a", "link", "area") and "href" in found and found.get("rel") != "canonical":
            self.links.add(found["href"])
        if tag in ("script", "img", "source") and "src" in found:
            self.links.add(found["src"])


@pytest.mark.slow
@pytest.mark.judge
@pytest.mark.django_db
@pytest.mark.parametrize("all_pages", [False, pytest.param(True, marks=pytest.mark.thorough)], ids=["public", "all"])
def test_every_link_leads_somewhere(world: World, people: dict[str, User | None], all_pages: bool) -> None:
    sights, walker = walk_all(world, people)
    sights = [sight for sight in sights if all_pages or sight.who in {"visitor", "customer", WIZARD}]
    hands = {who: Hand(user) for who, user in people.items()} | {WIZARD: Hand()}
    hands[WIZARD].client, hands[WIZARD].start = walker.client, dict(walker.client.cookies)

    @cache
    def opened(who: str, address: str) -> tuple[int, frozenset[str]]:
        answer = hands[who]("GET", address)
        if answer.status_code in (301, 302, 303, 308):
            return 200, frozenset()  # it leads on; the page it leads to is crawled for itself
        html = answer.get("Content-Type", "").startswith("text/html")
        return answer.status_code, frozenset(Page(answer.content.decode()).places) if html else frozenset()

    broken: dict[str, list[str]] = {}
    for sight in sights:
        if sight.address == "/workbench/style/":
            continue  # its specimens lead nowhere
        page = Page(sight.html)
        for link in page.links:
            address, fragment = urldefrag(urljoin(sight.address, link))
            parts = urlsplit(address)
            if (parts.scheme and parts.netloc != "localhost:3010") or parts.path.startswith("/static/"):
                continue  # elsewhere, a telephone, a letter; static files are counted when they are collected
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            here = address == sight.address
            status, places = (200, frozenset(page.places)) if here else opened(sight.who, address)
            if status not in READABLE or (fragment and places and fragment not in places):
                broken.setdefault(f"{link} ({status})", []).append(f"{sight.who}: {sight.address}")
    told = "\n".join(f"{link} on {len(seen)} pages, such as {seen[0]}" for link, seen in broken.items())
    assert not broken, told
