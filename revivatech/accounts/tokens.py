"""Secrets in links that let people in. The database keeps only a hash: reading it opens no door."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.urls import reverse

from revivatech.platform import ids


def new_secret() -> tuple[str, str]:
    """A token for a link, and the hash to keep. 192 random bits need no salt and no slow hash."""
    token = ids.new_token()
    return token, hash_of(token)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def link(url_name: str, token: str) -> str:
    """The full public address of a page that takes a token."""
    return settings.PUBLIC_URL + reverse(url_name, args=[token])
