"""What every page knows: whose shop it is, and its face."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from revivatech.platform import clock
from revivatech.platform.spoken import spoken
from revivatech.platform.ui.navigation import Link
from revivatech.platform.web.addresses import address_of
from revivatech.platform.web.languages import in_language, plain
from revivatech.shop.models import Business
from revivatech.shop.queries import business

from . import brand
from .icons import icon_of
from .menu import arranged


def shop(request: HttpRequest) -> dict[str, Any]:
    """`shop`, read when a template first asks for it, and `face`, which follows from it without another query."""
    known = cache(business)  # one row for both
    return {"shop": SimpleLazyObject(known), "face": Face(known)}


class Face:
    """What layouts show of the shop's own look; every answer is empty while the shop has none.

    Files have one address in all languages, so that a browser keeps one copy.
    """

    def __init__(self, shop: Callable[[], Business]) -> None:
        self._read = cache(shop)

    @property
    def _shop(self) -> Business:
        return self._read()

    @property
    def style_sheet(self) -> str:
        if not brand.is_own(self._shop):
            return ""
        return plain(reverse("site:brand", args=[brand.version(brand.colours_of(self._shop))]))

    @property
    def logo(self) -> str:
        return plain(reverse("site:logo", args=[self._shop.logo])) if self._shop.logo else ""

    def icon(self, size: int, shape: str = "maskable") -> str:
        """The home screen's icon, `size` pixels square."""
        return plain(address_of("site:icon", icon_of(self._shop).version, shape, str(size)))

    @property
    def banner(self) -> str:
        begins, until, now = self._shop.banner_from, self._shop.banner_until, clock.now()
        text: str = self._shop.banner
        return spoken(text) if (begins is None or begins <= now) and (until is None or until > now) else ""

    @property
    def banner_link(self) -> str:
        link: str = self._shop.banner_link
        # A page of ours opens in the reader's language.
        return in_language(link, get_language() or settings.LANGUAGE_CODE) if link.startswith("/") else link

    def menu(self, at: str, links: Sequence[Link]) -> list[Link]:
        """The product's links of the `header` or `footer` in the owner's order and words, without the hidden ones."""
        return arranged(self._shop.menu, at, links)

    def links(self, at: str) -> list[dict[str, str]]:
        """The owner's own links of the `header` or the `footer`, in the reader's language."""
        code = get_language() or settings.LANGUAGE_CODE
        return [
            {"label": link.get("labels", {}).get(code) or link["label"], "href": in_language(plain(link["href"]), code)}
            for link in self._shop.links
            if link["at"] == at
        ]
