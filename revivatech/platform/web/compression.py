"""Pages leave compressed: a fifth of their size, which on a slow line is most of the wait."""

from __future__ import annotations

import gzip
import sys

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

TEXT = ("text/html", "text/css", "application/json", "application/problem+json", "image/svg+xml", "application/xml")
LEAST = 200  # bytes; below that there is nothing to gain


def encoding_for(request: HttpRequest) -> str:
    """The best encoding the browser takes for what holds no secret; empty for none. A weight of zero is a no."""
    accepted = set()
    for part in request.META.get("HTTP_ACCEPT_ENCODING", "").lower().split(","):
        name, _semicolon, weight = part.partition(";")
        if weight.replace(" ", "").rstrip("0") not in ("q=", "q=0."):
            accepted.add(name.strip())
    return next((name for name in ("zstd", "br", "gzip") if name in accepted), "")


def compressed(data: bytes, encoding: str, *, fine: bool = False) -> bytes:
    """`fine`: it is sent many times, so that smaller is worth more work."""
    if encoding == "zstd":
        return zstd.compress(data, 19 if fine else 6)
    if encoding == "br":
        return bytes(brotli.compress(data, quality=11 if fine else 4))
    return gzip.compress(data, 9 if fine else 6, mtime=0)


class CompressPages(GZipMiddleware):
    """Text that we make, whole. Files and streams go as they are: pictures and PDFs are compressed already.

    Whoever brings no cookie and no token reads nothing secret and gets zstd or Brotli. What the others read goes as gzip, to which Django
    adds up to a hundred random bytes, and form tokens are masked anew in each page, so that sizes tell nothing about
    what a page holds (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not isinstance(response, HttpResponse) or not response.get("Content-Type", "").startswith(TEXT):
            return response
        if response.has_header("Content-Encoding"):
            return response
        secret = request.COOKIES or response.cookies or "HTTP_AUTHORIZATION" in request.META or _private(response)
        encoding = "gzip" if secret else encoding_for(request)
        if encoding in ("", "gzip") or len(response.content) < LEAST:
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        response.content = compressed(response.content, encoding)
        response["Content-Length"] = str(len(response.content))
        response["Content-Encoding"] = encoding
        if response.get("ETag", "").startswith('"'):
            response["ETag"] = f"W/{response['ETag']}"
        return response


def _private(response: HttpResponse) -> bool:
    """Pages behind a private link: no cookie, and secrets all the same."""
    said = response.get("Cache-Control", "")
    return "no-store" in said or "private" in said
