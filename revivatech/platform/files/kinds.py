"""What a file really is, told from its bytes. The name and the browser's word for it decide nothing."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from .problems import EmptyFile, MixedFile, UnknownType, WrongEnding

MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class FileType:
    """`pillow` is the one decoder that may touch a file of this type; empty for documents."""

    word: str
    content_type: str
    endings: tuple[str, ...]
    pillow: str = ""


JPEG = FileType("JPEG", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"), "JPEG")
PNG = FileType("PNG", "image/png", (".png",), "PNG")
WEBP = FileType("WebP", "image/webp", (".webp",), "WEBP")
HEIC = FileType("HEIC", "image/heic", (".heic", ".heif", ".hif"), "HEIF")
AVIF = FileType("AVIF", "image/avif", (".avif",), "AVIF")
PDF = FileType("PDF", "application/pdf", (".pdf",))
PICTURES = (JPEG, PNG, WEBP, HEIC, AVIF)
PICTURE_ENDINGS = frozenset(ending for one in PICTURES for ending in one.endings)
ACCEPT = ",".join(sorted({one.content_type for one in (*PICTURES, PDF)} | {".heic", ".heif"}))

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
# Of the things a picture may carry along, these are meant for another program. Motion photos and colour profiles are not.
_PAGE = re.compile(rb"<script[\s>]|<!doctype\s+html|<html[\s>]|<\?php", re.IGNORECASE)
_HIDDEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # also what turns text around


def recognise(data: bytes, name: str) -> FileType:
    """The type of a file called `name` (clean). Raises the problem when we do not take it, or it is two things at once."""
    if not data:
        raise EmptyFile(name)
    found = _by_content(data)
    if found is None:
        raise UnknownType(name)
    ending = PurePosixPath(name).suffix.lower()
    fitting = PICTURE_ENDINGS if found.pillow else frozenset(found.endings)
    if ending and ending not in fitting and len(ending) <= 6:
        raise WrongEnding(name, really=found.word)
    if _is_mixed(data, found):
        raise MixedFile(name, really=found.word)
    return found


def _by_content(data: bytes) -> FileType | None:
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    if re.match(rb"%PDF-[12]\.\d", data):
        return PDF
    return _iso_brand(data) if data[4:8] == b"ftyp" else None


def _iso_brand(data: bytes) -> FileType | None:
    """HEIC and AVIF share a container; the brands in its first box tell them from each other and from films."""
    end = min(int.from_bytes(data[:4]), 256)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, end - 3, 4))}
    if data[8:12] in _AVIF_BRANDS or (data[8:12] in _HEIF_BRANDS and brands & _AVIF_BRANDS):
        return AVIF
    return HEIC if data[8:12] in _HEIF_BRANDS else None


def _is_mixed(data: bytes, found: FileType) -> bool:
    """Threat: a file that another program takes for a page, a document or an archive with code (GIFAR and the like)."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        return True
    if found is PDF:
        end = data.rfind(b"%%EOF")
        return bool(_PAGE.search(data, 0, 1024)) or (end >= 0 and bool(_PAGE.search(data, end)))
    return b"%PDF-" in data[:1024] or bool(_PAGE.search(data))


def clean_name(raw: str | None) -> str:
    """A name safe to show and to offer for download: no folders, no invisible or reversing characters, at most 120 long."""
    bare = (raw or "").replace("\\", "/").rsplit("/", 1)[-1]
    bare = _HIDDEN.sub("", unicodedata.normalize("NFC", bare)).strip(" .")
    if len(bare) > MAX_NAME:
        ending = PurePosixPath(bare).suffix[:10]
        bare = bare[: MAX_NAME - len(ending)] + ending
    return bare or "file"


def named_as(name: str, found: FileType) -> str:
    """The name with the ending its content has: telephones call a HEIC picture .jpg and the other way round."""
    path = PurePosixPath(name)
    if path.suffix.lower() in found.endings:
        return name
    stem = path.stem if path.suffix.lower() in PICTURE_ENDINGS else name
    return stem[: MAX_NAME - len(found.endings[0])] + found.endings[0]
