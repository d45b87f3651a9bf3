"""Files as people send them, and as nobody should: made on the spot, so that each test shows what is in its file."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pillow_heif
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

pillow_heif.register_heif_opener(thumbnails=False)
GPS, EXIF = 0x8825, 0x8769
LATITUDE = (51.0, 30.0, 30.0)  # London Bridge: what must never come out again


def picture(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """A gradient with a white corner at the top left, so that turning and mirroring show."""
    image = Image.linear_gradient("L").resize((width, height))
    image.paste(255, (0, 0, max(1, width // 4), max(1, height // 4)))
    if mode == "I;16":
        return Image.frombytes(mode, image.size, b"".join(bytes([value, value]) for value in image.tobytes()))
    return image if mode == "L" else image.convert("RGB").convert(mode)


def encoded(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def photo(width: int = 64, height: int = 48, form: str = "JPEG", *, orientation: int = 1, taken: str = "") -> bytes:
    """As a telephone makes it: with the place, the camera's name and perhaps the time in it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Spycam"
    exif[GPS] = {1: "N", 2: LATITUDE, 3: "W", 4: (0.0, 5.0, 15.0)}
    if taken:
        exif[EXIF] = {0x9003: taken}
    return encoded(picture(width, height), form, exif=exif)


def upload(data: bytes, name: str = "photo.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type)


def pdf(body: bytes = b"") -> bytes:
    """The smallest document a reader opens, with `body` as a comment after the first line."""
    data = b"%PDF-1.7\n" + (b"%" + body + b"\n" if body else b"")
    places = []
    for number, part in enumerate(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R>>"], 1
    ):
        places.append(len(data))
        data += b"%d 0 obj%sendobj\n" % (number, part)
    table = len(data)
    data += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer<</Root 1 0 R/Size 4>>\nstartxref\n%d\n%%%%EOF\n" % table


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("Applet.class", b"\xca\xfe\xba\xbe" * 20)
    return out.getvalue()


def png(width: int, height: int, rows: bytes) -> bytes:
    """A PNG whose header says what it likes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
