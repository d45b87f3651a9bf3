"""The hub as pages meet it: real sockets, real PostgreSQL, real commits."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from typing import Any, Self

import pytest
from django.conf import settings
from django.db import connection, transaction
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame
from websockets.protocol import State
from websockets.sync.client import connect
from websockets.typing import Origin
from websockets.uri import parse_uri

from revivatech.platform import clock
from revivatech.platform.realtime.announce import announce, revoke
from revivatech.platform.realtime.channel import CHANNEL
from revivatech.platform.realtime.hub import Limits
from revivatech.platform.realtime.tokens import issue_token, topic_handle
from revivatech.testing.live import RunningHub, changed, cut_listeners, eventually, running_hub

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_change_is_told_after_the_commit_and_not_before() -> None:
    with running_hub() as hub, hub.page("repair:1") as page:
        with transaction.atomic():
            announce("repair:1")
            assert page.sync() == {}
        assert page.hear() == changed("repair:1")


def test_a_change_that_was_rolled_back_is_never_told() -> None:
    with running_hub() as hub, hub.page("repair:1", "repair:2") as page:
        with pytest.raises(RuntimeError), transaction.atomic():
            announce_and_fail("repair:1")
        announce("repair:2")  # it would come after the other
        assert page.hear() == changed("repair:2")


def announce_and_fail(topic: str) -> None:
    announce(topic)
    raise RuntimeError


def test_two_pages_hear_and_a_third_does_not() -> None:
    with (
        running_hub() as hub,
        hub.page("repair:1") as alice,
        hub.page("repair:1") as tess,
        hub.page("repair:2") as bob,
    ):
        announce("repair:1")
        assert (alice.hear(), tess.hear()) == (changed("repair:1"), changed("repair:1"))
        announce("repair:2")
        assert bob.hear() == changed("repair:2")


def test_forged_and_expired_tokens_open_nothing() -> None:
    with clock.frozen(clock.now() - timedelta(minutes=16)):
        expired = issue_token("repair:1", "anon")
    forged = issue_token("repair:1", "anon")[:-4] + "AAAA"
    with running_hub() as hub, hub.page() as page:
        page.say({"subscribe": [expired, forged]})
        one = topic_handle("repair:1")
        assert page.sync() == {"expired": [one], "refused": [one]}
        announce("repair:1")
        assert page.sync() == {}


def test_revoking_ends_what_a_person_hears() -> None:
    old = issue_token("repair:1", "user:7")
    with running_hub() as hub, hub.page() as page:
        page.subscribe("repair:1", principal="user:7")
        revoke("user:7")
        assert page.hear() == {"expired": [topic_handle("repair:1")]}
        assert page.ends() == 4001
        with hub.page() as again:  # with what it had
            again.say({"subscribe": [old]})
            assert again.sync() == {"expired": [topic_handle("repair:1")]}
            announce("repair:1")
            assert again.sync() == {}
            again.subscribe("repair:1", principal="user:7")  # the page was fetched anew and allowed again
            announce("repair:1")
            assert again.hear() == changed("repair:1")


def test_another_persons_revocation_does_not_keep_a_socket_open() -> None:
    with running_hub() as hub, hub.page() as page:
        page.subscribe("repair:1", principal="user:7")
        with transaction.atomic():  # both are heard at once
            revoke("user:7")
            revoke("user:8")
        assert page.ends() == 4001


def test_who_listens_to_more_stays() -> None:
    with running_hub() as hub, hub.page("repair:1") as page:
        page.subscribe("repair:2", principal="user:7")
        revoke("user:7")
        assert page.hear() == {"expired": [topic_handle("repair:2")]}
        announce("repair:1")
        assert page.hear() == changed("repair:1")


@pytest.mark.django_db  # nothing is committed here
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("x" * 8193, 1009),
        (b"x" * 8193, 1009),
        ("{", 1007),
        ("[]", 1007),
        ('{"subscribe": "all"}', 1007),
        ('{"unknown": 1}', 1007),
        (b"\xff\xfe", 1007),
    ],
)
def test_what_is_too_big_or_not_understood_closes_the_socket(said: str | bytes, code: int) -> None:
    with running_hub() as hub, hub.page() as page:
        page.say(said)
        with pytest.raises(ConnectionClosed) as caught:
            page.hear()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == code


@pytest.mark.django_db  # nothing is committed here
def test_a_talkative_page_is_shown_out() -> None:
    with running_hub(Limits(messages_per_minute=10)) as hub, hub.page() as page:
        with pytest.raises(ConnectionClosed) as caught:  # noqa: PT012 - whichever of the twelve meets the closed door
            for number in range(12):
                page.say({"ping": number})
                page.hear()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1008


@pytest.mark.django_db  # nothing is committed here
@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://127.0.0.1.evil.example", "null", "http://[::1", "http://localhost@evil.example"],
)
def test_pages_of_other_sites_are_turned_away(origin: str) -> None:
    with running_hub() as hub:
        with pytest.raises(InvalidStatus) as caught, hub.page(origin=origin):
            pass
        assert caught.value.response.status_code == 403
        assert hub.health()["connections"] == 0


@pytest.mark.django_db  # nothing is committed here
def test_a_name_that_only_points_here_is_turned_away() -> None:
    """DNS rebinding: the page's host equals the Host header, but it is none of ours."""
    with running_hub() as hub:
        rebound, address = f"ws://rebound.example:{hub.port}/live", ("127.0.0.1", hub.port)
        with pytest.raises(InvalidStatus) as caught:
            connect(rebound, address=address, origin=Origin("http://rebound.example"), proxy=None)
    assert caught.value.response.status_code == 403


def test_connections_are_limited_by_address_and_in_all() -> None:
    with running_hub(Limits(per_address=2)) as hub, hub.page():
        with hub.page():
            assert refused(hub) == 429
        eventually(lambda: hub.health()["connections"] == 1)
        with hub.page("repair:1") as page:
            announce("repair:1")
            assert page.hear() == changed("repair:1")
    with running_hub(Limits(connections=1)) as hub, hub.page():
        assert refused(hub) == 503


def refused(hub: RunningHub, **options: Any) -> int:
    with pytest.raises(InvalidStatus) as caught, hub.page(**options):
        pass
    return caught.value.response.status_code


@pytest.mark.django_db  # nothing is committed here
def test_the_address_behind_a_trusted_proxy_is_the_one_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TRUSTED_PROXIES", 1)
    with running_hub(Limits(per_address=1)) as hub:
        alice, bob = {"X-Forwarded-For": "9.9.9.9, 203.0.113.1"}, {"X-Forwarded-For": "203.0.113.1, 203.0.113.2"}
        with hub.page(additional_headers=alice), hub.page(additional_headers=bob):
            assert refused(hub, additional_headers={"X-Forwarded-For": "8.8.8.8, 203.0.113.1"}) == 429


def test_too_many_subscriptions_are_refused_and_the_first_stay() -> None:
    with running_hub(Limits(subscriptions=3)) as hub, hub.page() as page:
        heard = page.subscribe("repair:1", "repair:2", "repair:3", "repair:4")
        assert heard["refused"] == [topic_handle("repair:4")]
        announce("repair:4")
        announce("repair:3")
        assert page.hear() == changed("repair:3")


def test_a_reader_who_does_not_read_costs_no_memory_and_is_told_to_resync() -> None:
    """Sixty topics change a thousand times each while the page reads nothing: it gets what the line held, then `resync`."""
    topics = [f"repair:{'x' * 40}{number}" for number in range(60)]
    with running_hub(Limits(pending=20)) as hub, SlowPage(hub.port) as slow, hub.page(topics[0]) as prompt:
        slow.say({"subscribe": [issue_token(topic, "anon") for topic in topics[:30]]})
        slow.say({"subscribe": [issue_token(topic, "anon") for topic in topics[30:]], "ping": 1})
        eventually(lambda: any(message.get("pong") == 1 for message in slow.read()))
        with connection.cursor() as cursor:
            for _ in range(1000):
                cursor.execute(
                    "SELECT pg_notify(%s, json_build_object('topic', topic)::text) FROM unnest(%s::text[]) topic",
                    [CHANNEL, topics],
                )
        announce("repair:last")  # heard by nobody; when the prompt page has answered, all before it was handled
        eventually(lambda: prompt.sync() == {})
        backlog: list[dict[str, object]] = []
        slow.say({"ping": 2})
        while not any(message.get("pong") == 2 for message in backlog):
            backlog += eventually(slow.read)
        assert slow.received < 400_000  # 60,000 changes would be two million
        # Not always the last of it: what the line has room for after that is sent as usual.
        assert any(message.get("resync") for message in backlog)
        announce(topics[1])
        eventually(lambda: changed(topics[1]) in slow.read())


class SlowPage:
    """A page with a small window that reads only when told to; the ready-made clients read ahead by themselves."""

    def __init__(self, port: int) -> None:
        self.received = 0
        self.raw = socket.socket()
        self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.raw.connect(("127.0.0.1", port))
        self.raw.settimeout(0.2)
        self.protocol = ClientProtocol(parse_uri(f"ws://127.0.0.1:{port}/live"))
        self.protocol.send_request(self.protocol.connect())
        self._flush()
        eventually(lambda: self.read() or self.protocol.state is State.OPEN)

    def say(self, message: object) -> None:
        self.protocol.send_text(json.dumps(message).encode())
        self._flush()

    def read(self) -> list[dict[str, object]]:
        with contextlib.suppress(TimeoutError):
            data = self.raw.recv(4096)
            self.received += len(data)
            self.protocol.receive_data(data)
        return [json.loads(bytes(event.data)) for event in self.protocol.events_received() if isinstance(event, Frame)]

    def _flush(self) -> None:
        for data in self.protocol.data_to_send():
            self.raw.sendall(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.raw.close()


def test_when_the_line_to_the_database_is_cut_pages_resync_and_go_on() -> None:
    with running_hub() as hub, hub.page("repair:1") as page:
        assert cut_listeners() == 1
        assert page.hear() == {"resync": True}
        page.subscribe("repair:1")  # the page was fetched anew
        announce("repair:1")
        assert page.hear() == changed("repair:1")
        assert hub.health()["listening"] is True


def test_the_program_starts_without_the_orm_and_stops_when_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as spare:
        port = spare.getsockname()[1]
    hub = RunningHub(port)
    process = subprocess.Popen(
        [sys.executable, "-m", "revivatech.live", "--port", str(port)],
        env=os.environ | {"DATABASE_URL": database_url(), "REVIVATECH_SECRET_KEY": settings.SECRET_KEY},
    )
    try:
        eventually(lambda: answers(port) and hub.health()["listening"], within=20)
        with hub.page("repair:1") as page:
            announce("repair:1")
            assert page.hear() == changed("repair:1")
            process.send_signal(signal.SIGTERM)
            with pytest.raises(ConnectionClosed) as caught:
                page.hear()
            assert caught.value.rcvd is not None
            assert caught.value.rcvd.code == 1012
        assert process.wait(timeout=40) in {0, -signal.SIGTERM}
    finally:
        process.kill()
        process.wait()
    check = "import sys, revivatech.live; sys.exit('django.db' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def database_url() -> str:
    found = connection.settings_dict
    return (
        f"postgresql://{found['USER']}:{found['PASSWORD']}@/{found['NAME']}?host={found['HOST']}&port={found['PORT']}"
    )
