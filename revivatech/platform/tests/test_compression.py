"""Pages leave compressed where the browser takes it; what is no page leaves as it is."""

from __future__ import annotations

import gzip

import pytest
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from revivatech.platform.web.compression import CompressPages

LONG = b"<p>We are finding the fault.</p>" * 100


def sent(answer: HttpResponseBase, accepts: str = "gzip, br") -> HttpResponseBase:
    def view(_request: HttpRequest) -> HttpResponseBase:
        return answer

    request = RequestFactory().get("/", headers={"accept-encoding": accepts})
    found: HttpResponseBase = CompressPages(view)(request)  # type: ignore[assignment]
    return found


@pytest.mark.django_db
def test_a_page_is_compressed_and_reads_the_same() -> None:
    plain = Client().get("/accounts/login/")
    small = Client().get("/accounts/login/", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in plain
    assert small["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain["Vary"]
    assert len(small.content) * 2 < len(plain.content)
    assert gzip.decompress(small.content).startswith(b"<!DOCTYPE html>")


def test_sizes_of_private_pages_tell_nothing() -> None:
    private = {"Cache-Control": "private, no-store"}
    sizes = {len(sent(HttpResponse(LONG, headers=private), "zstd, br, gzip").content) for _time in range(40)}  # type: ignore[attr-defined]
    assert len(sizes) > 5


@pytest.mark.parametrize(
    ("answer", "accepts"),
    [
        (HttpResponse(LONG), "identity, compress"),
        (HttpResponse(LONG, content_type="image/webp"), "gzip"),
        (HttpResponse(LONG, headers={"Content-Encoding": "br"}), "gzip"),
        (HttpResponse(b"short"), "gzip"),
        (StreamingHttpResponse([LONG]), "gzip"),
        (FileResponse(LONG, content_type="text/html"), "gzip"),
    ],
    ids=["not asked for", "a picture", "compressed already", "short", "a stream", "a file"],
)
def test_what_leaves_as_it_is(answer: HttpResponseBase, accepts: str) -> None:
    before = answer.get("Content-Encoding")
    assert sent(answer, accepts).get("Content-Encoding") == before
