"""Pages leave compressed: a fifth of their size, which on a slow line is most of the wait."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXT = ("text/html", "text/css", "application/json", "application/problem+json", "image/svg+xml", "application/xml")


class CompressPages(GZipMiddleware):
    """Text that we make, whole. Files and streams go as they are: pictures and PDFs are compressed already.

    Django adds up to a hundred random bytes, and masks its form tokens anew in each page, so that sizes tell nothing about
    what a page holds (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith(TEXT):
            return super().process_response(request, response)
        return response
