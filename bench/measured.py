"""Lighthouse over the pages that count, on the made-up shop of seed.py: `bin/lighthouse` without an address comes here.

Serves the shop with `revivatech serve`, as it runs anywhere, takes a visitor through the booking, signs a customer and the owner in,
hands the addresses to tools/lighthouse.py, and writes its table.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from .seed import ROOT, seed, shop
from .web import _free_ports, _running

TABLE = ROOT / "docs" / "develop" / "lighthouse.md"
FULL = 100  # of a hundred, in all four
WORK = 98  # of performance, where people work
STEPS = ("device/1", "issue/1", "hand-over", "price", "details", "confirm")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "bench-2k", help="the made-up shop (%(default)s)")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", help="only pages whose name matches this expression")
    parser.add_argument("--write", type=Path, default=TABLE, help="where the table goes (%(default)s)")
    options = parser.parse_args()
    seed(options.data, 2_000)
    port, live = _free_ports(2)
    with shop(options.data):
        pages = [page for page in _pages() if re.search(options.only, page["page"])]
        command = [sys.executable, "-m", "revivatech.platform.commands.cli", "serve", "--data-dir", str(options.data)]
        command += ["--port", str(port), "--live-port", str(live), "--workers", "1", "--no-worker"]
        os.environ.pop("DATABASE_URL")
        with _running(command, port, REVIVATECH_URL=f"http://localhost:{port}", REVIVATECH_LOG_LEVEL="ERROR"):
            sys.exit(_judged(options, pages, port))


def _judged(options: argparse.Namespace, pages: list[dict[str, Any]], port: int) -> int:
    listed = options.data / "pages.json"
    listed.write_text(json.dumps(pages))
    command = [
        sys.executable,
        str(ROOT / "tools" / "lighthouse.py"),
        f"http://localhost:{port}",
        "--pages",
        str(listed),
    ]
    command += ["--modules", str(options.modules), "--runs", str(options.runs), "--write", str(options.write)]
    return subprocess.run(command, check=False).returncode


def _pages() -> list[dict[str, Any]]:
    """Name, address, cookie and the least performance of each page."""
    from revivatech.accounts.models import User
    from revivatech.repairs.models import Repair

    repair = Repair.objects.filter(status="repair_work").order_by("pk").first() or Repair.objects.earliest("pk")
    owner = _signed_in(User.objects.get(email="owner@bench.example"))
    customer = _signed_in(_account_of(repair))
    visitor = _visitor()
    return [
        _page("home", "/"),
        _page("model", "/devices/apple/iphone-13-pro/"),
        *(_page(f"booking: {step.removesuffix('/1')}", f"/book/{step}/", visitor) for step in STEPS),
        _page("tracking", f"/track/{repair.token}/"),
        _page("find a repair", "/track/"),
        _page("sign in", "/accounts/login/"),
        _page("contact", "/contact/"),
        _page("portal", "/account/", customer, WORK),
        _page("queue", "/workbench/", owner, WORK),
        _page("repair", f"/workbench/repairs/{repair.code}/", owner, WORK),
    ]


def _page(name: str, path: str, cookie: str = "", least: int = FULL) -> dict[str, Any]:
    return {"page": name, "path": path, "cookie": cookie, "least": least}


def _account_of(repair: Any) -> Any:
    """The account of the repair's customer; rows of the generator have none."""
    from revivatech.testing.factories import make_user

    if repair.customer.user is None:
        repair.customer.user = make_user(f"customer{repair.customer.pk}@bench.example", repair.customer.name)
        repair.customer.save(update_fields=["user"])
    return repair.customer.user


def _signed_in(user: Any) -> str:
    from django.test import Client

    client = Client()
    client.force_login(user)
    return _cookies(client)


def _visitor() -> str:
    """Somebody whose booking is filled in up to the last step."""
    from django.test import Client

    from revivatech.booking.tests.walk import Walker
    from revivatech.shop.models import Location
    from revivatech.testing.booking import next_opening

    place = Location.objects.get(name="London Bridge")
    walker = Walker(place, Client(headers={"host": "localhost"}))
    walker.to_confirm(next_opening(place, days=2, hour=14))
    return _cookies(walker.client)


def _cookies(client: Any) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


if __name__ == "__main__":
    main()
