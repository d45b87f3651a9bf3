"""Addresses that name nothing but the page: each is worked out once, for menus ask for some thirty of them on every page."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils import translation


def address_of(url_name: str) -> str:
    """What `reverse` answers without arguments; an empty string when nothing answers to the name."""
    return _address(url_name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), translation.get_language())


@lru_cache(maxsize=4_000)
def _address(url_name: str, _urlconf: str, _prefix: str, _language: str | None) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
