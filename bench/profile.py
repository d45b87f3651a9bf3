"""Where the time of one page goes: `.venv/bin/python -m bench.profile --data var/bench-200k /workbench/`.

In this process, through the WSGI application that the server calls: CPU per request, the questions asked of the database, and the
functions that cost most. `--calls NAME` tells who calls a function.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import os
import pstats
import sys
import time
from pathlib import Path
from typing import Any

from .seed import shop


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "path",
        nargs="+",
        help="an address, or the word booking; {repair_work} and {completed} become the token of such a repair",
    )
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--top", type=int, default=25)
    parser.add_argument("--sort", default="tottime")
    parser.add_argument("--calls", default="", help="tell who calls functions of this name")
    options = parser.parse_args()
    os.environ["REVIVATECH_ALLOWED_HOSTS"] = "localhost,127.0.0.1"
    os.environ["REVIVATECH_TRUSTED_PROXIES"] = "1"
    with shop(options.data):
        for path in options.path:
            _profile(path, options)


def _profile(path: str, options: argparse.Namespace) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from revivatech.repairs.models import Repair

    from .load import get
    from .web import addresses, booking_scenario, owner_cookie

    for status in ("repair_work", "completed"):
        path = path.replace(f"{{{status}}}", Repair.objects.filter(status=status).latest("pk").token)
    cookie = owner_cookie() if path.startswith("/workbench") else ""
    make = booking_scenario(addresses()).product if path == "booking" else lambda: get(path, Cookie=cookie)
    for _ in range(20):
        status, body = send(make())
    with CaptureQueriesContext(connection) as asked:
        send(make())
    print(f"\n{path}: {status}, {len(body)} bytes, {len(asked)} questions")
    for question in asked.captured_queries:
        print(f"  {float(question['time']) * 1e3:6.1f} ms  {question['sql'][:230]}")
    began, wall = time.process_time(), time.perf_counter()
    for _ in range(options.times):
        send(make())
    cpu, wall = time.process_time() - began, time.perf_counter() - wall
    print(f"  {cpu / options.times * 1e3:.2f} ms of CPU, {wall / options.times * 1e3:.2f} ms in all")
    if options.top:
        profile = cProfile.Profile()
        profile.enable()
        for _ in range(options.times):
            send(make())
        profile.disable()
        told = pstats.Stats(profile).sort_stats(options.sort)
        told.print_callers(options.calls) if options.calls else told.print_stats(options.top)


def send(request: bytes) -> tuple[str, bytes]:
    """As the server asks: the connection to the database is taken for the request and given back after it."""
    from revivatech.wsgi import application

    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    address, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method, "PATH_INFO": address, "QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1", "wsgi.input": io.BytesIO(body), "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr,
    }  # fmt: skip
    for name, _, value in (line.partition(": ") for line in lines):
        plain = name.upper().replace("-", "_")
        environ[plain if plain.startswith("CONTENT_") else f"HTTP_{plain}"] = value
    said: list[str] = []
    answer: Any = application(environ, lambda status, headers, error=None: said.append(status))  # type: ignore[arg-type]
    try:
        return said[0], b"".join(answer)
    finally:
        answer.close()


if __name__ == "__main__":
    main()
