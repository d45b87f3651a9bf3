"""Everything that RESULTS.md tells of speed, one after the other: `bin/bench all --small var/bench-10k --large var/bench-1m`.

Some ten minutes on a machine that does nothing else, after the two shops were seeded (a million repairs take half an hour).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from .seed import ROOT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=Path, default=ROOT / "var" / "bench-10k")
    parser.add_argument("--large", type=Path, default=ROOT / "var" / "bench-1m")
    options = parser.parse_args()
    small, large = str(options.small.resolve()), str(options.large.resolve())
    for what in (
        ["web", "--data", small, "--repairs", "10000", "--turns", "7", "--seconds", "1.5"],
        ["growth", "--small", small, "--large", large, "--times", "15", "--turns", "4"],
        ["live", "--data", small, "--connections", "2000", "--rate", "200", "--seconds", "10"],
        ["jobs", "--data", small],
        ["hashing", "--data", small],
    ):
        print(f"\nbin/bench {' '.join(what)}", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.{what[0]}", *what[1:]], cwd=ROOT, check=False)


if __name__ == "__main__":
    main()
