"""The owner's own words in other languages: a dictionary from what stands in the database to what readers of a language see."""

from __future__ import annotations

from collections.abc import Mapping


def of_language(language: str) -> Mapping[str, str]:
    return {}
