"""Every file that must not get in: each is refused with its own reason and its name, before anything of it is stored."""

from __future__ import annotations

import struct
import zlib

import pytest
from django.conf import LazySettings

from revivatech.platform.files import problems as p
from revivatech.platform.files import storing
from revivatech.platform.files.kinds import HEIC, JPEG, clean_name, named_as, recognise
from revivatech.platform.files.storing import MAX_BYTES, prepare
from revivatech.testing.pictures import archive, encoded, pdf, photo, picture, png, upload

JPG = photo()
PDF = pdf()
GIF = encoded(picture(mode="P"), "GIF")
BOMB = png(30_000, 30_000, b"\0" * 100_000)
TEXT_BOMB = b"".join(
    [
        png(8, 8, b"\0" * 72)[:33],
        (lambda body: struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body)))(
            b"Comment\0\0" + zlib.compress(b"A" * 20_000_000)
        ),
        png(8, 8, b"\0" * 72)[33:],
    ]
)
BAD: dict[str, tuple[str, bytes, type[p.FileRefused]]] = {
    "zero bytes": ("photo.jpg", b"", p.EmptyFile),
    "too big": ("photo.jpg", JPG + b"\0" * MAX_BYTES, p.TooBig),
    "text": ("photo.jpg", b"hello there", p.UnknownType),
    "page": ("photo.jpg", b"<!doctype html><script>alert(1)</script>", p.UnknownType),
    "drawing with a script": ("photo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", p.UnknownType),
    "GIF": ("photo.gif", GIF, p.UnknownType),
    "GIFAR": ("photo.gif", GIF + archive(), p.UnknownType),
    "archive": ("photos.zip", archive(), p.UnknownType),
    "program": ("photo.jpg", b"MZ" + b"\0" * 500, p.UnknownType),
    "film in the same container as HEIC": ("photo.heic", b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", p.UnknownType),
    "PDF called a picture": ("photo.jpg", PDF, p.WrongEnding),
    "picture called a PDF": ("invoice.pdf", JPG, p.WrongEnding),
    "picture called a program": ("photo.exe", JPG, p.WrongEnding),
    "picture called a page": ("photo.html", JPG, p.WrongEnding),
    "picture and archive": ("photo.jpg", JPG + archive(), p.MixedFile),
    "picture and page": ("photo.jpg", JPG + b"<script>alert(1)</script>", p.MixedFile),
    "picture and server script": ("photo.jpg", JPG + b"<?php system($_GET[0]);", p.MixedFile),
    "picture and PDF": ("photo.png", png(8, 8, b"\0" * 72)[:33] + b"%PDF-1.7" + png(8, 8, b"")[33:], p.MixedFile),
    "PDF and archive": ("a.pdf", PDF[:-7] + archive() + PDF[-7:], p.MixedFile),
    "PDF and page": ("a.pdf", pdf(b"<html><script>alert(1)</script>"), p.MixedFile),
    "PDF with a page behind it": ("a.pdf", PDF + b"<script>alert(1)</script>", p.MixedFile),
    "page with a PDF in it": ("a.pdf", b"<html>" + PDF, p.UnknownType),
    "cut-off picture": ("photo.jpg", photo(600, 400)[:-900], p.BrokenFile),
    "only the first bytes of a picture": ("photo.jpg", JPG[:20], p.BrokenFile),
    "picture with garbled insides": ("p.png", encoded(picture(), "PNG")[:60] + b"\xff" * 400, p.BrokenFile),
    "cut-off WebP": ("photo.webp", encoded(picture(), "WEBP")[:-40], p.BrokenFile),
    "cut-off HEIC": ("photo.heic", encoded(picture(), "HEIF")[:-100], p.BrokenFile),
    "cut-off AVIF": ("photo.avif", encoded(picture(), "AVIF")[:-100], p.BrokenFile),
    "cut-off PDF": ("a.pdf", PDF[:-40], p.BrokenFile),
    "PDF that leads nowhere": ("a.pdf", PDF.replace(b"startxref\n", b"startxref\n9"), p.BrokenFile),
    "bomb of pixels": ("photo.png", BOMB, p.TooManyPixels),
    "bomb of text": ("photo.png", TEXT_BOMB, p.BrokenFile),
    "huge but honest": ("photo.png", png(20_000, 100, b"\0" * 20_001 * 100), p.TooManyPixels),
}


@pytest.mark.parametrize("what", BAD)
def test_refused(what: str) -> None:
    name, data, problem = BAD[what]
    with pytest.raises(p.FileRefused) as refused:
        prepare(upload(data, name))
    assert type(refused.value) is problem
    assert f"“{name}”" in str(refused.value.detail)
    assert refused.value.extra["file"] == name
    assert refused.value.as_json()["code"] == problem.code
    assert 400 <= problem.status < 500


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Alice\\crack.jpg", "crack.jpg"),
        ("gpj.\u202eexe.jpg", "gpj.exe.jpg"),
        ("line\nbreak\0.png", "linebreak.png"),
        ("x" * 300 + ".jpeg", "x" * 115 + ".jpeg"),
        ("Bildschirm – Größe.png", "Bildschirm – Größe.png"),
        ("", "file"),
        (None, "file"),
        ("...", "file"),
    ],
)
def test_names_are_made_harmless(raw: str | None, clean: str) -> None:
    assert clean_name(raw) == clean


def test_endings_among_pictures_are_put_right() -> None:
    """Telephones call a HEIC picture .jpg; that is no reason to send somebody away."""
    assert named_as("IMG_1.jpg", HEIC) == "IMG_1.heic"
    assert named_as("IMG_1.JPEG", JPEG) == "IMG_1.JPEG"
    assert named_as("image", JPEG) == "image.jpg"
    assert recognise(JPG, "crack.png") is JPEG


def scanner(verdict: str) -> str:
    """A program like any other scanner: looks for a word in what it reads."""
    return f"sh -c 'if grep -q EVIL; then exit 1; else exit {verdict}; fi'"


def test_the_scanner_decides(settings: LazySettings) -> None:
    settings.SCAN_COMMAND = scanner("0")
    assert prepare(upload(JPG)).width == 64
    with pytest.raises(p.Infected):
        prepare(upload(JPG + b"EVIL"))
    assert prepare(upload(PDF, "a.pdf")).width is None


@pytest.mark.parametrize("command", [scanner("2"), "/nowhere/clamdscan -", "'"])
def test_without_a_verdict_nothing_gets_in(command: str, settings: LazySettings) -> None:
    settings.SCAN_COMMAND = command
    with pytest.raises(p.ScannerSilent):
        prepare(upload(JPG))


def test_who_waits_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from revivatech.platform.files import pictures

    monkeypatch.setattr(pictures, "WAIT_SECONDS", 0.01)
    with pictures._turn("a"), pictures._turn("b"), pytest.raises(p.Busy):
        storing.prepare(upload(JPG))
    assert storing.prepare(upload(JPG)).height == 48
