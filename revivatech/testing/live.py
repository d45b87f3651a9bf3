"""A real hub for tests: uvicorn in a thread, real sockets, the worker's own database."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from django.db import connection
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from revivatech import live
from revivatech.platform.realtime.hub import Limits
from revivatech.platform.realtime.tokens import issue_token, topic_handle


def eventually(condition: Callable[[], Any], *, within: float = 30.0) -> Any:
    """Wait for a condition that another thread or process brings about; fails when it does not in time."""
    end = time.monotonic() + within
    while not (result := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
    return result


@dataclass
class RunningHub:
    port: int

    def health(self) -> dict[str, Any]:
        report: dict[str, Any] = httpx.get(f"http://127.0.0.1:{self.port}/health/live", trust_env=False).json()
        return report

    @contextmanager
    def page(self, *topics: str, **options: Any) -> Iterator[Page]:
        """An open page that has subscribed and knows it."""
        options.setdefault("origin", "http://127.0.0.1:3010")
        with connect(f"ws://127.0.0.1:{self.port}/live", proxy=None, **options) as websocket:
            page = Page(websocket)
            if topics:
                page.subscribe(*topics)
            yield page


@dataclass
class Page:
    websocket: ClientConnection
    _number: int = 0

    def say(self, message: Any) -> None:
        self.websocket.send(message if isinstance(message, str | bytes) else json.dumps(message))

    def hear(self) -> dict[str, Any]:
        heard: dict[str, Any] = json.loads(self.websocket.recv(timeout=10))
        return heard

    def ends(self) -> int:
        """Wait until the hub closes the socket; the code it says."""
        try:
            while True:
                self.websocket.recv(timeout=10)
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 0

    def subscribe(self, *topics: str, principal: str = "anon") -> dict[str, Any]:
        self.say({"subscribe": [issue_token(topic, principal) for topic in topics]})
        return self.sync()

    def sync(self) -> dict[str, Any]:
        """Everything said up to now has been handled; returns what the hub said meanwhile, without the pong."""
        self._number += 1
        self.say({"ping": self._number})
        heard: dict[str, Any] = {}
        while heard.get("pong") != self._number:
            heard = {**heard, **self.hear()}
        del heard["pong"]
        return heard


@contextmanager
def running_hub(limits: Limits | None = None) -> Iterator[RunningHub]:
    application = live.hub_application(limits)
    with socket.create_server(("127.0.0.1", 0)) as bound:
        server = live.serve(application, bound)
        thread = threading.Thread(target=_run, args=(server, bound), daemon=True)
        thread.start()
        hub = RunningHub(bound.getsockname()[1])
        try:
            eventually(lambda: server.started and hub.health()["listening"])
            yield hub
        finally:
            server.should_exit = True
            thread.join(timeout=10)
            assert not thread.is_alive(), "the hub did not stop"


def _run(server: uvicorn.Server, bound: socket.socket) -> None:
    asyncio.run(server.serve(sockets=[bound]))


def changed(*topics: str) -> dict[str, list[str]]:
    return {"changed": [topic_handle(topic) for topic in topics]}


def cut_listeners() -> int:
    """Kill the database connections of all hubs; returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name = 'revivatech live' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])
