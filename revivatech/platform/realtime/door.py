"""Who may open a socket: pages of this site only, and not without end."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from django.conf import settings
from starlette.websockets import WebSocket

from revivatech.platform.web.client import address_behind_proxies, address_block

from .hub import Limits


class Door:
    """Counts open sockets, in all and by address."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.by_address: Counter[str] = Counter()

    def enter(self, socket: WebSocket) -> int | str:
        """The address that is now counted (give it to `leave`), or the HTTP status of a refusal."""
        if not from_our_pages(socket.headers.get("origin"), socket.headers.get("host", "")):
            return 403
        if self.by_address.total() >= self.limits.connections:
            return 503
        address = _address(socket)
        if self.by_address[address] >= self.limits.per_address:
            return 429
        self.by_address[address] += 1
        return address

    def leave(self, address: str) -> None:
        self.by_address[address] -= 1
        if self.by_address[address] <= 0:
            del self.by_address[address]


def from_our_pages(origin: str | None, host: str) -> bool:
    """Whether a browser's page may talk to us: it came from the host it asks, or from the public address.

    Ports differ, since pages and hub listen on two. Without an Origin it is not a browser, and there is no cookie
    that another site's page could borrow: the token alone decides.
    """
    if origin is None:
        return True
    try:
        page, asked = urlsplit(origin).hostname, urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    if page is None:
        return False
    if page == urlsplit(settings.PUBLIC_URL).hostname:
        return True
    return page == asked and any(_matches(page, allowed) for allowed in settings.ALLOWED_HOSTS)  # against DNS rebinding


def _matches(host: str, allowed: str) -> bool:
    pattern = allowed.lower().strip("[]")
    return pattern in {"*", host} or (pattern.startswith(".") and (host.endswith(pattern) or host == pattern[1:]))


def _address(socket: WebSocket) -> str:
    peer = socket.client.host if socket.client else ""
    forwarded = ",".join(socket.headers.getlist("x-forwarded-for"))
    return address_block(address_behind_proxies(peer, forwarded, settings.TRUSTED_PROXIES))
