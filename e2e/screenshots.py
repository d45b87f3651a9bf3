"""The pictures of README and guides, taken of the running product: `bin/test e2e/screenshots.py -n 0`.

It is not part of the tests. The people and devices exist only in the test database it runs on.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from PIL import Image
from playwright.sync_api import Page

from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import User
from revivatech.catalogue.models import DeviceModel
from revivatech.repairs import actions
from revivatech.repairs.models import Repair
from revivatech.shop.models import Business, Location
from revivatech.testing.catalogue import install_services, install_starter_prices
from revivatech.testing.factories import make_customer, make_device, make_repair

from .conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
MIDDLE = {"width": 768, "height": 1024}
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "guide" / "images"
WORK = (
    ("iPhone 13 Pro", "Maya Okafor", "The screen is cracked in one corner.", "standard", 3),
    ("MacBook Air 13-inch (M1, 2020)", "Tom Fairley", "It shuts down at 30 per cent.", "priority", 2),
    ("Galaxy S21 5G", "Priya Nair", "It does not charge any more.", "standard", 1),
    ("PlayStation 5", "Ben Castle", "No picture on the television.", "standard", 4),
    ("Surface Pro 7", "Lena Vogel", "The battery lasts an hour.", "same_day", 5),
    ("ThinkPad T480", "Omar Haddad", "A drink was spilled over it.", "standard", 0),
)
STEPS = ("diagnosis", "repair_work", "quality_check", "final_testing")

OWN_BRAND = {
    "name": "Ember Repairs", "brand_soft": "#fde3c8", "brand_strong": "#6b2410", "brand_action": "#a3340f"
}  # fmt: skip


def shop_at_work(shop: Location, tess: User, mona: User) -> list[Repair]:
    """Six repairs, taken along by the product's own actions."""
    repairs = []
    for name, customer_name, fault, urgency, steps in WORK:
        customer = make_customer(customer_name)
        model = DeviceModel.objects.filter(name=name).latest("pk")
        repair = make_repair(
            location=shop, customer=customer, device=make_device(customer, model=model), description=fault,
            urgency=urgency, agreed_pence=15000, bench_minutes=90,
        )  # fmt: skip
        if steps:
            actions.check_in(repair.code, by=actor_of(mona), accessories="Charger, sleeve", storage_place="Shelf 2")
        for step in STEPS[: steps - 1 if steps else 0]:
            by = mona if step == "final_testing" else tess  # a second person checks
            actions.move(repair.code, step, by=actor_of(by))
        repairs.append(repair)
    actions.add_note(
        repairs[0].code, body="The new screen is fitted and calibrated.", for_customer=True, by=actor_of(tess)
    )
    return repairs


@pytest.mark.parametrize("scheme", ["light"])
def test_take(scheme: str, visit: Callable[..., Page], shop: Location, tess: User, mona: User, fred: User) -> None:
    call_command("load_catalogue", verbosity=0)
    install_services()
    install_starter_prices()
    repairs = shop_at_work(shop, tess, mona)
    FOLDER.mkdir(parents=True, exist_ok=True)
    desk = visit(as_user=mona, viewport=DESKTOP, color_scheme=scheme)
    for name, path in (
        ("queue", "/workbench/"),
        ("board", "/workbench/board/"),
        ("repair", f"/workbench/repairs/{repairs[0].code}/"),
        ("walk-in", "/workbench/walk-in/"),
        ("prices", "/workbench/prices/"),
    ):
        _take(desk, path, name)
    phone = visit(viewport=PHONE, color_scheme=scheme, has_touch=True)
    for name, path in (("home", "/"), ("book", "/book/"), ("track", f"/track/{repairs[0].token}/")):
        _take(phone, path, name)


def test_take_the_public_face(visit: Callable[..., Page], shop: Location, tess: User, mona: User) -> None:
    """`docs/guide/looks.md`: each page in both themes, three widths, both languages, and the shop in colours of its own."""
    call_command("load_catalogue", verbosity=0)
    install_services()
    install_starter_prices()
    repairs = shop_at_work(shop, tess, mona)
    model = DeviceModel.objects.select_related("brand").get(name="iPhone 13 Pro")
    pages = {
        "home": "/",
        "model": f"/devices/{model.brand.slug}/{model.slug}/",
        "book": "/book/",
        "track": f"/track/{repairs[0].token}/",
        "prices": "/prices/",
        "contact": "/contact/",
    }
    for scheme in ("light", "dark"):
        phone = visit(viewport=PHONE, color_scheme=scheme, has_touch=True)
        for name, path in pages.items():
            _take(phone, path, f"look-{name}-{scheme}")
    _take(visit(viewport=DESKTOP, color_scheme="light"), "/", "look-home-desk")
    _take(visit(viewport=PHONE, color_scheme="light"), "/pt/", "look-home-pt")
    _take(visit(viewport=PHONE, color_scheme="light"), f"/pt{pages['model']}", "look-model-pt")
    middle = visit(viewport=MIDDLE, color_scheme="light")
    _take(middle, "/", "look-home-middle")
    _take(middle, f"/pt{pages['prices']}", "look-prices-middle-pt")
    _take(visit(as_user=mona, viewport=MIDDLE, color_scheme="dark"), "/workbench/", "look-queue-middle-dark")
    Business.objects.update(**OWN_BRAND)
    _take(visit(viewport=DESKTOP, color_scheme="light"), "/", "look-home-own")
    _take(visit(viewport=PHONE, color_scheme="dark"), pages["model"], "look-model-own-dark")


def _take(page: Page, path: str, name: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file, animations="disabled")
    with Image.open(file) as picture:  # 128 colours are enough for a guide, and a third of the bytes
        picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)
