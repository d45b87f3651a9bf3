"""What the views of this package share."""

from __future__ import annotations

from django.http import HttpRequest

from revivatech.platform.actors import Actor


def acting(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined,unused-ignore]
    return actor
