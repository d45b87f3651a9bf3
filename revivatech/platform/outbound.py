"""The one door through which this program calls addresses that people typed in: webhooks, providers, imports.

    answer = fetch("https://example.org/hook", method="POST", json={"code": "RT-…"})

An address inside our own network must not be reachable through us, so the name is resolved once, every result is checked,
and the connection goes to exactly the checked address (a second look-up could answer differently). Each redirect is a
new request with the same checks. Size and time are bounded as a whole, not per read.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Problem

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 2_000_000
TIMEOUT = 10.0
MAX_REDIRECTS = 3
_SAME_METHOD = {307, 308}
_REDIRECTS = {301, 302, 303, *_SAME_METHOD}
Address = IPv4Address | IPv6Address


class OutboundRefused(Problem):
    """We will not call that address; the reason is in `detail`."""

    code = "outbound_refused"
    status = 422
    title = _("This address cannot be called")


class OutboundFailed(Problem):
    """The other side did not answer as it should; worth another try later."""

    code = "outbound_failed"
    status = 502
    title = _("The other side did not answer")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; any status, since what counts as success is the caller's to say."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    json: Any = None,
    max_bytes: int = MAX_BYTES,
    timeout: float = TIMEOUT,
    allow_http: bool = False,
) -> Answer:
    """Call `url` and read the whole answer. Raises `OutboundRefused` or `OutboundFailed`.

    `allow_http` permits unencrypted http, which otherwise only addresses in OUTBOUND_ALLOWED_HOSTS may use.
    """
    import httpx  # here and below: few processes ever call out, and all would read it at their start

    deadline = time.monotonic() + timeout
    sent = dict(headers or {})
    for _hop in range(MAX_REDIRECTS + 1):
        target = _checked(url, allow_http=allow_http)
        ours = {"Host": target.host_header, "Accept-Encoding": "identity"}
        request = httpx.Request(method, target.pinned_url, headers={**sent, **ours}, content=content, json=json)
        request.extensions["sni_hostname"] = target.name  # the certificate is checked against the name, not the address
        answer = _send(url, request, deadline=deadline, max_bytes=max_bytes)
        onward = answer.headers.get("location") if answer.status in _REDIRECTS else None
        if onward is None:
            return answer
        following = urljoin(url, onward)
        if _origin(following) != _origin(url):  # secrets were meant for the first host only
            sent = {name: value for name, value in sent.items() if name.lower() not in {"authorization", "cookie"}}
            if method not in {"GET", "HEAD"}:
                raise OutboundRefused(_("The address sends us on to another host. Enter the final address."))
        if answer.status not in _SAME_METHOD and method != "HEAD":
            method, content, json = "GET", None, None
        url = following
    raise OutboundRefused(_("The address sends us on too many times. Enter the final address."))


def check_address(url: str) -> str:
    """Why `fetch` would not call the address now, in words for whoever typed it; empty when it would."""
    try:
        _checked(url, allow_http=False)
    except (OutboundRefused, OutboundFailed) as problem:
        return str(problem.detail)
    return ""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL whose host was resolved and found acceptable."""

    name: str
    host_header: str
    pinned_url: str


def _checked(url: str, *, allow_http: bool) -> Target:
    try:
        parts = urlsplit(url)
        name, port = parts.hostname, parts.port
    except ValueError as error:
        raise OutboundRefused(_("This is not a complete web address.")) from error
    if parts.scheme not in {"https", "http"} or not name or parts.username is not None:
        raise OutboundRefused(_("Enter a web address that begins with https:// and holds no password."))
    trusted = name in _allowed_hosts()
    if parts.scheme == "http" and not (allow_http or trusted):
        raise OutboundRefused(_("Enter an address that begins with https://."))
    address = _resolve(name, port or (443 if parts.scheme == "https" else 80), trusted=trusted)
    literal = f"[{address}]" if address.version == 6 else str(address)
    authority = f"{literal}:{port}" if port else literal
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    return Target(name, parts.netloc, f"{parts.scheme}://{authority}{path}{query}")


def _resolve(name: str, port: int, *, trusted: bool) -> Address:
    """One address of `name`. A name with any address of ours among its results is refused altogether."""
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutboundFailed(_("The name in this address is not known.")) from error
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not trusted and not all(_is_public(address) for address in addresses):
        raise OutboundRefused(_("This address leads into a private network."))
    return addresses[0]


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        # Addresses that carry an IPv4 one (mapped, 6to4, Teredo, NAT64) are as public as what they carry.
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(inner)
    return address.is_global and not address.is_multicast


class _Prefix:
    """`64:ff9b::/96`, through which a NAT64 gateway reaches IPv4."""

    def __contains__(self, address: IPv6Address) -> bool:
        return int(address) >> 32 == int(IPv6Address("64:ff9b::")) >> 32


_NAT64 = _Prefix()


def _send(url: str, request: httpx.Request, *, deadline: float, max_bytes: int) -> Answer:
    import httpx

    left = deadline - time.monotonic()
    if left <= 0:
        raise OutboundFailed(_("The other side took too long."))
    try:
        # No environment: a proxy named there would resolve the name again. No redirects: each is checked by us.
        with httpx.Client(timeout=left, trust_env=False, follow_redirects=False) as client:
            response = client.send(request, stream=True)
            try:
                body = _read(response, deadline=deadline, max_bytes=max_bytes)
            finally:
                response.close()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OutboundFailed(reason=type(error).__name__) from error
    return Answer(url, response.status_code, response.headers, body)


def _read(response: httpx.Response, *, deadline: float, max_bytes: int) -> bytes:
    body = bytearray()
    if response.headers.get("content-encoding", "identity") != "identity":  # we asked for plain; this may be a bomb
        raise OutboundRefused(_("The answer came compressed although it was asked for plain."))
    for chunk in response.iter_raw():  # as it arrives: waiting for a full chunk would let a slow drip go on for ever
        body += chunk
        if len(body) > max_bytes:
            raise OutboundRefused(_("The answer is too large."))
        if time.monotonic() > deadline:
            raise OutboundFailed(_("The other side took too long."))
    return bytes(body)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _allowed_hosts() -> frozenset[str]:
    """Hosts the operator vouches for, such as a mail relay or an object store in the same network."""
    return frozenset(getattr(settings, "OUTBOUND_ALLOWED_HOSTS", ()))
