"""What every page knows: whose shop it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from revivatech.shop.queries import business


def shop(request: HttpRequest) -> dict[str, Any]:
    """`shop`, read when a template first asks for it."""
    return {"shop": SimpleLazyObject(business)}
