"""Pictures are decoded and made anew: what is kept is pixels, without place, maker's notes or anything hidden in the file."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

import pillow_heif
from PIL import Image, ImageCms, ImageOps

from revivatech.platform import clock

from .kinds import FileType
from .problems import BrokenFile, Busy, TooManyPixels
from .sizes import FULL, sizes_of

MAX_PIXELS = 64_000_000
MAX_SIDE = 16_000  # WebP ends at 16383

# Memory is what runs out first: a picture at the limit takes 256 MB, twice while it is turned. The others wait their turn.
_TURNS = threading.BoundedSemaphore(2)
WAIT_SECONDS = 40

Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow's own guard, behind ours; it also covers parts of a file
pillow_heif.register_heif_opener(thumbnails=False)

_EXIF, _TAKEN, _OFFSET = 0x8769, 0x9003, 0x9011
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True, slots=True)
class Encoding:
    size: str
    content_type: str
    ending: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """Upright, in sRGB, with nothing but pixels. `taken_at` is what the camera's clock said, when it said something sensible."""

    width: int
    height: int
    taken_at: datetime | None
    encodings: tuple[Encoding, ...]


def make_picture(data: bytes, found: FileType, name: str, *, zone: tzinfo = UTC) -> Picture:
    """All encodings of an upload. `zone` is where the camera was, should it not say. Raises BrokenFile, TooManyPixels or Busy."""
    with _turn(name):
        image, taken_at = _decoded(data, found, name, zone)
        encodings = tuple(_encodings(image))
    return Picture(image.width, image.height, taken_at, encodings)


@contextmanager
def _turn(name: str) -> Iterator[None]:
    if not _TURNS.acquire(timeout=WAIT_SECONDS):
        raise Busy(name)
    try:
        yield
    finally:
        _TURNS.release()


def _decoded(data: bytes, found: FileType, name: str, zone: tzinfo) -> tuple[Image.Image, datetime | None]:
    """Dimensions are judged from the header, before a single pixel is unpacked."""
    try:
        with Image.open(io.BytesIO(data), formats=[found.pillow]) as opened:
            width, height = opened.size
            if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                raise TooManyPixels(name, width=width, height=height)
            opened.load()
            taken_at = _taken_at(opened, zone)
            ImageOps.exif_transpose(opened, in_place=True)
            return _bare(_in_srgb(opened)), taken_at
    except TooManyPixels:
        raise
    except Image.DecompressionBombError as problem:
        raise TooManyPixels(name, width="?", height="?") from problem
    except Exception as problem:  # decoders raise nearly everything on bytes that somebody made up
        raise BrokenFile(name) from problem


def _in_srgb(image: Image.Image) -> Image.Image:
    """Colours as a browser shows them without a profile; a profile that cannot be used is left out."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return image
        wanted = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode=wanted) or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


def _bare(image: Image.Image) -> Image.Image:
    """RGB, or RGBA where something shows through, knowing nothing of the file it came from. Copies only what it must:

    at the limit each copy is 256 MB.
    """
    see_through = image.has_transparency_data
    if image.mode.startswith("I"):  # 16 bits of grey: scale, for a plain conversion would only cut off
        image = image.point(lambda value: value / 256).convert("L")
    wanted = "RGBA" if see_through else "RGB"
    plain = image if image.mode == wanted else image.convert(wanted)
    if see_through and plain.getchannel("A").getextrema() == (255, 255):
        plain = plain.convert("RGB")
    plain.info.clear()  # what encoders would write again: profile, comment, resolution
    return plain


def _encodings(image: Image.Image) -> Iterator[Encoding]:
    if image.mode == "RGB":
        yield _encoded(image, FULL, "JPEG", quality=92)
    else:
        yield _encoded(image, FULL, "WEBP", quality=92, method=2)
    # From large to small, each made of the one before: the work is done once.
    smaller = image
    for size, width in reversed(sizes_of(*image.size)):
        height = max(1, round(image.height * width / image.width))
        smaller = smaller.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        yield _encoded(smaller, size, "WEBP", quality=80, method=4)
        yield _encoded(smaller, size, "AVIF", quality=60, speed=8, max_threads=1)


def _encoded(image: Image.Image, size: str, form: str, **options: Any) -> Encoding:
    out = io.BytesIO()
    image.save(out, form, **options)
    ending = {"JPEG": "jpg", "WEBP": "webp", "AVIF": "avif"}[form]
    return Encoding(size, f"image/{form.lower()}", ending, out.getvalue())


def _taken_at(image: Image.Image, zone: tzinfo) -> datetime | None:
    """The moment the picture was taken. A camera whose clock is plainly wrong is not believed."""
    try:
        told = image.getexif().get_ifd(_EXIF)
        moment = datetime.strptime(str(told[_TAKEN]).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - its zone follows
        moment = moment.replace(tzinfo=_offset(str(told.get(_OFFSET, ""))) or zone).astimezone(UTC)
    except Exception:  # made-up bytes again; a picture without a time is still a picture
        return None
    return moment if datetime(1995, 1, 1, tzinfo=UTC) < moment <= clock.now() + timedelta(days=1) else None


def _offset(text: str) -> tzinfo | None:
    """`+01:00` as EXIF writes it."""
    sign, hours, minutes = text[:1], text[1:3], text[4:6]
    if sign not in {"+", "-"} or not (hours + minutes).isdigit():
        return None
    span = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-span if sign == "-" else span)
