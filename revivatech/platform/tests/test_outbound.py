"""Calls to addresses people typed in: never into our own network, never without end."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import settings

from revivatech.platform.outbound import OutboundFailed, OutboundRefused, fetch


class Other(BaseHTTPRequestHandler):
    """The other side: answers by path, remembers what it was sent."""

    seen: list[tuple[str, str, dict[str, str], bytes]] = []

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((self.command, self.path, {key.lower(): value for key, value in self.headers.items()}, body))
        kind, _, rest = self.path.removeprefix("/").partition("/")
        if kind == "redirect":
            status, _, location = rest.partition("/")
            self.answer(b"", int(status), {"Location": location})
        elif kind == "large":
            self.answer(b"x" * int(rest))
        elif kind == "bomb":
            self.answer(gzip.compress(b"0" * int(rest)), headers={"Content-Encoding": "gzip"})
        elif kind == "drip":
            self.send_response(200)
            self.end_headers()
            while not self.server.stopping.wait(0.05):  # type: ignore[attr-defined]
                self.wfile.write(b".")
        elif kind == "status":
            self.answer(b"no", int(rest))
        else:
            self.answer(b"hello")

    do_POST = do_GET  # noqa: N815 - the names the server looks for

    def answer(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Its address; the operator vouches for `localhost`, and for nothing else on this machine."""
    monkeypatch.setattr(settings, "OUTBOUND_ALLOWED_HOSTS", ["localhost"], raising=False)
    Other.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Other) as server:
        server.stopping = threading.Event()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}"
        server.stopping.set()  # type: ignore[attr-defined]
        server.shutdown()


def test_a_call_goes_out_and_the_answer_comes_back(other: str) -> None:
    answer = fetch(f"{other}/hook?a=1", method="POST", json={"code": "RT-1"}, headers={"Authorization": "secret"})
    assert (answer.status, answer.body) == (200, b"hello")
    method, path, headers, body = Other.seen[0]
    assert (method, path, body) == ("POST", "/hook?a=1", b'{"code":"RT-1"}')
    assert (headers["host"], headers["authorization"]) == (other.removeprefix("http://"), "secret")


def test_any_status_is_an_answer(other: str) -> None:
    assert fetch(f"{other}/status/500").status == 500


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "2130706433",
        "0x7f.1",
        "127.1",
    ],
)
def test_our_own_network_cannot_be_reached(host: str) -> None:
    with pytest.raises(OutboundRefused, match="private network"):
        fetch(f"https://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://",
        "https://user:pw@example.org/",
        "https://[::1",
        "https://a:99999/",
    ],
)
def test_only_complete_web_addresses(url: str) -> None:
    with pytest.raises(OutboundRefused):
        fetch(url)


def test_unencrypted_only_on_request() -> None:
    with pytest.raises(OutboundRefused, match="https://"):
        fetch("http://198.51.100.7/")


def test_a_public_name_that_leads_home_is_refused(other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hostile name server would answer: one good address, one of ours."""
    port = int(other.rpartition(":")[2])
    real = socket.getaddrinfo

    def hostile(host: str, *args: Any, **kwargs: Any) -> Any:
        if host == "hostile.example":
            return [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
                for address in ("93.184.215.14", "127.0.0.1")
            ]
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", hostile)
    with pytest.raises(OutboundRefused, match="private network"):
        fetch(f"https://hostile.example:{port}/")
    assert Other.seen == []


def test_a_redirect_within_the_host_is_followed_with_its_secrets(other: str) -> None:
    answer = fetch(f"{other}/redirect/302//there", headers={"Authorization": "secret"})
    assert answer.url == f"{other}/there"
    assert [(path, headers.get("authorization")) for _, path, headers, _ in Other.seen] == [
        ("/redirect/302//there", "secret"),
        ("/there", "secret"),
    ]


def test_a_redirect_into_our_network_is_refused(other: str) -> None:
    inside = other.replace("localhost", "127.0.0.1")
    with pytest.raises(OutboundRefused):
        fetch(f"{other}/redirect/302/{inside}/secret")
    assert [path for _, path, _, _ in Other.seen] == [f"/redirect/302/{inside}/secret"]


def test_what_was_posted_is_not_carried_to_another_host(other: str) -> None:
    with pytest.raises(OutboundRefused, match="another host"):
        fetch(f"{other}/redirect/307/https://example.org/", method="POST", json={"secret": 1})


def test_a_redirect_after_a_post_becomes_a_get_unless_told_otherwise(other: str) -> None:
    fetch(f"{other}/redirect/303//there", method="POST", content=b"x")
    fetch(f"{other}/redirect/307//there", method="POST", content=b"x")
    assert [(method, body) for method, path, _, body in Other.seen if path == "/there"] == [
        ("GET", b""),
        ("POST", b"x"),
    ]


def test_going_round_in_circles_ends(other: str) -> None:
    with pytest.raises(OutboundRefused, match="too many times"):
        fetch(f"{other}/redirect/302/" + "/redirect/302/" * 9 + "/end")
    assert len(Other.seen) == 4


def test_an_answer_that_is_too_large_is_not_read_to_the_end(other: str) -> None:
    assert len(fetch(f"{other}/large/1000", max_bytes=1000).body) == 1000
    with pytest.raises(OutboundRefused, match="too large"):
        fetch(f"{other}/large/1001", max_bytes=1000)


def test_an_answer_that_would_unfold_is_refused(other: str) -> None:
    with pytest.raises(OutboundRefused, match="compressed"):
        fetch(f"{other}/bomb/50000000")
    assert Other.seen[0][2]["accept-encoding"] == "identity"


def test_an_answer_that_drips_is_given_up(other: str) -> None:
    begun = time.monotonic()
    with pytest.raises(OutboundFailed, match="too long"):
        fetch(f"{other}/drip", timeout=0.4)
    assert time.monotonic() - begun < 3


def test_nobody_there_is_a_failure_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "OUTBOUND_ALLOWED_HOSTS", ["127.0.0.1"], raising=False)
    with socket.create_server(("127.0.0.1", 0)) as spare:
        port = spare.getsockname()[1]
    with pytest.raises(OutboundFailed):
        fetch(f"http://127.0.0.1:{port}/")
    with pytest.raises(OutboundFailed, match="not known"):
        fetch("https://no-such-host.invalid/")
