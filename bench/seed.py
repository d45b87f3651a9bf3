"""A large made-up shop to measure with: `.venv/bin/python -m bench.seed --data var/bench-200k --repairs 200000`.

Not the product and not a demonstration: rows are made by a random number generator with a fixed start and copied into the
tables, past every action and policy. The same size, start and day give the same shop. Nothing is mailed and nobody in it is
real. For N repairs: N/4 customers, 0.3 N devices of 2,000 catalogue models, N/10 bookings, about 5 N events, N messages;
one repair in a hundred is open. The log of every repair is a genuine chain under a signed head, so `doctor --full` holds.

It refuses a folder that has a shop in it, and works on the embedded server only, for it loads as the superuser.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = "bench.seeded"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a folder of its own; made when it is not there")
    parser.add_argument("--repairs", type=int, default=200_000, help="1 to 2,000,000 (%(default)s)")
    parser.add_argument("--start", type=int, default=1, help="of the random numbers (%(default)s)")
    parser.add_argument("--day", type=date.fromisoformat, default=datetime.now(UTC).date(), help="the shop's today")
    options = parser.parse_args()
    if not 1 <= options.repairs <= 2_000_000:
        parser.error("1 to 2,000,000 repairs")
    seed(options.data, options.repairs, start=options.start, day=options.day)


def seed(data: Path, repairs: int, *, start: int = 1, day: date | None = None) -> None:
    """Fill the shop in `data`; does nothing when it was filled to the same measure before."""
    day = day or datetime.now(UTC).date()
    measure = f"{repairs} {start}"
    stamp = data / STAMP
    if stamp.exists():
        if stamp.read_text().rpartition(" ")[0] != measure:
            raise SystemExit(f"{data} holds another shop: remove it or choose another folder")
        return
    began = time.monotonic()
    with shop(data):
        from . import rows

        with rows.loading() as cursor:
            if cursor.execute("SELECT EXISTS (SELECT FROM repairs_repair)").fetchone() != (False,):
                raise SystemExit(f"{data} has repairs in it: choose an empty folder")
        rows.fill(repairs, start=start, day=day)
    stamp.write_text(f"{measure} {day}")
    print(f"{repairs} repairs in {time.monotonic() - began:.0f} s", flush=True)


class shop:  # noqa: N801 - used like the function it stands for
    """The shop of a data folder: tables and static files up to date, its server running, Django ready. Once a process."""

    def __init__(self, data: Path) -> None:
        self.data = data.resolve()

    def __enter__(self) -> str:
        environment = {**os.environ, "REVIVATECH_DATA_DIR": str(self.data)}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "revivatech.platform.commands.cli", "prepare", "--data-dir", str(self.data)]
        self.data.mkdir(parents=True, exist_ok=True)
        from revivatech.platform.postgres import embedded_server

        self.server = embedded_server(self.data / "postgres")
        running = self.server.__enter__()
        subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        os.environ |= {
            "REVIVATECH_DATA_DIR": str(self.data),
            "DATABASE_URL": running.url,
            "BENCH_LOADER_URL": running.url_of("revivatech", user="postgres"),
            "DJANGO_SETTINGS_MODULE": "revivatech.settings",
        }
        import django

        django.setup()
        return running.url

    def __exit__(self, *error: object) -> None:
        from revivatech.platform.commands.processes import close_pools

        close_pools()
        self.server.__exit__(None, None, None)


if __name__ == "__main__":
    main()
