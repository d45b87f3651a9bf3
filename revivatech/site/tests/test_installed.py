"""On a home screen: the manifest in the shop's name and colours, icons we draw, and a worker that changes with what it keeps."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from revivatech.shop.models import Business, Location
from revivatech.testing.factories import make_repair

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def test_manifest_in_the_shops_name_and_colours(client: Client) -> None:
    Business.objects.update_or_create(pk=1, defaults={"name": "London Bridge Repairs", "brand_strong": "#402060"})
    answer = client.get("/site.webmanifest")
    said = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (said["name"], said["short_name"], said["theme_color"]) == ("London Bridge Repairs", "London", "#402060")
    assert (said["display"], said["start_url"], said["scope"], said["lang"]) == ("standalone", "/", "/", "en-gb")
    assert [short["url"] for short in said["shortcuts"]] == ["/book/", "/track/", "/workbench/"]
    wanted = [("192x192", "any"), ("512x512", "any"), ("192x192", "maskable"), ("512x512", "maskable")]
    assert [(icon["sizes"], icon["purpose"]) for icon in said["icons"]] == wanted
    for icon in said["icons"]:
        image = Image.open(io.BytesIO(client.get(icon["src"]).content))
        assert f"{image.width}x{image.height}" == icon["sizes"]
        corner = image.getpixel((0, 0))
        assert corner == ((0x40, 0x20, 0x60, 255) if icon["purpose"] == "maskable" else (0, 0, 0, 0))


def test_icon_follows_the_brand(client: Client, shop: Location) -> None:
    before = client.get("/site.webmanifest").json()["icons"][0]["src"]
    Business.objects.update(brand_strong="#123456")
    after = client.get("/site.webmanifest").json()["icons"][0]["src"]
    assert after != before
    assert [client.get(path).status_code for path in (before, after)] == [404, 200]
    assert client.get(after.replace("any-192", "any-9000")).status_code == 404


def test_worker_changes_with_what_its_pages_show(client: Client, shop: Location) -> None:
    first, again = client.get("/service-worker.js"), client.get("/service-worker.js")
    assert first.text == again.text
    assert (first["Content-Type"], first["Cache-Control"]) == ("text/javascript; charset=utf-8", "no-cache")
    assert '"pages": ["/offline/"' in first.text
    Business.objects.update(phone="+441632960999")
    assert client.get("/service-worker.js").text != first.text


def test_only_the_customers_own_device_keeps_a_page(client: Client, shop: Location, sign_in: Any, fred: Any) -> None:
    address = f"/track/{make_repair(location=shop).token}/"
    page = client.get(address)
    assert (page["Offline-Copy"], page["Cache-Control"]) == ("keep", "private, no-store")
    assert "Offline-Copy" not in sign_in(fred).get(address)
    assert "Offline-Copy" not in sign_in(fred).get("/workbench/")
    assert "Offline-Copy" not in client.get("/track/no-such-link/")
