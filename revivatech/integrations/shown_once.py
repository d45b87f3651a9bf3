"""A secret that is shown on the next page and then never again. Sealed on its way through the session."""

from __future__ import annotations

from django.http import HttpRequest

from revivatech.platform.sealing import seal, unseal

_KEY = "integrations.shown_once"


def keep(request: HttpRequest, name: str, secret: str) -> None:
    request.session[_KEY] = [name, seal(secret)]


def take(request: HttpRequest) -> tuple[str, str] | None:
    """The name and the secret, once."""
    kept = request.session.pop(_KEY, None)
    return (kept[0], unseal(kept[1])) if kept else None
