"""While the pages are being worked on, visitors are told so; the probes still answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from revivatech.shop.models import Location
from revivatech.site import maintenance

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """Tests run side by side with one data folder: closing that one would close them all."""
    settings.DATA_DIR = tmp_path


def test_everybody_is_told(client: Client) -> None:
    call_command("maintenance", "on", "Back at <14:00>.")
    answer = client.get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "120")
    assert "Back at &lt;14:00&gt;." in answer.text
    assert "no-store" in answer["Cache-Control"]
    as_json = client.get("/", headers={"Accept": "application/json"})
    assert as_json.json()["code"] == "maintenance"
    assert client.get("/health/live").status_code == 200


def test_and_then_it_is_over(client: Client, shop: Location) -> None:
    call_command("maintenance", "on")
    assert client.get("/").status_code == 503
    call_command("maintenance", "off")
    assert maintenance.words() is None
    assert client.get("/").status_code == 200


def test_offline_page_names_nobody(client: Client, shop: Location) -> None:
    page = client.get("/offline/")
    assert page.status_code == 200
    assert "You are offline" in page.text
    assert "+442079460000" in page.text
    assert "public" in page["Cache-Control"]


def test_a_missing_page_offers_the_search(client: Client, shop: Location) -> None:
    page = client.get("/no-such-page/").text
    assert 'action="/search/"' in page
    assert 'href="/devices/"' in page
    assert 'href="/contact/"' in page
