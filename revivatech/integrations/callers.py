"""Who sends a request to the API: from the Authorization header to an Actor (REVIVATECH_API_CALLER)."""

from __future__ import annotations

from django.http import HttpRequest

from revivatech.accounts.actors import actor_of
from revivatech.accounts.app_tokens import person_of
from revivatech.platform.actors import visitor
from revivatech.platform.api.who import BadToken, Caller

from . import keys


def caller_of_request(request: HttpRequest) -> Caller:
    """A key or an access token. Without a header a visitor; with one that opens nothing BadToken, never a visitor."""
    header = request.headers.get("Authorization")
    if header is None:
        return Caller(visitor())
    scheme, _space, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise BadToken
    if token.startswith(keys.MARK):
        return keys.caller_of(token)
    user = person_of(token)
    if user is None:
        raise BadToken
    return Caller(actor_of(user))
