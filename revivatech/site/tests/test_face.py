"""The shop's colours: readable in both themes or refused, with the ratio; the logo is a picture of our own making."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from revivatech.accounts.models import User
from revivatech.platform.ui.tokens import colours
from revivatech.shop.models import Business, Location
from revivatech.site.brand import OURS, Colours, failing, mix, style_sheet, tokens, version

SignIn = Callable[[User], Client]
PURPLE = {"brand_soft": "#d8c9f5", "brand_strong": "#3b1f6b", "brand_action": "#6d28d9"}
GOOD = [
    ("#ffd8a8", "#5c2e00", "#9a3412"), ("#d8c9f5", "#3b1f6b", "#6d28d9"), ("#c7e9c0", "#1b4d1b", "#176b3a"),
    ("#ffffff", "#000000", "#333333"), ("#f9c5d1", "#6b0f2a", "#b0123f"),
]  # fmt: skip


@pytest.mark.parametrize("chosen", [OURS, *(Colours(*three) for three in GOOD)], ids=str)
def test_every_pair_can_be_read_with_these(chosen: Colours) -> None:
    assert failing(chosen) == []


def test_weak_colours_fail_with_their_ratio() -> None:
    worst = failing(Colours("#111111", "#eeeeee", "#ff0000"))
    assert worst
    assert min(worst[0].light, worst[0].dark) < worst[0].least


def test_tokens_are_known_ones_and_the_style_sheet_says_them() -> None:
    chosen = Colours(*GOOD[0])
    assert set(tokens(chosen)) <= set(colours())
    assert "--band:light-dark(#ffd8a8," in style_sheet(chosen)
    assert version(chosen) != version(OURS)
    assert mix("#000000", "#ffffff", 0.5) == "#808080"


@pytest.mark.django_db
class TestSettings:
    def test_colours_are_saved_and_shown(self, shop: Location, sign_in: SignIn, olga: User, client: Client) -> None:
        assert '<link rel="stylesheet" href="/brand/' not in client.get("/").text
        assert sign_in(olga).post("/workbench/face/", {**PURPLE, "banner": "Closed on Monday."}).status_code == 302
        page = client.get("/").text
        address = f"/brand/{version(Colours(*PURPLE.values()))}.css"
        assert address in page
        assert "Closed on Monday." in page
        sheet = client.get(address)
        assert sheet["Content-Type"] == "text/css; charset=utf-8"
        assert "immutable" in sheet["Cache-Control"]
        assert client.get("/brand/000000000000.css").status_code == 404

    def test_unreadable_colours_are_refused(self, shop: Location, sign_in: SignIn, olga: User) -> None:
        answer = sign_in(olga).post("/workbench/face/", {**PURPLE, "brand_strong": "#e0d6f5"})
        assert answer.status_code == 422
        assert "What could not be read" in answer.text
        assert " : 1" in answer.text
        assert sign_in(olga).post("/workbench/face/", {**PURPLE, "brand_soft": "red; } *{"}).status_code == 422
        assert Business.objects.get().brand_strong == ""

    def test_an_old_banner_is_gone(self, shop: Location, sign_in: SignIn, olga: User, client: Client) -> None:
        sign_in(olga).post("/workbench/face/", {"banner": "Closed.", "banner_until": "2020-01-01"})
        assert "Closed." not in client.get("/").text

    def test_logo_is_made_anew(self, shop: Location, sign_in: SignIn, olga: User, client: Client) -> None:
        out = io.BytesIO()
        Image.new("RGB", (1200, 300), "#3b1f6b").save(out, "PNG")
        upload = SimpleUploadedFile("logo.png", out.getvalue(), "image/png")
        assert sign_in(olga).post("/workbench/face/", {"logo": upload}).status_code == 302
        name = Business.objects.get().logo
        assert f"/brand/{name}.png" in client.get("/").text
        with Image.open(io.BytesIO(client.get(f"/brand/{name}.png").content)) as image:
            assert (image.format, image.size) == ("PNG", (384, 96))
        out = io.BytesIO()
        Image.new("RGB", (300, 300), "#f2f2f2").save(out, "PNG")
        pale = SimpleUploadedFile("logo.png", out.getvalue(), "image/png")
        assert "too light to be seen" in sign_in(olga).post("/workbench/face/", {"logo": pale}).text
        evil = SimpleUploadedFile(
            "logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/svg+xml"
        )
        assert sign_in(olga).post("/workbench/face/", {"logo": evil}).status_code in (415, 422)
        assert Business.objects.get().logo == name

    def test_others_change_nothing(self, shop: Location, sign_in: SignIn, mona: User) -> None:
        assert sign_in(mona).post("/workbench/face/", PURPLE).status_code == 403
        assert Business.objects.get().brand_soft == ""
