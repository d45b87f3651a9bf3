"""What the owner arranges: the menus, the banner's days and link, pictures in texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.events.models import EventRecord
from revivatech.platform.files.models import StoredFile
from revivatech.shop.models import Business, Location
from revivatech.site.models import TextVersion
from revivatech.testing.pictures import photo

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
MENUS = "/workbench/menus/"


def top(page: str) -> list[str]:
    nav = page.partition('<nav class="site-nav"')[2].partition("</nav>")[0]
    return [
        re.sub(r"<[^>]+>", "", link).strip() for link in re.findall(r'<a class="nav-link"[^>]*>(.*?)</a>', nav, re.S)
    ]


def test_menu_is_arranged_looked_at_and_brought_back(
    shop: Location, client: Client, sign_in: SignIn, olga: User, fred: User
) -> None:
    before = top(client.get("/").text)
    owner = sign_in(olga)
    wanted = {
        "place-header-site:prices": "3",
        "place-header-site:locations": "2",
        "place-header-booking:start": "1",
        "label-en-header-booking:start": "Book <now>",
        "label-en-gb-header-booking:start": "Book <now>",
        "label-pt-header-booking:start": "Marcar já",
        "hidden-header-repairs:find": "on",
    }
    assert sign_in(fred).post(MENUS, wanted).status_code == 403
    look = owner.post(MENUS, {**wanted, "look": "1"})
    assert "Nothing is saved yet" in look.text
    assert "Book &lt;now&gt;" in look.text
    assert top(client.get("/").text) == before
    assert not EventRecord.objects.filter(payload__part="menu").exists()
    assert owner.post(MENUS, wanted).status_code == 302
    assert top(client.get("/").text)[:3] == ["Book &lt;now&gt;", "Where we are", "Prices"]
    assert "Track my repair" not in top(client.get("/").text)
    assert top(client.get("/pt/").text)[0] == "Marcar já"
    owner.post(MENUS, {})
    assert top(client.get("/").text)[: len(before)] == before
    old = EventRecord.objects.filter(payload__part="menu").order_by("pk").first()
    assert old is not None
    assert owner.post(f"{MENUS}{old.pk}/again/").status_code == 302
    assert top(client.get("/").text)[0] == "Book &lt;now&gt;"


@pytest.mark.parametrize(
    ("begins", "ends", "shown"), [(None, None, True), (-1, 1, True), (1, 2, False), (-2, -1, False)]
)
def test_banner_between_its_days(
    shop: Location, client: Client, begins: int | None, ends: int | None, shown: bool
) -> None:
    days = {name: clock.now() + timedelta(days=n) if n else None for name, n in (("banner_from", begins), ("banner_until", ends))}  # fmt: skip
    Business.objects.update(banner="Closed on Monday.", banner_link="/contact/", **days)
    assert ('<a href="/contact/">Closed on Monday.</a>' in client.get("/").text) is shown


@pytest.mark.parametrize("link", ["//evil.example", "javascript:alert(1)", "http://plain.example", "/\\evil.example"])
def test_banner_leads_nowhere_strange(shop: Location, sign_in: SignIn, olga: User, link: str) -> None:
    answer = sign_in(olga).post("/workbench/face/", {"banner": "Read this.", "banner_link": link})
    assert answer.status_code == 422
    assert Business.objects.get().banner == ""


def add(client: Client, words: str = "Our bench", data: bytes | None = None) -> Any:
    upload = SimpleUploadedFile("bench.jpg", photo(1200, 800) if data is None else data)
    return client.post("/workbench/texts/about/pictures/", {"picture": upload, "words": words}, follow=True)


def test_a_picture_in_a_text(shop: Location, client: Client, sign_in: SignIn, olga: User, fred: User) -> None:
    assert add(sign_in(fred)).status_code == 403
    owner = sign_in(olga)
    for refused in (add(owner, words=""), add(owner, data=b"%PDF-1.7 no picture")):
        assert "picture:" not in refused.text
    assert StoredFile.objects.count() == 0
    page = add(owner)
    file = StoredFile.objects.get()
    assert f"![Our bench](picture:{file.pk})" in page.text
    body = {"title": "About us", "summary": "", "body": f"![](picture:{file.pk})"}
    assert owner.post("/workbench/texts/about/", body).status_code == 422
    strange = f"![Ours](picture:{file.pk}) ![x](https://elsewhere.example/x.png)"
    assert owner.post("/workbench/texts/about/", {**body, "body": strange}).status_code == 422
    with translation.override("pt"):
        body["body"] = f'![Our "bench"](picture:{file.pk})'
        assert owner.post("/pt/workbench/texts/about/", body).status_code == 302
    version = TextVersion.objects.get()
    assert f'src="/files/{file.uuid}/medium/"' in version.html or f'src="/files/{file.uuid}/medium"' in version.html
    assert 'alt="Our &quot;bench&quot;"' in version.html
    assert 'width="1200" height="800"' in version.html
    assert version.html.count("320w") == version.html.count("1200w") == 1
    owner.post("/workbench/texts/about/1/publication/")
    shown = client.get("/about/").text
    address = re.search(r'<img src="(/files/[^"]+)"', shown)
    assert address is not None
    assert client.get(address[1])["Content-Type"] == "image/webp"


def act_on(client: Client, pk: int, act: str = "change", words: str = "", data: bytes | None = None) -> Any:
    more = {"picture": SimpleUploadedFile("other.jpg", data)} if data else {}
    return client.post(f"/workbench/texts/about/pictures/{pk}/", {"act": act, "words": words, **more})


def test_a_picture_is_described_replaced_and_taken_out_with_history(
    shop: Location, client: Client, sign_in: SignIn, olga: User, fred: User
) -> None:
    owner = sign_in(olga)
    add(owner)
    first = StoredFile.objects.get()
    body = f"Before.\n\n![Our bench](picture:{first.pk})\n\nAfter."
    owner.post("/workbench/texts/about/", {"title": "About us", "summary": "", "body": body})
    owner.post("/workbench/texts/about/1/publication/")
    assert act_on(sign_in(fred), first.pk, "remove").status_code == 403
    assert act_on(owner, first.pk, words=" ").status_code == 302
    assert TextVersion.objects.count() == 1
    assert act_on(owner, first.pk, words="Our [new] bench")["Location"] == "/workbench/texts/about/2/"
    assert act_on(owner, first.pk, words="The lamp", data=photo(640, 480))["Location"] == "/workbench/texts/about/3/"
    second = StoredFile.objects.exclude(pk=first.pk).get()
    assert act_on(owner, first.pk, "remove").status_code == 302, "the last version shows another one"
    assert act_on(owner, second.pk, "remove")["Location"] == "/workbench/texts/about/4/"
    assert [row.body for row in TextVersion.objects.order_by("number")] == [
        body,
        f"Before.\n\n![Our new bench](picture:{first.pk})\n\nAfter.",
        f"Before.\n\n![The lamp](picture:{second.pk})\n\nAfter.",
        "Before.\n\nAfter.\n",
    ]
    assert f"/files/{first.uuid}/" in client.get("/about/").text, "the public version is what it was"
    assert StoredFile.objects.present().count() == 2, "earlier versions show them"
    assert "Only earlier versions show it." in owner.get("/workbench/texts/about/").text
    acts = EventRecord.objects.filter(name="text.picture_changed").order_by("pk")
    assert [(row.payload["act"], row.payload["version"]) for row in acts] == [
        ("described", 2), ("replaced", 3), ("removed", None), ("removed", 4),
    ]  # fmt: skip
    add(owner)
    unused = StoredFile.objects.latest("pk")
    act_on(owner, unused.pk, "remove")
    assert not StoredFile.objects.present().filter(pk=unused.pk).exists()
    assert act_on(owner, unused.pk, "remove").status_code == 404


def test_a_text_is_not_emptied_by_taking_out_its_picture(shop: Location, sign_in: SignIn, olga: User) -> None:
    owner = sign_in(olga)
    add(owner)
    file = StoredFile.objects.get()
    owner.post("/workbench/texts/about/", {"title": "A", "summary": "", "body": f"![x](picture:{file.pk})"})
    assert act_on(owner, file.pk, "remove").status_code == 409
    assert (TextVersion.objects.count(), StoredFile.objects.present().count()) == (1, 1)
