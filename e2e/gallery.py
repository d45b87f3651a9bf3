"""Every page in many looks, on contact sheets for a pair of eyes: `bin/test e2e/gallery.py -n 0`.

It is not part of the tests. GALLERY_FOLDER is where (default: the temporary folder), GALLERY_LOOKS some of the names of LOOKS,
GALLERY_PAGES a pattern of addresses. `wide.txt` lists what is wider than its screen or cut off.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from itertools import batched
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.core.management import call_command
from PIL import Image, ImageDraw
from playwright.sync_api import Page

from revivatech.accounts.models import User
from revivatech.platform.web.languages import in_language
from revivatech.shop.models import Business
from revivatech.testing.catalogue import install_services, install_starter_prices
from revivatech.testing.pages import WIZARD, Sight, cookies_of, walk_all
from revivatech.testing.world import World

from .conftest import DESKTOP, PHONE, Servers
from .screenshots import MIDDLE, OWN_BRAND, shop_at_work
from .test_reach import CUT

pytestmark = pytest.mark.browser
FOLDER = Path(os.environ.get("GALLERY_FOLDER", Path(tempfile.gettempdir()) / "gallery"))
HALF = {"width": 640, "height": 400}  # what is left of a desk at 200 %
SHEET = {
    360: (8, 196, 780),
    640: (5, 310, 760),
    768: (5, 310, 760),
    1280: (4, 390, 560),
}  # a row's pages, their width and height

# What ends outside of the screen, deepest first; what scrolls in a frame of its own comes along and explains itself.
OUTSIDE = """() => [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
  .reverse().slice(0, 4).map((one) => `${one.tagName}.${one.className?.baseVal ?? one.className}`).join(" < ")"""


class Look(NamedTuple):
    size: dict[str, int]
    scheme: str = "light"
    language: str = ""
    own_brand: bool = False
    scripts: bool = True


LOOKS = {
    "phone": Look(PHONE),
    "desk": Look(DESKTOP),
    "middle": Look(MIDDLE),
    "phone-dark-pt": Look(PHONE, "dark", "pt"),
    "middle-pt": Look(MIDDLE, "light", "pt"),
    "desk-dark-pt": Look(DESKTOP, "dark", "pt"),
    "desk-own": Look(DESKTOP, own_brand=True),
    "phone-own-dark": Look(PHONE, "dark", own_brand=True),
    "half": Look(HALF),
    "phone-plain": Look(PHONE, scripts=False),
}


def test_take_every_page(
    servers: Servers, visit: Callable[..., Page], world: World, people: dict[str, User | None], tess: User, mona: User
) -> None:
    call_command("load_catalogue", verbosity=0)
    install_services()
    install_starter_prices()
    repairs = shop_at_work(world.ours.location, tess, mona)
    sights, walker = walk_all(world, people)
    found = {(sight.who, sight.address): sight for sight in sights}
    for repair in repairs[:3]:
        for who, address in (("manager", f"/workbench/repairs/{repair.code}/"), ("visitor", f"/track/{repair.token}/")):
            found[who, address] = Sight(who, address, "")
    wanted = re.compile(os.environ.get("GALLERY_PAGES", ""))
    shown = sorted(
        (one for one in found.values() if wanted.search(one.address)), key=lambda one: (one.who, one.address)
    )
    for name in os.environ.get("GALLERY_LOOKS", ",".join(LOOKS)).split(","):
        look = LOOKS[name]
        language = look.language or settings.LANGUAGE_CODE
        User.objects.update(locale=language)
        Business.objects.update(**(OWN_BRAND if look.own_brand else {}))
        pages: dict[str, Page] = {}
        for who in {sight.who for sight in shown}:
            pages[who] = visit(
                people.get(who),
                look.size,
                color_scheme=look.scheme,
                reduced_motion="reduce",
                java_script_enabled=look.scripts,
            )
        if WIZARD in pages:
            pages[WIZARD].context.add_cookies(cookies_of(walker.client, servers.url))  # type: ignore[arg-type]
        _sheets(name, look, _taken(name, look, shown, pages))


def _taken(name: str, look: Look, sights: list[Sight], pages: dict[str, Page]) -> Iterator[tuple[str, Path]]:
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "wide.txt").open("w") as wide:
        for number, sight in enumerate(sights):
            page = pages[sight.who]
            page.goto(in_language(sight.address, look.language or settings.LANGUAGE_CODE))
            page.wait_for_load_state()
            file = folder / f"{number:03}.png"
            page.screenshot(path=file, animations="disabled", full_page=True)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > look.size["width"]:
                wide.write(f"{number} {sight.who} {sight.address} is {width} px wide: {page.evaluate(OUTSIDE)}\n")
            for cut in page.evaluate(CUT)[:3]:
                wide.write(f"{number} {sight.who} {sight.address} cuts {cut}\n")
            yield f"{number} {sight.who} {sight.address}", file


def _sheets(name: str, look: Look, taken: Iterator[tuple[str, Path]]) -> None:
    columns, width, height = SHEET[look.size["width"]]
    rows = max(1, 1500 // (height + 20))
    for number, group in enumerate(batched(taken, columns * rows, strict=False)):
        sheet = Image.new("RGB", (columns * (width + 8), rows * (height + 20)), "#888888")
        draw = ImageDraw.Draw(sheet)
        for place, (title, file) in enumerate(group):
            x, y = place % columns * (width + 8), place // columns * (height + 20)
            with Image.open(file) as shot:
                tall = min(shot.height, height * shot.width // width)
                small = (
                    shot.convert("RGB")
                    .crop((0, 0, shot.width, tall))
                    .resize((width, tall * width // shot.width), Image.Resampling.LANCZOS)
                )
            draw.text((x + 2, y + 3), title[: width // 6], fill="white")
            sheet.paste(small, (x, y + 18))
        sheet.save(FOLDER / f"{name}-{number:02}.png")
