"""Who is at the other end of a connection: the address, seen through the proxies we were told to trust."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:  # the hub imports this module and needs neither Django's HTTP nor its ORM
    from django.http import HttpRequest

UNKNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """The visitor's address as text, or `unknown`. Honours X-Forwarded-For for as many proxies as TRUSTED_PROXIES says."""
    return address_behind_proxies(
        request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""), settings.TRUSTED_PROXIES
    )


@lru_cache(maxsize=1000)
def address_behind_proxies(peer: str, forwarded: str, proxies: int) -> str:
    """Each trusted proxy appends the address it saw, so the visitor is the `proxies`-th from the right.

    Everything further left is whatever the visitor wrote. A header with fewer entries did not pass our proxies and is ignored.
    """
    entries = [part.strip() for part in forwarded.split(",") if part.strip()] if proxies > 0 else []
    chosen = entries[-proxies] if entries and len(entries) >= proxies else peer
    address = _parsed(chosen)
    return str(address) if address else UNKNOWN


def address_block(address: str) -> str:
    """What a limit counts: an IPv4 address, or the /64 of an IPv6 one, since a single visitor owns all of that."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((parsed, 64), strict=False))
    return address


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    bare = text.rpartition(":")[0] if text.count(":") == 1 else text  # some proxies add the port
    try:
        address = ip_address(bare.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
