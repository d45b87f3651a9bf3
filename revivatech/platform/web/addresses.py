"""Addresses of our own pages. Menus ask for thirty on every page and the queue for one a row; each is worked out once."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils import translation


def address_of(url_name: str, *args: str) -> str:
    """What `reverse` answers; an empty string when nothing answers to the name."""
    urlconf = get_urlconf() or settings.ROOT_URLCONF
    return _address(url_name, args, urlconf, get_script_prefix(), translation.get_language())


@lru_cache(maxsize=10_000)
def _address(url_name: str, args: tuple[str, ...], _urlconf: str, _prefix: str, _language: str | None) -> str:
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""
