"""What sign-ins cost everybody else: `bin/bench hashing --data var/bench-10k`.

One web process is asked for a cheap page, alone and with sign-ins going on beside it, in turns. Each sign-in is of an address
nobody has, which costs one hash as every other does, for the product must not tell the two apart.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import re
import statistics
import time
import urllib.parse
import urllib.request
from pathlib import Path

from .load import END_OF_HEAD, Round, ask, get, request
from .seed import ROOT, seed, shop
from .web import _free_ports, _product, addresses

SIGN_IN = "/accounts/login/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "bench-10k", help="seeded when empty (%(default)s)")
    parser.add_argument("--repairs", type=int, default=10_000)
    parser.add_argument("--page", default="/contact/", help="asked for meanwhile (%(default)s)")
    parser.add_argument("--rate", type=float, default=8, help="sign-ins a second (%(default)s)")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4, help="of each side in a turn (%(default)s)")
    options = parser.parse_args()
    seed(options.data, options.repairs)
    with shop(options.data):
        port = _free_ports(1)[0]
        with _product(options.data, port) as product:
            asyncio.run(_measure(port, product.pid, options))


async def _measure(port: int, pid: int, options: argparse.Namespace) -> None:
    signing_in = _sign_ins(port)
    await _pages(port, pid, options)
    alone: list[Round] = []
    beside: list[Round] = []
    answers: dict[int, int] = {}
    longest: list[float] = []
    for _turn in range(options.turns):
        alone.append(await _pages(port, pid, options))
        sending = asyncio.create_task(_send(port, signing_in, options))
        beside.append(await _pages(port, pid, options))
        for status, seconds in await sending:
            answers[status] = answers.get(status, 0) + 1
            longest.append(seconds)
    _tell("alone", alone)
    _tell("beside", beside)
    print(
        f"sign-ins answered {answers}, median {statistics.median(longest) * 1e3:.0f} ms, longest {max(longest) * 1e3:.0f} ms"
    )


async def _pages(port: int, pid: int, options: argparse.Namespace) -> Round:
    asked, before = get(options.page), _cpu_seconds(pid)
    found = await ask(port, lambda: asked, expected=200, connections=2, seconds=options.seconds)
    found.cpu = _cpu_seconds(pid) - before
    if found.wrong:
        raise SystemExit(f"{options.page}: {found.wrong}")
    return found


def _cpu_seconds(pid: int) -> float:
    """By the process's own total: a hash has threads that come and go."""
    children = Path("/proc", str(pid), "task", str(pid), "children").read_text().split()
    ticks = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK") + sum(_cpu_seconds(int(child)) for child in children)


def _tell(name: str, rounds: list[Round]) -> None:
    median, p95, rate, cpu = (
        statistics.median(values)
        for values in zip(*((r.at(0.5), r.at(0.95), r.rate, r.cpu / r.seconds) for r in rounds), strict=True)
    )
    print(f"page {name}: median {median * 1e3:.1f} ms, p95 {p95 * 1e3:.1f} ms, {rate:.0f} a second; {cpu:.2f} cores")


def _sign_ins(port: int) -> itertools.starmap[bytes]:
    """Requests that sign in, each of another visitor and for another address."""
    opened = urllib.request.urlopen(f"http://127.0.0.1:{port}{SIGN_IN}", timeout=20)
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', opened.read())
    cookie = "; ".join(line.partition(";")[0] for line in opened.headers.get_all("Set-Cookie", []))
    if token is None:
        raise SystemExit("no form to sign in with")

    def make(number: int, sender: str) -> bytes:
        fields = {
            "csrfmiddlewaretoken": token[1].decode(),
            "login": f"p{number}.{time.time_ns()}@bench.example",
            "password": "three wise goats",
        }
        headers = {
            "Cookie": cookie,
            "X-Forwarded-For": sender,
            "Content-Type": "application/x-www-form-urlencoded",
            "Connection": "close",
        }
        return request("POST", SIGN_IN, urllib.parse.urlencode(fields).encode(), headers)

    return itertools.starmap(make, zip(itertools.count(), addresses(), strict=False))


async def _send(
    port: int, signing_in: itertools.starmap[bytes], options: argparse.Namespace
) -> list[tuple[int, float]]:
    """At the rate asked for, whether or not the one before was answered."""
    under_way = []
    for _number in range(int(options.rate * options.seconds)):
        under_way.append(asyncio.create_task(_one(port, next(signing_in))))
        await asyncio.sleep(1 / options.rate)
    return await asyncio.gather(*under_way)


async def _one(port: int, asked: bytes) -> tuple[int, float]:
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(asked)
    head = await asyncio.wait_for(reader.readuntil(END_OF_HEAD), 60)
    writer.close()
    return int(head[9:12]), time.perf_counter() - began


if __name__ == "__main__":
    main()
