"""The address says the language; whoever chose one finds it again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.customers.models import Customer
from revivatech.platform import languages
from revivatech.platform.events.models import EventRecord
from revivatech.platform.spoken import known, of_person
from revivatech.platform.web.languages import in_language, plain
from revivatech.shop.models import Location

PO = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Yes"\nmsgstr "%s"\n'


def make_folder(top: Path, **words: bytes) -> Path:
    for locale, word in words.items():
        po = top / locale / "LC_MESSAGES/django.po"
        po.parent.mkdir(parents=True)
        po.write_bytes(PO.replace(b"%s", word))
    return top


def test_the_folders_are_the_languages(tmp_path: Path) -> None:
    assert settings.LANGUAGES == [("en-gb", "English"), ("pt", "Português")]
    assert languages.named(make_folder(tmp_path / "a", pt=b"Sim", fr=b"Oui")) == [
        ("en-gb", "English"), ("fr", "Français"), ("pt", "Português"),
    ]  # fmt: skip
    assert languages.named(make_folder(tmp_path / "b", pt=b"Sim", pt_BR=b"Sim"))[1:] == [
        ("pt", "Português"), ("pt-br", "Português Brasileiro"),
    ]  # fmt: skip


def test_a_catalogue_is_compiled_when_it_is_another_one(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "locale", fr=b"Oui")
    mo = folder / "fr/LC_MESSAGES/django.mo"
    assert languages.catalogues(tmp_path / "data", folder) == folder
    assert b"Oui" in mo.read_bytes()
    made = mo.stat().st_mtime_ns
    assert languages.catalogues(tmp_path / "data", folder) == folder
    assert mo.stat().st_mtime_ns == made, "nothing is written where nothing changed"
    po = mo.with_suffix(".po")
    po.write_bytes(po.read_bytes().replace(b"Oui", b"Mais oui"))
    os.utime(po, (0, 0))  # a release unpacked with the times of its archive
    assert languages.catalogues(tmp_path / "data", folder) == folder
    assert b"Mais oui" in mo.read_bytes()


def test_a_read_only_program_compiles_into_its_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_folder(tmp_path / "locale", fr=b"Oui")
    monkeypatch.setattr("os.access", lambda *args, **options: False)  # root may write everywhere
    found = languages.catalogues(tmp_path / "data", folder)
    assert found == tmp_path / "data/locale"
    assert b"Oui" in (found / "fr/LC_MESSAGES/django.mo").read_bytes()
    assert not (folder / "fr/LC_MESSAGES/django.mo").exists()


@pytest.mark.parametrize(
    ("path", "code", "there"),
    [
        ("/", "pt", "/pt/"),
        ("/pt/", "en-gb", "/"),
        ("/devices/?q=a%2Fb", "pt", "/pt/devices/?q=a%2Fb"),
        ("/pt/devices/", "pt", "/pt/devices/"),
        ("/ptarmigan/", "en-gb", "/ptarmigan/"),
        ("/pt", "en-gb", "/pt"),
    ],
)
def test_the_same_page_in_another_language(path: str, code: str, there: str) -> None:
    assert in_language(path, code) == there
    assert plain(there) == plain(path)


def test_old_and_foreign_codes_find_the_nearest_language() -> None:
    assert [known(code) for code in ("pt", "pt-br", "en", "fr", "")] == ["pt", "pt", "en-gb", "en-gb", "en-gb"]
    with of_person("pt-pt"):
        assert reverse("site:faq") == "/pt/faq/"


def test_an_address_shows_one_language_whatever_the_browser_says(shop: Location, client: Client) -> None:
    """No cache can mix them up: header and cookie change nothing."""
    for headers in ({}, {"Accept-Language": "pt"}, {"Accept-Language": "fr", "Cookie": "language=pt"}):
        english: Any = client.get("/faq/", headers=headers)
        assert english.status_code == 200
        assert '<html lang="en-gb" dir="ltr"' in english.text
        assert english["Content-Language"] == "en-gb"
        assert "Accept-Language" not in english.get("Vary", "")
        portuguese = client.get("/pt/faq/", headers=headers)
        assert '<html lang="pt" dir="ltr"' in portuguese.text
        assert "Preços" in portuguese.text
        for code, path in (("en-gb", "/faq/"), ("pt", "/pt/faq/"), ("x-default", "/faq/")):
            link = f'<link rel="alternate" hreflang="{code}" href="{settings.PUBLIC_URL}{path}">'
            assert link in english.text
            assert link in portuguese.text
        assert f'rel="canonical" href="{settings.PUBLIC_URL}/pt/faq/"' in portuguese.text
        assert 'property="og:locale" content="pt_PT"' in portuguese.text


def test_links_forms_problems_and_redirects_stay_in_the_language(shop: Location, client: Client) -> None:
    assert client.get("/pt")["Location"] == "/pt/"
    page = client.get("/pt/track/")
    assert 'href="/pt/prices/"' in page.text
    missing = client.get("/pt/devices/none/")
    assert missing.status_code == 404
    assert '<html lang="pt"' in missing.text
    assert client.get("/pt/workbench/")["Location"].startswith("/pt/accounts/login/?next=%2Fpt%2F")
    assert client.get("/pt" + reverse("booking:confirm"))["Location"].startswith("/pt/book/")


def test_the_api_answers_in_the_language_asked_for(shop: Location, client: Client) -> None:
    answer = client.get("/api/v1/repairs", headers={"Accept-Language": "fr, pt-BR;q=0.8"})
    assert (answer.status_code, answer["Content-Language"]) == (401, "pt")
    assert "Accept-Language" in answer["Vary"]
    assert answer.json()["title"] != client.get("/api/v1/repairs").json()["title"]
    page = client.get("/api/v1/docs", headers={"Accept-Language": "pt"})
    assert (page.status_code, page["Content-Language"]) == (200, "pt")
    assert 'href="/api/v1/openapi.json"' in page.text
    assert client.get("/api/v1/openapi.json", headers={"Accept-Language": "pt"}).status_code == 200


def test_a_visitor_chooses_without_a_form_and_the_start_page_remembers(shop: Location, client: Client) -> None:
    page = client.get("/prices/?kind=smartphone")
    assert 'href="/language/?to=pt&amp;next=%2Fpt%2Fprices%2F%3Fkind%3Dsmartphone"' in page.text
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies
    assert client.get("/")["Content-Language"] == "en-gb"
    chosen = client.get("/language/", {"to": "pt", "next": "/prices/?kind=smartphone"})
    assert chosen["Location"] == "/pt/prices/?kind=smartphone"
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "pt"
    home = client.get("/")
    assert (home.status_code, home["Location"]) == (302, "/pt/")
    assert "no-store" in home["Cache-Control"]
    assert client.get("/prices/").status_code == 200, "a link shared in English opens in English"
    assert client.get("/", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    client.get("/pt/language/", {"to": "en-gb", "next": "/"})
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "next_", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_a_choice_leads_nowhere_else(shop: Location, client: Client, next_: str) -> None:
    assert client.get("/language/", {"to": "pt", "next": next_})["Location"] == "/pt/"
    for inside in (f"/pt/{next_}", f"/pt/pt/{next_}"):  # taking the language away must not leave a host behind
        there = client.get("/language/", {"to": "en-gb", "next": inside})["Location"]
        assert not there.startswith(("//", "/\\")), there
    assert client.get("/language/", {"to": "xx", "next": "/faq/"})["Location"] == "/faq/"


def test_a_customer_is_written_to_in_the_language_they_choose(shop: Location, alice: User, client: Client) -> None:
    Customer.objects.update_or_create(user=alice, defaults={"name": "Alice", "email": alice.email})
    client.force_login(alice)
    page = client.get("/pt/account/security/")
    assert 'name="to" value="en-gb"' in page.text
    answer = client.post("/language/", {"to": "pt", "next": "/account/security/"})
    assert answer["Location"] == "/pt/account/security/"
    alice.refresh_from_db()
    assert (alice.locale, alice.customer.locale) == ("pt", "pt")
    told = EventRecord.objects.get(name="user.language_chosen")
    assert told.payload["language"] == "pt"
    assert client.post("/language/", {"to": "xx", "next": "/"})["Location"] == "/", (
        "an unknown one is the product's own"
    )


def test_the_workbench_opens_in_the_language_of_who_works_there(shop: Location, tess: User, client: Client) -> None:
    client.force_login(tess)
    address = reverse("repairs:queue")
    assert client.get(address).status_code == 200
    client.post("/language/", {"to": "pt", "next": address})
    assert client.get(address + "?q=a")["Location"] == f"/pt{address}?q=a"
    page = client.get(f"/pt{address}")
    assert '<html lang="pt"' in page.text
    assert f'data-live-src="/pt{address}' in page.text, "fragments come in the page's language"
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 200, "a fragment is never sent elsewhere"
