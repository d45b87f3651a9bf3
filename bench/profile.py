"""Where the time of one page goes: `.venv/bin/python -m bench.profile --data var/bench-200k /workbench/`.

In this process, without a server: CPU per request, the questions asked of the database, and the functions that cost most.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import time
from pathlib import Path

from .seed import shop


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("path", nargs="+", help="an address; {token} becomes that of an open repair")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--top", type=int, default=25)
    parser.add_argument("--sort", default="tottime")
    options = parser.parse_args()
    os.environ["REVIVATECH_ALLOWED_HOSTS"] = "testserver,localhost"
    with shop(options.data):
        for path in options.path:
            _profile(path, options)


def _profile(path: str, options: argparse.Namespace) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from revivatech.accounts.models import User
    from revivatech.repairs.models import Repair

    client = Client()
    if path.startswith("/workbench"):
        client.force_login(User.objects.get(email="owner@bench.example"))
    path = path.replace("{token}", Repair.objects.filter(status="repair_work").latest("pk").token)
    for _ in range(5):
        answer = client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    print(f"\n{path}: {answer.status_code}, {len(answer.content)} bytes, {len(asked)} questions")
    for question in asked.captured_queries:
        print(f"  {float(question['time']) * 1e3:6.1f} ms  {question['sql'][:230]}")
    began, wall = time.process_time(), time.perf_counter()
    for _ in range(options.times):
        client.get(path)
    cpu, wall = time.process_time() - began, time.perf_counter() - wall
    print(f"  {cpu / options.times * 1e3:.2f} ms of CPU, {wall / options.times * 1e3:.2f} ms in all")
    if options.top:
        profile = cProfile.Profile()
        profile.enable()
        for _ in range(options.times):
            client.get(path)
        profile.disable()
        pstats.Stats(profile).sort_stats(options.sort).print_stats(options.top)


if __name__ == "__main__":
    main()
