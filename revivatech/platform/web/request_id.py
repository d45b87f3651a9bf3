"""The id that ties a page, its log lines, its events and its problem report together."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")
_address: ContextVar[Callable[[], str]] = ContextVar("request_address", default=str)
_ACCEPTED = re.compile(r"[A-Za-z0-9-]{8,40}")


def current_request_id() -> str:
    return _current.get()


def current_address() -> str:
    """Where the request of this moment comes from; empty in jobs and commands."""
    return _address.get()()


def begin(offered: str | None, *, address: Callable[[], str] = str) -> str:
    """Use the id a proxy offered when it is well-formed, else a new one; returns it. Few requests need their `address`."""
    request_id = offered if offered and _ACCEPTED.fullmatch(offered) else secrets.token_hex(16)
    _current.set(request_id)
    _address.set(address)
    return request_id
