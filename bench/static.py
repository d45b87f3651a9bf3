"""How near a visitor's page comes to a static file: `bin/bench static --data var/bench-small --repairs 100`.

One web process is asked in turns for the home page, a model's page, and for each a static file of the same size as the page over the
wire. What counts is the ratio of the two rates, and its median over the turns; see web.py.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import urllib.request
from pathlib import Path

from .load import Round, ask, get
from .load import median as middle
from .seed import ROOT, seed, shop
from .web import _free_ports, _product, cpu_seconds

TARGET = 0.5
ENCODING = "zstd, br, gzip"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=ROOT / "var" / "bench-small", help="seeded when empty (%(default)s)"
    )
    parser.add_argument("--repairs", type=int, default=100)
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each side in a turn (%(default)s)")
    parser.add_argument("--connections", type=int, default=4)
    options = parser.parse_args()
    seed(options.data, options.repairs)
    with shop(options.data):
        paths = {"home": "/", "model page": _model_page()}
        port = _free_ports(1)[0]
        with _product(options.data, port):
            sizes = {path: _size(port, path) for path in paths.values()}
        for size in sizes.values():  # found by the server when it starts
            (options.data / "static" / f"bench-{size}.bin").write_bytes(secrets.token_bytes(size))
        with _product(options.data, port) as product:
            for name, path in paths.items():
                asyncio.run(_compare(name, path, sizes[path], port, product.pid, options))


def _model_page() -> str:
    from revivatech.catalogue.models import DeviceModel

    model = DeviceModel.objects.listed().select_related("brand").order_by("-year", "pk").first()
    if model is None:
        raise SystemExit("The shop has no models.")
    return f"/devices/{model.brand.slug}/{model.slug}/"


def _size(port: int, path: str) -> int:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": ENCODING})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        return len(answer.read())


async def _compare(name: str, path: str, size: int, port: int, pid: int, options: argparse.Namespace) -> None:
    rates, costs, last = [], [], (0.0, 0.0)
    for _turn in range(options.turns):
        page = await _timed(path, port, pid, options)
        file = await _timed(f"/static/bench-{size}.bin", port, pid, options)
        last = page.rate, file.rate
        rates.append(page.rate / file.rate)
        costs.append(file.cpu_each / page.cpu_each)
    print(
        f"{name}: {size} bytes, {middle(rates):.2f} of a static file (aim {TARGET}), by CPU {middle(costs):.2f}; "
        f"last turn {last[0]:.0f} and {last[1]:.0f} a second"
    )


async def _timed(path: str, port: int, pid: int, options: argparse.Namespace) -> Round:
    asked = get(path, **{"Accept-Encoding": ENCODING})
    before = cpu_seconds(pid)
    found = await ask(port, lambda: asked, expected=200, connections=options.connections, seconds=options.seconds)
    found.cpu = cpu_seconds(pid) - before
    if found.wrong:
        raise SystemExit(f"{path}: {found.wrong}")
    return found


if __name__ == "__main__":
    main()
