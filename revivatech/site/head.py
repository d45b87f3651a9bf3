"""What a public page tells search engines and link previews about itself, from one value."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from markupsafe import Markup

from revivatech.platform.web.languages import alternates

Data = Mapping[str, Any]
# Inside a <script> element nothing may look like markup; U+2028 and U+2029 end lines in scripts.
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@dataclass(frozen=True, kw_only=True)
class Head:
    """`path` is the page's one canonical address. `trail` leads to it from the start page: `(label, path)`, without the start.

    `index` false: the page is for people who come from here, and search engines leave it out.
    """

    title: str
    description: str
    path: str
    trail: Sequence[tuple[str, str]] = ()
    data: Sequence[Data] = ()
    image: str = ""
    index: bool = True

    @property
    def canonical(self) -> str:
        return absolute(self.path)

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """This page in every language, this one too, and where nobody's language is known; nothing while there is only one."""
        if not self.index or len(settings.LANGUAGES) < 2:
            return []
        found = alternates(self.path)
        return [(code, absolute(path)) for code, path in [*found, ("x-default", found[0][1])]]

    @property
    def image_url(self) -> str:
        return absolute(self.image) if self.image else ""

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """For the macro: the last one is where the reader is."""
        return [*self.trail[:-1], (self.trail[-1][0], "")] if self.trail else []

    def structured(self) -> Markup:
        """JSON-LD as a data block: a browser does not run it, so the policy against inline scripts does not apply to it."""
        graph = [*self.data, *([_breadcrumbs(self.trail)] if len(self.trail) > 1 else [])]
        if not graph:
            return Markup()
        text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
        return Markup('<script type="application/ld+json">{}</script>').format(Markup(text.translate(_UNSAFE)))  # noqa: S704 - escaped


def absolute(path: str) -> str:
    """The public address of a path of ours."""
    return f"{settings.PUBLIC_URL}{path}"


def _breadcrumbs(trail: Sequence[tuple[str, str]]) -> Data:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": label, "item": absolute(path)}
            for number, (label, path) in enumerate(trail, start=1)
        ],
    }
