"""What a shop's size costs: `bin/bench growth --small var/bench-10k --large var/bench-1m`.

The same pages and searches are asked of a shop of 10,000 repairs and one of a million, in turns, each in a process of its own
without a server between. Every time another repair, person or number. Both are seeded when they are empty.
With --pages: how many pages of the database the lists and searches read, which no other load on the machine changes.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl

from .seed import ROOT, seed, shop

AIM_P95, AIM_MS = 1.3, 50.0
Case = Callable[[], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=Path, default=ROOT / "var" / "bench-10k")
    parser.add_argument("--large", type=Path, default=ROOT / "var" / "bench-1m")
    parser.add_argument("--turns", type=int, default=4)
    parser.add_argument("--times", type=int, default=20, help="of each case in a turn (%(default)s)")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--pages", action="store_true", help="pages read instead of milliseconds")
    parser.add_argument("--asked", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.asked:
        _answer(options.asked, options)
        return
    for folder, repairs in ((options.small, 10_000), (options.large, 1_000_000)):
        if not (folder / "bench.seeded").exists():
            seed(folder, repairs)
    sides = [_child(folder, options) for folder in (options.small, options.large)]
    found: list[dict[str, list[float]]] = [{}, {}]
    for turn in range(options.turns + 1):
        for side, mine in zip(sides, found, strict=True):
            for name, times in _turn(side).items():
                if turn:  # the first one fills the caches of both
                    mine.setdefault(name, []).extend(times)
    for side in sides:
        assert side.stdin
        side.stdin.close()
        side.wait(60)
    _tell(*found, what="pages read" if options.pages else "ms")


def _child(folder: Path, options: argparse.Namespace) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "bench.growth",
        "--asked",
        str(folder),
        "--times",
        str(options.times),
        "--only",
        options.only,
        *(["--pages"] if options.pages else []),
    ]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _turn(side: subprocess.Popen[str]) -> dict[str, list[float]]:
    assert side.stdin
    assert side.stdout
    side.stdin.write("go\n")
    side.stdin.flush()
    line = side.stdout.readline()
    if not line:
        raise SystemExit("a shop did not answer")
    times: dict[str, list[float]] = json.loads(line)
    return times


def _tell(small: dict[str, list[float]], large: dict[str, list[float]], *, what: str) -> None:
    print(f"{what:28}|{'median 10k':>11}{'median 1M':>11} |{'p95 10k':>9}{'p95 1M':>9}{'ratio':>7}")
    for name in small:
        middles = [statistics.median(times) for times in (small[name], large[name])]
        tails = [statistics.quantiles(times, n=20)[-1] for times in (small[name], large[name])]
        print(
            f"{name:28}|{middles[0]:11.1f}{middles[1]:11.1f} |{tails[0]:9.1f}{tails[1]:9.1f}{tails[1] / tails[0]:7.2f}"
        )


def _answer(folder: Path, options: argparse.Namespace) -> None:
    """One shop: a line in, the times of every case out."""
    os.environ |= {"REVIVATECH_ALLOWED_HOSTS": "localhost,127.0.0.1", "REVIVATECH_TRUSTED_PROXIES": "1"}
    with shop(folder):
        cases = {**({} if options.pages else _pages()), **_lists()}
        cases = {name: case for name, case in cases.items() if options.only in name}
        measured = _read if options.pages else _timed
        for _line in sys.stdin:
            print(
                json.dumps({name: [measured(case) for _ in range(options.times)] for name, case in cases.items()}),
                flush=True,
            )


def _timed(case: Case) -> float:
    began = time.perf_counter()
    case()
    return (time.perf_counter() - began) * 1e3


def _read(case: Case) -> float:
    """Pages of tables and indexes that the questions of a case touch, each asked once more to be explained."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        case()
    number = 0
    with connection.cursor() as cursor:
        for one in asked.captured_queries:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {one['sql']}")
            plan = cursor.fetchone()[0][0]["Plan"]
            number += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return float(number)


def _pages() -> dict[str, Case]:
    from .profile import send
    from .web import scenarios

    def asked(make: Callable[[], bytes], expected: int) -> None:
        status, _body = send(make())
        if int(status[:3]) != expected:
            raise SystemExit(f"unexpected answer {status}")

    return {
        one.name: lambda make=one.product, expected=one.expected: asked(make, expected)  # type: ignore[misc]
        for one in scenarios()
    }


def _lists() -> dict[str, Case]:
    """The rows of the workbench's list and its counts, as the owner sees them: every filter, and every kind of search."""
    from revivatech.accounts.actors import actor_of
    from revivatech.accounts.models import User
    from revivatech.platform import clock
    from revivatech.repairs import search
    from revivatech.repairs.finding import matching
    from revivatech.repairs.models import Repair

    owner = actor_of(User.objects.get(email="owner@bench.example"))

    def listed(query: dict[str, str]) -> None:
        filters = search.Filters.read(query)
        found = matching(filters.text) if filters.text else None
        search.page_and_counts(filters, by=owner, found=found)

    last = Repair.objects.latest("pk").pk
    known = list(
        Repair.objects.filter(
            pk__in=range(1, last, max(1, last // 400)), created_at__lt=clock.now() + timedelta(days=1)
        )
        .select_related("customer", "device__model__brand")
        .order_by("token")
    )
    words: dict[str, list[str]] = {
        "code": [repair.code for repair in known],
        "part of a code": [repair.code[3:7] for repair in known],
        "name and surname": [repair.customer.name for repair in known],
        "surname": [repair.customer.name.split()[-1] for repair in known],
        "phone": [repair.customer.phone for repair in known if repair.customer.phone],
        "e-mail": [repair.customer.email for repair in known if repair.customer.email],
        "serial": [repair.device.serial for repair in known if repair.device.serial],
        "model": [repair.device.model.name for repair in known if repair.device.model],
        "brand and model": [str(repair.device.model) for repair in known if repair.device.model],
        "two common words": ["macbook pro", "iphone pro", "galaxy ultra", "lenovo thinkpad", "hp laptop"],
        "one common word": ["pro", "iphone", "galaxy", "lenovo", "laptop"],
    }
    filters = (
        "",
        "status=diagnosis",
        "whose=mine",
        "whose=nobody",
        "late=1",
        "urgency=priority",
        "location=1",
        "closed=1",
        "status=completed",
    )
    cases: dict[str, Case] = {
        f"queue {text or 'unfiltered'}": lambda text=text: listed(dict(parse_qsl(text)))  # type: ignore[misc]
        for text in filters
    }
    for name, values in words.items():
        turning = itertools.cycle(values)
        cases[f"search {name}"] = lambda turning=turning: listed({"q": next(turning)})  # type: ignore[misc]
    return cases


if __name__ == "__main__":
    main()
