"""What a first visit takes over the wire, counted in bytes and requests: the short form of `bin/lighthouse`, which measures time."""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import pytest
from django.test import Client

import revivatech
from revivatech.catalogue.models import DeviceModel
from revivatech.platform.ui.bundles import BUNDLES, inline_imports
from revivatech.platform.ui.modules import JOINED, join_modules
from revivatech.platform.ui.start import start_script
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.catalogue import install_services, install_starter_prices
from revivatech.testing.factories import make_device_model, make_repair

CODE = Path(revivatech.__file__).parent
KB = 1024
HEADERS = 700  # of one answer, generously
FIRST_PACKETS = 10 * 1460  # what a server may send before it has heard back: one round trip


def read(name: str) -> str:
    return next(CODE.glob(f"**/static/{name}")).read_text()


def on_the_wire(name: str) -> int:
    text = (
        inline_imports(name, read)
        if name in BUNDLES
        else join_modules(name, read)[name]
        if name in JOINED
        else read(name)
    )
    return len(brotli.compress(text.encode())) + HEADERS


def before_the_text(page: str) -> list[str]:
    """What a browser waits for before it shows anything: style sheets and scripts by `src`; the one inline script waits itself."""
    return re.findall(r'<(?:link rel="stylesheet"|script)[^>]*?(?:href|src)="([^"]+)"', page)


def loaded(page: str) -> list[str]:
    """The static files that a browser asks for before anybody touches the page."""
    modules = re.findall(r'<meta name="module" content="([^"]+)"', page)
    icons = ["/static/ui/icons.svg"] if "ui/icons.svg#" in page else []
    return [name.removeprefix("/static/") for name in dict.fromkeys([*before_the_text(page), *modules, *icons])]


@pytest.fixture
def pages(shop: Location, client: Client) -> dict[str, bytes]:
    install_services()
    install_starter_prices()
    model: DeviceModel = make_device_model("iPhone 13 Pro")
    repair: Repair = make_repair(location=shop)
    addresses = {
        "home": "/",
        "model": f"/devices/{model.brand.slug}/{model.slug}/",
        "contact": "/contact/",
        "booking": "/book/device/1/",
        "find": "/track/",
        "tracking": f"/track/{repair.token}/",
        "sign in": "/accounts/login/",
    }
    answers = {name: client.get(address) for name, address in addresses.items()}
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(addresses, 200)
    return {name: answer.content for name, answer in answers.items()}


@pytest.mark.django_db
def test_a_first_visit_is_light(pages: dict[str, bytes]) -> None:
    for name, content in pages.items():
        sizes = {file: on_the_wire(file) for file in loaded(content.decode())}
        assert sum(size for file, size in sizes.items() if file.endswith(".js")) <= 10 * KB, (name, sizes)
        assert len(brotli.compress(content)) + sum(sizes.values()) <= 32 * KB, (name, sizes)


@pytest.mark.django_db
def test_the_text_is_two_round_trips_away(pages: dict[str, bytes]) -> None:
    """The page, then one style sheet, each in the first packets of its answer. No script before the text is seen (ui/start.js)."""
    assert on_the_wire("ui/css/ui.css") <= FIRST_PACKETS
    for name, content in pages.items():
        page = content.decode()
        assert before_the_text(page) == ["/static/ui/css/ui.css"], name
        assert re.findall(r"<script(?! type=.application/).*?</script>", page, re.S) == [start_script()], name
        assert loaded(page).count("ui/js/app.js") == 1, name
        assert len(brotli.compress(content)) + 2 * HEADERS <= FIRST_PACKETS, name


@pytest.mark.django_db
def test_nothing_on_a_public_page_comes_from_elsewhere(pages: dict[str, bytes]) -> None:
    for name, content in pages.items():
        outside = re.findall(
            r'<(?:script|img|iframe|source|meta name="module"|link rel="(?:stylesheet|preload|icon|manifest)")[^>]*(?:src|href|content)="https?://[^"]*',
            content.decode(),
        )
        assert outside == [], name
