"""For everybody who looks closer, in other colours, or at less: a page 320 px wide (400 % zoom of a desk), wider letters, forced colours, stilled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from revivatech.accounts.models import User
from revivatech.testing.pages import WIZARD, cookies_of, walk_all
from revivatech.testing.world import World

from .conftest import Servers
from .test_pages import AXE

Visit = Callable[..., Page]
People = dict[str, User | None]
NARROW = {"width": 320, "height": 640}
EVERY_DAY = {
    "/",
    "/prices/",
    "/contact/",
    "/book/hand-over/",
    "/book/confirm/",
    "/accounts/login/",
    "/account/",
    "/workbench/",
}
# WCAG 1.4.12: what a reader may set for letters, words, lines and paragraphs. A policy allows no inline style; a sheet of a script's own it does.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }");
  document.adoptedStyleSheets = [sheet];
}"""
# Text that is cut off: it stands in a box that hides what runs over. A box that scrolls or ends in dots on purpose is none.
CUT = """() => [...document.querySelectorAll("h1, h2, h3, p, a, button, label, td, th, dt, dd, li, span, strong")].filter((one) => {
  const style = getComputedStyle(one);
  return style.overflowX === "hidden" && style.textOverflow !== "ellipsis" && one.clientWidth > 2 && one.scrollWidth > one.clientWidth + 1;
}).map((one) => one.outerHTML.slice(0, 120))"""
# Forced colours take backgrounds away: what can be pressed or filled in must have an edge left.
EDGELESS = """() => [...document.querySelectorAll(".button:not(.button-link, .button-quiet), input.input, select, textarea")].filter((one) => {
  const style = getComputedStyle(one);
  return one.checkVisibility() && (style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) === 0);
}).map((one) => one.outerHTML.slice(0, 120))"""
MOVING = """() => [...document.querySelectorAll("*")].filter((one) => {
  const style = getComputedStyle(one);
  return [style.transitionDuration, style.animationDuration].some((all) => all.split(",").some((time) => parseFloat(time) > 0.01));
}).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.slow
@pytest.mark.judge
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("all_pages", [False, pytest.param(True, marks=pytest.mark.thorough)], ids=["some", "all"])
def test_pages_reach_who_looks_differently(
    servers: Servers, visit: Visit, world: World, people: People, all_pages: bool
) -> None:
    sights, walker = walk_all(world, people)
    seen = [sight for sight in sights if all_pages or sight.address in EVERY_DAY]
    assert len(seen) >= len(EVERY_DAY)
    pages: dict[str, Page] = {}
    found: list[Any] = []
    for sight in seen:
        page = pages.get(sight.who)
        if page is None:
            page = visit(people.get(sight.who), NARROW, reduced_motion="reduce", forced_colors="active")
            pages[sight.who] = page
            if sight.who == WIZARD:
                page.context.add_cookies(cookies_of(walker.client, servers.url))  # type: ignore[arg-type]
        page.goto(sight.address)
        found += [(sight.who, sight.address, *wrong) for wrong in _wrong(page)]
    assert not found, "\n".join(map(str, found))


def _wrong(page: Page) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = [
        (what, part) for what, look in (("no edge", EDGELESS), ("moves", MOVING)) for part in page.evaluate(look)[:3]
    ]
    page.evaluate(AXE)
    small = page.evaluate("axe.run({runOnly: ['target-size'], resultTypes: ['violations']})")["violations"]
    found += [("small target", node["target"]) for wrong in small for node in wrong["nodes"][:3]]
    for spacing in ("", "spaced"):
        if spacing:
            page.evaluate(SPACED)
            found += [("cut off", part) for part in page.evaluate(CUT)[:3]]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW["width"]:
            found.append((f"{width} px wide", spacing))
    return found
