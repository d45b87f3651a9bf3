"""The language of a page is in its address: `/pt/…`, and English without a prefix. Programs say theirs in a header.

One address has one language for everybody, so a page may be cached without looking at cookies or headers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple, cast
from urllib.parse import urlencode, urlsplit

from babel import localedata
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import override
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from .addresses import address_of

Handler = Callable[[HttpRequest], HttpResponse]


class Other(NamedTuple):
    code: str
    name: str
    path: str  # the same page
    choice: str  # the address that remembers the choice and leads there


def split(path: str) -> tuple[str, str]:
    """The language of a path, and the path without it. What is left never names a host: `/pt//evil.example/` does not
    become `//evil.example/`."""
    first, slash, rest = path.removeprefix("/").partition("/")
    if slash and first != settings.LANGUAGE_CODE and any(first == code for code, _name in settings.LANGUAGES):
        return first, "/" + rest.lstrip("/\\")
    return settings.LANGUAGE_CODE, path


def plain(path: str) -> str:
    """The path as it is in English: what code compares addresses with."""
    return split(path)[1]


def in_language(path: str, code: str) -> str:
    """The same page in another language."""
    return plain(path) if code == settings.LANGUAGE_CODE else f"/{code}{plain(path)}"


def alternates(path: str) -> list[tuple[str, str]]:
    """Every language with the address of this page in it, for hreflang."""
    return [(code, in_language(path, code)) for code, _name in settings.LANGUAGES]


@cache
def formats_of(code: str) -> str:
    """Whose dates and money go with a language: where no country is said, those of the one it is named after, so that
    `pt` writes `1 234,50 £` as Portugal does."""
    language, _dash, country = code.partition("-")
    named = f"{language}_{(country or language).upper()}"
    return named if localedata.exists(named) else language


def others(request: HttpRequest) -> list[Other]:
    """The same page in each other language. A page that a form was sent to cannot be opened: then the one it was on."""
    here = request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        came = urlsplit(request.headers.get("Referer", ""))
        here = came.path or "/" if came.netloc == request.headers.get("Host") else "/"  # get_host() refuses forged ones
    if here.startswith("/api/"):  # its reference has one address
        here = "/"
    active = translation.get_language()
    found = []
    for code, name in settings.LANGUAGES:
        if code != active:
            there = in_language(here, code)
            choice = f"{address_of('accounts:language')}?{urlencode({'to': code, 'next': there})}"
            found.append(Other(code, name, there, choice))
    return found


def language(get_response: Handler) -> Handler:
    """Everything of a request happens in the language of its address; for the API, of its `Accept-Language`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        api = request.path_info.startswith("/api/")
        code = _asked(request) if api else split(f"{request.path_info}/")[0]  # `/pt` is to lead to `/pt/`
        request.LANGUAGE_CODE = code
        with override(code):
            response = get_response(request)
            response.setdefault("Content-Language", code)
            if api:
                patch_vary_headers(response, ("Accept-Language",))
            if response.streaming and getattr(response, "file_to_stream", None) is None:
                streamed = cast(StreamingHttpResponse, response)
                streamed.streaming_content = _streamed(code, cast(Iterable[bytes], streamed.streaming_content))
        return response

    return middleware


def _asked(request: HttpRequest) -> str:
    for wanted, _weight in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        try:
            return get_supported_language_variant(wanted)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _streamed(code: str, content: Iterable[bytes]) -> Iterator[bytes]:
    """What is sent piece by piece is made after the request is over, perhaps amid another one."""
    pieces = iter(content)
    while True:
        with override(code):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
