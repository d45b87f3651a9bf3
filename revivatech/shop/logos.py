"""The shop's logo as it is kept: a PNG of ours under the hash of what it is. `site/logos.py` makes it."""

from __future__ import annotations

import re

from django.core.files.storage import default_storage

NAME = re.compile(r"[0-9a-f]{24}")


def read(name: str) -> bytes | None:
    """The stored PNG, or None."""
    if not NAME.fullmatch(name) or not default_storage.exists(path_of(name)):
        return None
    with default_storage.open(path_of(name)) as stored:
        data: bytes = stored.read()
        return data


def path_of(name: str) -> str:
    return f"brand/{name}.png"
