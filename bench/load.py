"""Keep-alive HTTP connections that ask as fast as they are answered, lean enough not to be what is measured."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

END_OF_HEAD = b"\r\n\r\n"


@dataclass
class Round:
    """What one server did in one stretch of time. Latencies in seconds."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    wrong: dict[int, int] = field(default_factory=dict)  # unexpected statuses and how often
    bytes: int = 0
    cpu: float = 0.0  # seconds the server spent

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def cpu_each(self) -> float:
        return self.cpu / max(1, len(self.latencies))

    def at(self, part: float) -> float:
        """The latency that `part` of the requests stayed under."""
        ranked = sorted(self.latencies)
        return ranked[min(len(ranked) - 1, int(part * len(ranked)))] if ranked else 0.0


class _Asker(asyncio.Protocol):
    def __init__(self, make: Callable[[], bytes], into: Round, expected: int, until: float) -> None:
        self.make, self.into, self.expected, self.until = make, into, expected, until
        self.buffer, self.done = b"", asyncio.get_running_loop().create_future()
        self.began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def _ask(self) -> None:
        if time.perf_counter() >= self.until:
            self.transport.close()
            return
        request = self.make()
        self.began = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head = self.buffer.find(END_OF_HEAD)
        if head < 0:
            return
        top = self.buffer[:head].lower()
        place = top.find(b"content-length: ")
        length = (
            int(top[place + 16 : (top.find(b"\r", place) if top.find(b"\r", place) > 0 else head)]) if place > 0 else 0
        )
        if len(self.buffer) < head + 4 + length:
            return
        now, status = time.perf_counter(), int(self.buffer[9:12])
        if status == self.expected:
            self.into.latencies.append(now - self.began)
        else:
            self.into.wrong[status] = self.into.wrong.get(status, 0) + 1
        self.into.bytes, self.buffer = len(self.buffer), b""
        self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def ask(port: int, make: Callable[[], bytes], *, expected: int, connections: int, seconds: float) -> Round:
    """`make` gives the whole of the next request as bytes."""
    loop, result = asyncio.get_running_loop(), Round(seconds)
    until = time.perf_counter() + seconds
    askers = [
        (await loop.create_connection(lambda: _Asker(make, result, expected, until), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.wait_for(asyncio.gather(*(asker.done for asker in askers)), seconds + 30)
    return result


def get(path: str, **headers: str) -> bytes:
    return request("GET", path, b"", headers)


def request(method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        *(f"{name.replace('_', '-')}: {text}" for name, text in headers.items()),
    ]
    if body or method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def median(values: Iterable[float]) -> float:
    return statistics.median(values)
