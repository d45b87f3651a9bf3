"""Photos of the shop: added, looked at, published, replaced and removed; none by default."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from revivatech.accounts.models import User
from revivatech.platform.events.models import EventRecord
from revivatech.platform.files.models import StoredFile
from revivatech.shop.models import Business, Location
from revivatech.testing.pictures import photo

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
PAGE = "/workbench/photos/"


def add(client: Client, place: str, data: bytes | None = None, **words: str) -> Any:
    upload = SimpleUploadedFile("bench.jpg", photo(1200, 800) if data is None else data)
    said = {"alt_en-gb": "Our bench", "alt_pt": "A nossa bancada", **words}
    return client.post(
        f"{PAGE}{place}/", {f"{place}-photo": upload, **{f"{place}-{name}": said[name] for name in said}}
    )


def change(client: Client, place: str, act: str, which: str = "", **words: str) -> Any:
    return client.post(f"{PAGE}{place}/change/", {"act": act, "which": which, **words})


def image_of(page: str) -> str | None:
    found = re.search(r'<figure class="shop-photo"><img src="([^"]+)"', page)
    return found[1] if found else None


def test_from_upload_to_every_page_and_back(shop: Location, client: Client, sign_in: SignIn, olga: User) -> None:
    assert image_of(client.get("/").text) is None
    owner = sign_in(olga)
    assert add(owner, "workshop")["Location"] == PAGE
    assert "Only you see it" in owner.get(PAGE).text
    assert image_of(client.get("/").text) is None, "waits until it is published"
    change(owner, "workshop", "publish")
    english, portuguese = client.get("/").text, client.get("/pt/").text
    address = image_of(english)
    assert address is not None
    assert address == image_of(portuguese), "one address in all languages"
    assert ('alt="Our bench"' in english, 'alt="A nossa bancada"' in portuguese) == (True, True)
    img = re.search(r'<figure class="shop-photo"><img[^>]+>', english)
    assert img is not None
    assert 'width="1200" height="800"' in img[0]
    assert 'loading="lazy"' in img[0]
    assert english.index("<h1>") < english.index('id="how"') < img.start(), "below the fold"
    answer = client.get(address, headers={"accept": "image/avif,*/*"})
    assert (answer["Content-Type"], answer["Cross-Origin-Resource-Policy"]) == ("image/avif", "cross-origin")
    assert "immutable" in answer["Cache-Control"]
    preview = re.search(r'property="og:image" content="[^"]*?(/brand/photos/[^"]+)"', english)
    assert preview is not None
    with Image.open(io.BytesIO(client.get(preview[1]).content)) as card:
        assert (card.format, card.size) == ("JPEG", (1200, 630))
    graph = json.loads(re.search(r'ld\+json">(.+?)</script>', english)[1])["@graph"]  # type: ignore[index]
    assert [one["image"][0].rpartition("/brand/")[1] for one in graph if "image" in one] == ["/brand/"]

    assert f"{address.rpartition('/medium')[0]}/large/</image:loc>" in client.get("/sitemaps/pages.xml").text

    add(owner, "workshop", photo(640, 480), **{"alt_en-gb": "Newer"})
    change(owner, "workshop", "publish")
    newer = image_of(client.get("/").text)
    assert newer not in (None, address)
    assert client.get(address).status_code == 404, "a replaced photo is not there any more"
    change(owner, "workshop", "remove", "now")
    assert image_of(client.get("/").text) is None
    assert Business.objects.get().photos == {}
    assert not StoredFile.objects.present().exists()
    events = EventRecord.objects.filter(payload__part="photos")
    assert events.count() == 5
    assert {row.actor_label for row in events} == {"Olga"}


def test_each_place_has_its_page(shop: Location, client: Client, sign_in: SignIn, olga: User) -> None:
    owner, at = sign_in(olga), f"location-{shop.pk}"
    for place in (at, "team"):
        add(owner, place)
        change(owner, place, "publish")
    owner.post("/workbench/texts/about/", {"title": "About us", "summary": "", "body": "Two people."})
    owner.post("/workbench/texts/about/1/publication/")
    pages = {name: image_of(client.get(path).text) for name, path in
             (("home", "/"), ("about", "/about/"), ("location", f"/locations/{shop.slug}/"), ("other", "/prices/"))}  # fmt: skip
    assert pages["home"] == pages["about"] != pages["location"]
    assert (pages["other"], None in (pages["home"], pages["location"])) == (None, False)


def test_it_says_what_is_missing_and_keeps_nothing(shop: Location, sign_in: SignIn, olga: User, fred: User) -> None:
    owner = sign_in(olga)
    wordless = add(owner, "team", alt_pt=" ")
    assert wordless.status_code == 422
    assert 'value="Our bench"' in wordless.text, "what was typed is kept"
    assert add(owner, "team", b"%PDF-1.7 no picture").status_code == 422
    assert add(owner, "elsewhere").status_code == 404
    assert add(sign_in(fred), "team").status_code == 403
    assert StoredFile.objects.count() == EventRecord.objects.filter(payload__part="photos").count() == 0
    assert change(owner, "team", "publish").status_code == 409
    add(owner, "team")
    file = StoredFile.objects.get()
    for who in (Client(), sign_in(fred)):
        assert who.get(f"/files/{file.uuid}/small/").status_code in (302, 403, 404), "not public yet"
        assert who.get(f"/brand/photos/{file.uuid}/small/").status_code == 404
    change(owner, "team", "describe", "next", **{"alt_en-gb": "Ann and Bo", "alt_pt": ""})
    assert Business.objects.get().photos["team"]["next"]["alt"]["en-gb"] == "Our bench"
    change(owner, "team", "describe", "next", **{"alt_en-gb": "Ann & <Bo>", "alt_pt": "A Ana"})
    assert 'alt="Ann &amp; &lt;Bo&gt;"' in owner.get(PAGE).text
    change(owner, "team", "remove", "next")
    assert not StoredFile.objects.present().exists()


def test_what_a_camera_wrote_is_gone(shop: Location, client: Client, sign_in: SignIn, olga: User) -> None:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010F], exif[0x8825] = "Camera", {1: "N"}
    Image.new("RGB", (640, 480), "teal").save(out, "JPEG", exif=exif)
    owner = sign_in(olga)
    add(owner, "team", out.getvalue())
    change(owner, "team", "publish")
    address = image_of(client.get("/").text)
    assert address is not None
    answer: Any = client.get(address)
    with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as shown:
        assert not shown.getexif()
