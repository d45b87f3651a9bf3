"""How fast and how lean the live hub is: `bin/bench live --data var/bench-10k --connections 2000 --rate 200 --seconds 10`.

Starts a raw hub (raw_hub.py) and ours in turns, opens the sockets, announces at a steady rate in committed transactions, and measures
from just before each commit to the moment the page has the message. Every event concerns one topic; `--fan-out` pages listen to each.
What counts is the ratio of a turn's two p99.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revivatech.settings")

import psycopg
from websockets.asyncio.client import ClientConnection, connect

from revivatech.platform.realtime.channel import CHANNEL
from revivatech.platform.realtime.listener import connection_parameters
from revivatech.platform.realtime.tokens import issue_token, topic_handle

from .seed import ROOT, shop

OURS = ("revivatech.live",)
RAW = (
    "uvicorn",
    "bench.raw_hub:app",
    "--lifespan",
    "on",
    "--loop",
    "uvloop",
    "--log-level",
    "error",
    "--no-access-log",
)


@dataclass
class Result:
    latencies: list[float] = field(default_factory=list)
    sent_at: dict[str, float] = field(default_factory=dict)
    resyncs: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("--fan-out", type=int, default=2)
    parser.add_argument("--rate", type=int, default=50, help="events a second")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "bench-10k", help="whose database (%(default)s)")
    options = parser.parse_args()
    if options.connections > 5_000 or options.rate > 2_000 or options.seconds > 120:
        parser.error("at most 5000 connections, 2000 events a second, 120 seconds")
    with shop(options.data):
        asyncio.run(_turns(options))


async def _turns(options: argparse.Namespace) -> None:
    ratios = []
    for _turn in range(options.turns):
        raw, ours = [await _side(options, command) for command in (RAW, OURS)]
        ratios.append(ours / raw)
    print(
        f"p99 of ours in p99 of the raw hub: {statistics.median(ratios):.2f} (aim 3), each turn {[round(one, 2) for one in ratios]}"
    )


async def _side(options: argparse.Namespace, command: tuple[str, ...]) -> float:
    with socket.create_server(("127.0.0.1", 0)) as spare:
        port = spare.getsockname()[1]
    hub = subprocess.Popen([sys.executable, "-m", *command, "--port", str(port)])
    try:
        await _answering(port)
        return await _measure(options, port, hub.pid)
    finally:
        hub.terminate()
        hub.wait(timeout=20)


async def _measure(options: argparse.Namespace, port: int, pid: int) -> float:
    result, empty = Result(), _memory(pid)
    async with _pages(options, port, result) as topics:
        await asyncio.sleep(4)  # what was announced at the start is over
        full, cpu = _memory(pid), _cpu(pid)
        result.latencies.clear()
        await _announce(options, topics, result)
        await asyncio.sleep(1)
        used = (_cpu(pid) - cpu) / (options.seconds + 1)
    expected = options.rate * options.seconds * options.fan_out
    cuts = statistics.quantiles(result.latencies, n=1000)
    print(f"{options.connections} sockets, {options.rate} events/s, each to {options.fan_out}; {options.seconds} s")
    print(f"delivered {len(result.latencies)} of {expected} (coalesced ones count once), resyncs {result.resyncs}")
    print(
        f"commit to page: median {cuts[499] * 1e3:.2f} ms, p99 {cuts[989] * 1e3:.2f} ms, worst {max(result.latencies) * 1e3:.2f} ms"
    )
    print(
        f"hub: {used * 100:.1f} % of a core; {empty / 1e6:.0f} MB empty, {(full - empty) / options.connections / 1e3:.1f} KB a socket"
    )
    return cuts[989]


@asynccontextmanager
async def _pages(options: argparse.Namespace, port: int, result: Result) -> AsyncIterator[list[str]]:
    topics = [f"bench:{number // options.fan_out}" for number in range(options.connections)]
    pages: list[ClientConnection] = []
    readers: list[asyncio.Task[None]] = []
    try:
        for number, topic in enumerate(topics):
            # An address of its own for every hundred: the hub allows 200 sockets to each.
            source = f"127.0.{1 + number // 25_000}.{1 + number // 100 % 250}"
            page = await connect(
                f"ws://127.0.0.1:{port}/live", proxy=None, compression=None, local_addr=(source, 0), ping_interval=None
            )
            await page.send(json.dumps({"subscribe": [issue_token(topic, "anon")]}))
            pages.append(page)
            readers.append(asyncio.create_task(_read(page, result)))
        yield sorted(set(topics))
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, *(page.close() for page in pages), return_exceptions=True)


async def _read(page: ClientConnection, result: Result) -> None:
    async for text in page:
        now, message = time.perf_counter(), json.loads(text)
        result.resyncs += bool(message.get("resync"))
        for handle in message.get("changed", ()):
            if handle in result.sent_at:
                result.latencies.append(now - result.sent_at[handle])


async def _announce(options: argparse.Namespace, topics: list[str], result: Result) -> None:
    async with await psycopg.AsyncConnection.connect(**connection_parameters(), autocommit=True) as connection:
        begun = time.perf_counter()
        for number in range(options.rate * options.seconds):
            await asyncio.sleep(max(0.0, begun + number / options.rate - time.perf_counter()))
            topic = topics[number % len(topics)]
            result.sent_at[topic_handle(topic)] = time.perf_counter()
            await connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"topic": topic})])


async def _answering(port: int) -> None:
    for _ in range(200):
        await asyncio.sleep(0.1)
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            continue
        writer.write(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        if b'"listening":true' in answer:
            return
    raise SystemExit("the hub did not start")


def _memory(pid: int) -> int:
    resident = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(resident.split()[1]) * 1024


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
