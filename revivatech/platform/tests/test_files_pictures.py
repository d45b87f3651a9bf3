"""What becomes of a good picture: upright, bare, in the sizes a screen needs."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageCms

from revivatech.platform import clock
from revivatech.platform.files.kinds import PDF
from revivatech.platform.files.sizes import sizes_of
from revivatech.platform.files.storing import Prepared, prepare
from revivatech.testing.pictures import encoded, pdf, photo, picture, upload

LONDON = ZoneInfo("Europe/London")
FORMS = {"JPEG": "a.jpg", "PNG": "a.png", "WEBP": "a.webp", "HEIF": "a.heic", "AVIF": "a.avif"}


def made(prepared: Prepared, size: str = "full", content_type: str = "") -> Image.Image:
    (data,) = [one.data for one in prepared.encodings if one.size == size and one.content_type.endswith(content_type)]
    return Image.open(io.BytesIO(data))


def pixel(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    found = image.getpixel((x, y))
    assert isinstance(found, tuple)
    return tuple(int(value) for value in found)


@pytest.mark.parametrize("form", FORMS)
def test_every_type_comes_out_bare(form: str) -> None:
    """Nothing of the place, the camera or its notes is left in any encoding; not even in passing."""
    sent = photo(400, 300, form, taken="2026:03:02 10:00:00")
    assert b"Spycam" in sent
    prepared = prepare(upload(sent, FORMS[form]), zone=LONDON)
    assert (prepared.width, prepared.height) == (400, 300)
    assert prepared.taken_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert {(one.size, one.content_type) for one in prepared.encodings} == {
        ("full", "image/jpeg"), ("small", "image/webp"), ("small", "image/avif"),
        ("medium", "image/webp"), ("medium", "image/avif"),
    }  # fmt: skip
    for one in prepared.encodings:
        image = Image.open(io.BytesIO(one.data))
        assert not image.getexif()
        assert {"exif", "xmp", "icc_profile", "comment"}.isdisjoint(image.info)
        assert b"Spycam" not in one.data
        assert b"Exif" not in one.data


def test_three_sizes_and_never_larger_than_it_was() -> None:
    prepared = prepare(upload(photo(2400, 1200)))
    assert {one.size: made(prepared, one.size, "webp").size for one in prepared.encodings if one.size != "full"} == {
        "small": (320, 160), "medium": (960, 480), "large": (1920, 960),
    }  # fmt: skip
    assert made(prepared, "large", "avif").size == (1920, 960)
    assert made(prepared).size == (2400, 1200)
    assert sizes_of(64, 48) == [("small", 64)]
    assert sizes_of(700, 1000) == [("small", 224), ("medium", 672), ("large", 700)]
    assert sizes_of(1, 15_000) == [("small", 1), ("medium", 1), ("large", 1)]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_and_mirrored_pictures_stand_upright(orientation: int) -> None:
    """The white corner of the raw pixels ends where the camera's note says it belongs."""
    corner = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}[orientation]
    prepared = prepare(upload(photo(64, 48, orientation=orientation)))
    image = made(prepared)
    assert image.size == ((64, 48) if orientation < 5 else (48, 64))
    bright = {
        (x, y): min(pixel(image, 2 + x * (image.width - 5), 2 + y * (image.height - 5))) for x in (0, 1) for y in (0, 1)
    }
    assert bright[corner] > 240


@pytest.mark.parametrize("mode", ["L", "P", "1", "I;16", "CMYK", "LA", "RGBA"])
def test_every_kind_of_pixel_becomes_ordinary(mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    prepared = prepare(upload(encoded(picture(mode=mode), form), "a.png"))
    image = made(prepared)
    assert image.mode == "RGB"
    assert min(pixel(image, 1, 1)) > 240
    assert max(pixel(image, 60, 2)) < 60


def test_what_shows_through_stays_so() -> None:
    image = picture(mode="RGBA")
    image.putalpha(128)
    prepared = prepare(upload(encoded(image, "PNG"), "a.png"))
    assert made(prepared).mode == "RGBA"
    assert made(prepared).format == "WEBP"
    assert pixel(made(prepared), 60, 40)[3] == 128


def test_colours_of_another_space_are_translated() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ"))
    odd = encoded(picture(), "JPEG", icc_profile=b"not a profile at all")
    assert prepare(upload(odd)).width == 64
    assert prepare(upload(encoded(picture(), "PNG", icc_profile=lab.tobytes()), "a.png")).width == 64


def test_only_the_first_of_moving_pictures_is_kept() -> None:
    moving = encoded(picture(), "WEBP", save_all=True, append_images=[picture()] * 3)
    assert getattr(made(prepare(upload(moving, "a.webp"))), "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("taken", "moment"),
    [
        ("2026:07:02 10:00:00", datetime(2026, 7, 2, 9, tzinfo=UTC)),  # summer time in London
        ("0000:00:00 00:00:00", None),
        ("1970:01:01 00:00:00", None),
        ("2099:01:01 00:00:00", None),
        ("yesterday", None),
    ],
)
def test_the_camera_s_clock_is_believed_when_it_makes_sense(taken: str, moment: datetime | None) -> None:
    with clock.frozen(datetime(2026, 11, 22, tzinfo=UTC)):
        assert prepare(upload(photo(taken=taken)), zone=LONDON).taken_at == moment


def test_a_document_is_kept_as_it_came() -> None:
    prepared = prepare(upload(pdf(), "Invoice 7.PDF"))
    assert (prepared.name, prepared.type, prepared.width) == ("Invoice 7.PDF", PDF, None)
    assert [one.data for one in prepared.encodings] == [pdf()]


def test_the_longest_camera_clock_ahead() -> None:
    tomorrow = clock.now() + timedelta(days=3)
    assert prepare(upload(photo(taken=f"{tomorrow:%Y:%m:%d %H:%M:%S}"))).taken_at is None
