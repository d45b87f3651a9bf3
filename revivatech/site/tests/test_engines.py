"""What search engines find: the sitemap holds whole pages only, private pages say noindex, every public page names itself once."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from revivatech.accounts.models import User
from revivatech.catalogue.models import Family
from revivatech.shop.models import Business, Location
from revivatech.site.head import absolute
from revivatech.testing.catalogue import make_listed_model, make_rule

from .test_devices import graph

pytestmark = pytest.mark.django_db
BASE = "http://localhost:3010"
PAGES = ["/", "/devices/", "/services/", "/services/screen/", "/prices/", "/how-it-works/", "/locations/", "/business/",
         "/warranty/", "/contact/", "/faq/", "/privacy/", "/cookies/", "/complaints/", "/accessibility/"]  # fmt: skip
ONCE = ("<h1", "<title>", 'name="description"', 'rel="canonical"', 'property="og:title"')


def locations(client: Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    found = ET.fromstring(answer.content)
    return [
        (row.text or "").removeprefix(BASE) for row in found.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    ]


@pytest.fixture
def stocked(shop: Location) -> Location:
    make_listed_model("iPhone 13")
    make_listed_model("iPhone 14")
    make_listed_model("Galaxy Watch", category="wearable", brand="Samsung", family="Watch")
    make_rule("screen", 15000, category="smartphone")
    return shop


def test_sitemap_holds_pages_that_say_something(stocked: Location, client: Client) -> None:
    parts = locations(client, "/sitemap.xml")
    assert parts == ["/sitemaps/pages.xml", "/sitemaps/models-1.xml"]
    models = ["/devices/apple/iphone-13/", "/devices/apple/iphone-14/"]
    assert locations(client, parts[1]) == [path for model in models for path in (model, f"/pt{model}")]
    assert f'hreflang="pt" href="{absolute("/pt" + models[0])}"' in client.get(parts[1]).text
    pages = locations(client, parts[0])
    assert len(pages) == len(set(pages))
    assert {"/", "/faq/", "/services/screen/", "/devices/smartphone/", "/devices/apple/smartphone/iphone/"} <= set(
        pages
    )
    assert {"/services/battery/", "/devices/samsung/wearable/watch/", "/search/", "/about/"} & set(pages) == set()


def test_everything_in_the_sitemap_may_be_indexed(stocked: Location, client: Client) -> None:
    for part in locations(client, "/sitemap.xml"):
        for path in locations(client, part):
            answer = client.get(path)
            assert (path, answer.status_code, answer.get("X-Robots-Tag")) == (path, 200, None)
            assert f'<link rel="canonical" href="{BASE}{path}">' in answer.text


def test_pictures_are_in_the_sitemap(stocked: Location, client: Client) -> None:
    assert (
        f"<image:loc>{BASE}/devices/apple/iphone-13/card.png</image:loc>" in client.get("/sitemaps/models-1.xml").text
    )


def test_public_pages_name_themselves_once(stocked: Location, client: Client) -> None:
    titles, descriptions = [], []
    for path in PAGES:
        page = client.get(path).text
        assert [page.count(piece) for piece in ONCE] == [1] * len(ONCE), path
        titles += re.findall(r"<title>(.*?)</title>", page, re.S)
        descriptions += re.findall(r'name="description" content="(.*?)"', page)
    assert len(set(titles)) == len(PAGES)
    assert len(set(descriptions)) == len(PAGES)
    assert [text for text in descriptions if not 20 <= len(text) <= 170] == []


def test_places_are_described(stocked: Location, client: Client) -> None:
    rows = {row["@type"]: row for row in graph(client.get(f"/locations/{stocked.slug}/").text)}
    place = rows["LocalBusiness"]
    assert place["address"]["postalCode"] == stocked.postcode
    assert [row["dayOfWeek"] for row in place["openingHoursSpecification"]] == [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]  # fmt: skip
    assert rows["Organization"]["@id"] == place["parentOrganization"]["@id"]


def test_a_shop_s_name_cannot_break_the_data(stocked: Location, client: Client) -> None:
    Business.objects.update(name='</script><script>alert(1)//&"')
    page = client.get("/").text
    assert "<script>alert" not in page
    assert graph(page)[0]["name"] == '</script><script>alert(1)//&"'


def test_private_pages_are_left_out(stocked: Location, client: Client, olga: User) -> None:
    for path in ("/workbench/", "/account/", "/accounts/login/", "/book/device/1/", "/search/?q=iphone", "/setup/"):
        assert client.get(path).get("X-Robots-Tag", "").startswith("noindex"), path
    client.force_login(olga)
    assert client.get("/workbench/inbox/")["X-Robots-Tag"].startswith("noindex")


def test_a_closed_shop_is_not_indexed(client: Client) -> None:
    for path in ("/", "/devices/", "/prices/", "/devices/apple/iphone-13/"):
        answer = client.get(path)
        assert answer["X-Robots-Tag"] == "noindex"
        assert "This shop is not open yet" in answer.text
    assert locations(client, "/sitemap.xml") == []
    assert client.get("/faq/").status_code == 200


def test_search_finds_devices_services_and_says_when_nothing_fits(stocked: Location, client: Client) -> None:
    page = client.get("/search/", {"q": "iphone 13"}).text
    assert 'href="/devices/apple/iphone-13/"' in page
    assert 'href="/services/screen/"' in client.get("/search/", {"q": "screen"}).text
    assert "Nothing fits “zzzzqqq”" in client.get("/search/", {"q": "zzzzqqq"}).text
    assert client.get("/search/", {"q": "\x00'<b>"}).status_code == 200
    assert Family.objects.count() == 2


def test_robots_name_the_sitemap(client: Client) -> None:
    assert f"Sitemap: {BASE}/sitemap.xml" in client.get("/robots.txt").text.splitlines()
