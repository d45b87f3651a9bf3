"""How many jobs a second one worker does: `bin/bench jobs --data var/bench-10k`.

Jobs of the bench's own are enqueued as the product enqueues: in transactions, on Django's connection. Each asks the database one
question. A worker process of the product is started on them, and the rate is that of the jobs it finished by itself, from its
first to its last.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from .seed import ROOT, shop
from .web import cpu_seconds

AIM = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "bench-10k", help="a seeded shop")
    parser.add_argument("--jobs", type=int, default=2_000)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        _work()
        return
    with shop(options.data):
        _measure(options.jobs)


def _declare() -> object:
    from django.db import connection

    from revivatech.platform.jobs import job

    @job(queue="bench")
    def ask(number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT code FROM repairs_repair WHERE id = %s", [number])

    return ask


def _work() -> None:
    """The product's worker, which has heard of the bench's job."""
    import django

    django.setup()
    _declare()
    from revivatech.platform.commands.processes import worker

    worker(concurrency=int(os.environ.get("BENCH_CONCURRENCY", "4")))


def _measure(jobs: int) -> None:
    from django.db import connection, transaction

    ask = _declare()
    began = time.monotonic()
    for first in range(0, jobs, 50):
        with transaction.atomic():
            for number in range(first, first + 50):
                ask.defer(number=number + 1)  # type: ignore[attr-defined]
    print(f"enqueued at {jobs / (time.monotonic() - began):.0f} a second")
    process = subprocess.Popen([sys.executable, "-m", "bench.jobs", "--work"], cwd=ROOT, env=dict(os.environ))
    try:
        first_seen, cpu = 0, 0.0
        done, began, deadline = 0, 0.0, time.monotonic() + 60
        while done < jobs and time.monotonic() < deadline:
            time.sleep(0.2)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'bench' AND status = 'succeeded'"
                )
                done = cursor.fetchone()[0]
            if process.poll() is not None:
                raise SystemExit("the worker ended")
            if done and not began:
                began, first_seen, cpu = time.monotonic(), done, cpu_seconds(process.pid)
        took, used = time.monotonic() - began, cpu_seconds(process.pid) - cpu
        rate = (done - first_seen) / took
        print(f"{rate:.0f} jobs a second (aim {AIM}), {used / max(1, done - first_seen) * 1e3:.2f} ms of CPU each")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE queue_name = 'bench'")


if __name__ == "__main__":
    main()
