"""Anybody typing gets suggestions: as links, as JSON, cacheable, and not without end."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from revivatech.catalogue.views import public
from revivatech.testing.catalogue import make_listed_model

pytestmark = pytest.mark.django_db
PATH = "/devices/suggestions/"


def test_links_for_the_search_box(client: Client) -> None:
    model = make_listed_model("iPhone 13", year="2021")
    answer = client.get(PATH, {"q": "iphone 13"})
    assert answer.status_code == 200
    assert f'href="/devices/{model.brand.slug}/{model.slug}/"' in answer.text
    assert "Apple iPhone 13" in answer.text
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "Cookie" not in answer["Vary"]
    assert "No model found" in client.get(PATH, {"q": "zzqqxx"}).text
    assert "No model found" not in client.get(PATH, {"q": "z"}).text


def test_json(client: Client) -> None:
    model = make_listed_model("iPhone 13", year="2021")
    make_listed_model("iPhone 13 case", family="Case", category="wearable")
    answer = client.get(PATH, {"q": "iphone 13", "category": "smartphone"}, headers={"Accept": "application/json"})
    assert answer.json() == {
        "devices": [
            {
                "id": model.pk,
                "name": "Apple iPhone 13",
                "brand": "Apple",
                "family": "iPhone",
                "category": "smartphone",
                "year": 2021,
            }
        ]
    }


@pytest.mark.parametrize(
    "text", ["", "a", "x" * 4000, "<script>alert(1)</script>", "' OR 1=1", "📱", "هاتف", "\x00", "%00"]
)
def test_whatever_is_typed_is_answered(text: str, client: Client) -> None:
    answer = client.get(PATH, {"q": text, "category": text})
    assert answer.status_code == 200
    assert "<script" not in answer.text


def test_two_queries_and_a_limit(client: Client, monkeypatch: Any, django_assert_num_queries: Any) -> None:
    make_listed_model("iPhone 13")
    with django_assert_num_queries(2):  # the limit and the search
        client.get(PATH, {"q": "iphone"})
    monkeypatch.setattr(public, "TRIES", 2)
    answers = [client.get(PATH, {"q": "iphone"}, REMOTE_ADDR="192.0.2.7").status_code for _try in range(4)]
    assert answers == [200, 200, 429, 429]
