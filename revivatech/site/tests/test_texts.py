"""The owner's texts: shipped words until there are own ones, versions, preview, history; nothing unsafe gets through."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import Client

from revivatech.accounts.actors import actor_of
from revivatech.accounts.known_browsers import COOKIE as KNOWN_BROWSER
from revivatech.accounts.models import User
from revivatech.booking.views.common import COOKIE as BOOKING_DRAFT
from revivatech.platform.events.models import EventRecord
from revivatech.shop.models import Business, Location
from revivatech.site import texts
from revivatech.site.models import Text, TextVersion
from revivatech.site.rendering import NAMES, filled, questions, render_text
from revivatech.site.starters import NAMED, shipped
from revivatech.testing.booking import make_service

from .test_devices import graph

MESSAGES = CookieStorage.cookie_name
SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
ABOUT = {"title": "Who we are", "summary": "Two people and a bench.", "body": "## The bench\n\nWe are {shop}."}


@pytest.mark.parametrize("slug", [slug for slug, named in NAMED.items() if named.shipped])
def test_shipped_texts_are_there_from_the_start(slug: str, shop: Location, client: Client) -> None:
    page = client.get(f"/{slug}/")
    assert page.status_code == 200
    assert "London Repairs" in page.text
    assert [name for name in NAMES if f"{{{name}}}" in page.text] == []
    assert {name.split("}")[0] for name in shipped(slug).split("{")[1:]} <= set(NAMES)


def test_every_cookie_there_is_stands_on_the_page_about_cookies() -> None:
    ours = {settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME}
    ours |= {MESSAGES, KNOWN_BROWSER, BOOKING_DRAFT}
    assert set(re.findall(r"^\| `(\w+)` \|", shipped("cookies"), re.M)) == ours


def test_what_has_no_words_is_not_there(shop: Location, client: Client) -> None:
    assert client.get("/about/").status_code == 404
    assert client.get("/terms/").status_code == 404
    assert client.get("/pages/faq/").status_code == 404
    Business.objects.update(terms="Pay <b>first</b>.\nThen smile.")
    page = client.get("/terms/").text
    assert "Pay &lt;b&gt;first&lt;/b&gt;." in page


def test_faq_is_told_to_engines(shop: Location, client: Client) -> None:
    (faq,) = [row for row in graph(client.get("/faq/").text) if row["@type"] == "FAQPage"]
    asked = {row["name"]: row["acceptedAnswer"]["text"] for row in faq["mainEntity"]}
    assert len(asked) == 9
    assert "90 days on standard repairs" in asked["Is there a warranty?"]


def test_write_look_publish_and_take_back(shop: Location, sign_in: SignIn, olga: User, client: Client) -> None:
    owner = sign_in(olga)
    answer = owner.post("/workbench/texts/about/", ABOUT)
    assert answer["Location"] == "/workbench/texts/about/1/"
    preview = owner.get("/workbench/texts/about/1/")
    assert "We are London Repairs." in preview.text
    assert preview["X-Robots-Tag"] == "noindex"
    assert client.get("/about/").status_code == 404
    owner.post("/workbench/texts/about/1/publication/")
    owner.post("/workbench/texts/about/place/", {"place": "footer", "position": "10"})
    assert "We are London Repairs." in client.get("/about/").text
    assert 'href="/about/">Who we are</a>' in client.get("/").text
    owner.post("/workbench/texts/about/", {**ABOUT, "body": "Now three people."})
    owner.post("/workbench/texts/about/2/publication/")
    assert "Now three people." in client.get("/about/").text
    owner.post("/workbench/texts/about/1/publication/")
    assert "We are London Repairs." in client.get("/about/").text
    owner.post("/workbench/texts/about/withdrawal/")
    assert client.get("/about/").status_code == 404
    assert "Who we are" not in client.get("/").text
    names = list(EventRecord.objects.filter(subject_kind="text").order_by("sequence").values_list("name", flat=True))
    assert names == [
        "text.saved",
        "text.published",
        "text.placed",
        "text.saved",
        "text.published",
        "text.published",
        "text.withdrawn",
    ]


def test_own_pages(shop: Location, sign_in: SignIn, olga: User, client: Client) -> None:
    owner = sign_in(olga)
    assert owner.post("/workbench/texts/new/", {**ABOUT, "slug": "faq"}).status_code == 422
    assert owner.post("/workbench/texts/new/", {**ABOUT, "slug": "students"}).status_code == 302
    assert client.get("/pages/students/").status_code == 404
    owner.post("/workbench/texts/students/1/publication/")
    assert client.get("/pages/students/").status_code == 200
    assert owner.post("/workbench/texts/new/", {**ABOUT, "slug": "students"}).status_code == 422
    assert owner.post("/workbench/texts/students/1/publication/").status_code == 409


def test_others_change_nothing(shop: Location, sign_in: SignIn, mona: User, client: Client) -> None:
    assert sign_in(mona).post("/workbench/texts/about/", ABOUT).status_code == 403
    assert sign_in(mona).post("/workbench/texts/new/", {**ABOUT, "slug": "x"}).status_code == 403
    assert client.post("/workbench/texts/about/", ABOUT).status_code == 302
    assert (Text.objects.count(), TextVersion.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("body", "gone"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("<img src=x onerror=alert(1)>", "<img"),
        ("[x](javascript:alert(1))", 'href="javascript'),
        ("[x](data:text/html;base64,AAAA)", 'href="data'),
        ("<style>body{display:none}</style>", "<style"),
        ("![x](https://tracker.example/pixel.png)", "<img"),
        ("<a href='#' style='position:fixed' onclick='x()'>a</a>", "<a "),
    ],
)
def test_nothing_unsafe_gets_through(body: str, gone: str) -> None:
    assert gone not in render_text(body)


def test_stored_values_are_escaped_and_linked() -> None:
    shop = Business(name='<b>"Bench"</b>', email='a"b@example.com', phone="+44 20 7946 0000")
    html = filled(render_text("{shop} {email} {phone} {warranty_days} {other} [x](https://x.example/{shop})"), shop)
    assert "&lt;b&gt;&quot;Bench&quot;&lt;/b&gt;" in html
    assert '<a href="mailto:a&quot;b@example.com">' in html
    assert '<a href="tel:+442079460000">+44 20 7946 0000</a> 90 {other}' in html
    assert "https://x.example/%7Bshop%7D" in html


def test_headings_begin_below_the_page_s_own() -> None:
    assert render_text("# One\n\ntext") == "<h2>One</h2>\n<p>text</p>\n"
    assert questions(render_text("before\n\n## A?\n\nyes\n\n## B?\n\n## C?\n\nno")) == [
        ("A?", "<p>yes</p>"),
        ("C?", "<p>no</p>"),
    ]


def test_the_search_finds_public_words_in_the_readers_language(shop: Location, olga: User, client: Client) -> None:
    owner = actor_of(olga)
    for slug, title, body in (
        ("students", "For students", "Ten per cent off. Bring your student card & a smile."),
        ("students--pt", "Para estudantes", "Dez por cento de desconto para universitários."),
        ("faq", "Our answers", "## Do you mend umbrellas?\n\nNo.\n\n## Where do I park?\n\nBehind the *bakery*."),
        ("secret", "Secret plans", "Umbrellas and students."),
    ):
        texts.save(slug, title=title, summary="", body=body, by=owner)
        if slug != "secret":
            texts.publish(slug, 1, by=owner)
    Business.objects.update(terms="We keep umbrellas for a year.", terms_in={"pt": "Guardamos chapéus."})

    def found(words: str, at: str = "") -> list[tuple[str, str]]:
        page = client.get(f"{at}/search/", {"q": words}).text.partition('id="answers"')[2].partition("</section>")[0]
        return re.findall(r'href="([^"]+)">([^<]+)</a>', page)

    assert found("student card") == [("/pages/students/", "For students")]
    assert found("universitarios", "/pt") == [("/pt/pages/students/", "Para estudantes")], "without the accent"
    assert found("universitários") == []
    assert found("parking bakery") == [("/faq/#q-2", "Where do I park?")]
    assert found("umbrellas") == [("/faq/#q-1", "Do you mend umbrellas?"), ("/terms/", "Terms of repair")]
    assert found("secret plans") == [], "not published"
    assert "/pt/privacy/" in dict(found("privacidade", "/pt")), "shipped words"
    assert 'id="q-2"' in client.get("/faq/").text
    texts.withdraw("students", by=owner)
    texts.withdraw("students--pt", by=owner)
    assert found("student card") == []


def test_services_are_found_by_their_word_in_the_readers_language(shop: Location, client: Client) -> None:
    make_service("screen", name="Screen")
    assert 'href="/pt/services/screen/"' in client.get("/pt/search/", {"q": "ecra"}).text
    assert 'href="/pt/services/screen/"' in client.get("/pt/search/", {"q": "screens"}).text
