"""How near the product comes to the raw limit: `bin/bench web --data var/bench-200k --repairs 200000`.

Starts one product web process and one raw process (see raw.py) on the same database, and lets the same client ask the one and
the other in turns. What counts is the ratio of a turn's two rates, and its median over the turns: seconds of one machine say
nothing about another. Each process has one core at most; PostgreSQL and the client share the rest.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from .load import Round, ask, get, request
from .seed import ROOT, seed, shop

TARGETS = {
    "tracking JSON": 0.25,
    "tracking page": 0.4,
    "queue of 50": 0.5,
    "booking write": 0.4,
    "14-day availability": 1.0,
}


@dataclass(frozen=True)
class Scenario:
    """Makers of the next request to each side, and the status that means it worked."""

    name: str
    product: Callable[[], bytes]
    raw: Callable[[], bytes]
    expected: int = 200
    raw_expected: int = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=ROOT / "var" / "bench-200k", help="seeded when it is empty (%(default)s)"
    )
    parser.add_argument("--repairs", type=int, default=200_000)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each side in a turn (%(default)s)")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--only", default="", help="scenarios whose name contains this")
    parser.add_argument("--json", type=Path, help="also write the numbers here")
    options = parser.parse_args()
    seed(options.data, options.repairs)
    with shop(options.data):
        ports = _free_ports(2)
        with _product(options.data, ports[0]), _raw(ports[1]):
            found = asyncio.run(_measure(options, ports))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


async def _measure(options: argparse.Namespace, ports: list[int]) -> list[dict[str, Any]]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # this process only makes drafts with it, between turns
    found = []
    print(
        f"{'':22}{'raw/s':>8}{'ours/s':>8}{'ratio':>7}{'aim':>6}{'raw p95':>9}{'ours p50':>9}{'ours p95':>9} ms",
        flush=True,
    )
    for scenario in scenarios():
        if options.only not in scenario.name:
            continue
        probe = await ask(ports[0], scenario.product, expected=scenario.expected, connections=1, seconds=1.0)
        if probe.wrong:
            print(f"{scenario.name}: the product answered {probe.wrong}", flush=True)
            continue
        await ask(ports[1], scenario.raw, expected=scenario.raw_expected, connections=1, seconds=0.5)
        turns = [await _turn(scenario, options, ports) for _ in range(options.turns)]
        found.append(_told(scenario.name, turns))
    return found


async def _turn(scenario: Scenario, options: argparse.Namespace, ports: list[int]) -> tuple[Round, Round]:
    how: dict[str, Any] = {"connections": options.connections, "seconds": options.seconds}
    raw = await ask(ports[1], scenario.raw, expected=scenario.raw_expected, **how)
    return raw, await ask(ports[0], scenario.product, expected=scenario.expected, **how)


def _told(name: str, turns: list[tuple[Round, Round]]) -> dict[str, Any]:
    for raw, ours in turns:
        if raw.wrong or ours.wrong:
            raise SystemExit(f"{name}: unexpected answers, raw {raw.wrong}, product {ours.wrong}")
    middle = statistics.median
    told = {
        "name": name,
        "raw": middle(raw.rate for raw, _ in turns),
        "ours": middle(ours.rate for _, ours in turns),
        "ratio": middle(ours.rate / raw.rate for raw, ours in turns),
        "spread": [round(min(o.rate / r.rate for r, o in turns), 3), round(max(o.rate / r.rate for r, o in turns), 3)],
        "raw_p95": middle(raw.at(0.95) for raw, _ in turns) * 1e3,
        "p50": middle(ours.at(0.5) for _, ours in turns) * 1e3,
        "p95": middle(ours.at(0.95) for _, ours in turns) * 1e3,
    }
    print(
        f"{name:22}{told['raw']:8.0f}{told['ours']:8.0f}{told['ratio']:7.2f}{TARGETS.get(name, 0):6.2f}"
        f"{told['raw_p95']:9.2f}{told['p50']:9.2f}{told['p95']:9.2f}",
        flush=True,
    )
    return told


def scenarios() -> list[Scenario]:
    from django.db import connection
    from django.test import Client

    from revivatech.accounts.models import User
    from revivatech.platform import clock
    from revivatech.shop.models import Location

    with connection.cursor() as cursor:
        # Open and closed repairs alike, everywhere in the table, in an order of their own.
        cursor.execute(
            "SELECT token FROM repairs_repair WHERE id % greatest(1, (SELECT max(id) FROM repairs_repair) / 500) = 0 ORDER BY token"
        )
        tokens = itertools.cycle([row[0] for row in cursor.fetchall()])
    boss = Client()
    boss.force_login(User.objects.get(email="owner@bench.example"))
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in boss.cookies.items())
    asked = Location.objects.get(name="London Bridge")
    today = clock.today(asked.zone)
    fortnight = f"location={asked.pk}&from={today}&to={today + timedelta(days=13)}"
    senders = _addresses()
    return [
        Scenario("tracking JSON", lambda: get(f"/api/v1/tracking/{next(tokens)}", X_Forwarded_For=next(senders)), lambda: get(f"/tracking/{next(tokens)}")),
        Scenario("tracking page", lambda: get(f"/track/{next(tokens)}/"), lambda: get(f"/track/{next(tokens)}")),
        Scenario("queue of 50", lambda: get("/workbench/", Cookie=cookie), lambda: get("/queue")),
        Scenario("14-day availability", lambda: get(f"/api/v1/slots?{fortnight}", X_Forwarded_For=next(senders)), lambda: get(f"/slots?{fortnight}")),
        _booking_scenario(senders),
    ]  # fmt: skip


def _booking_scenario(senders: Iterator[str]) -> Scenario:
    """The last step of the wizard, each with a draft, a person and an address of its own; and the same writes by hand."""
    from revivatech.booking.availability import slots
    from revivatech.booking.models import BookingDraft
    from revivatech.booking.wizard import Wizard
    from revivatech.catalogue.models import DeviceModel
    from revivatech.catalogue.pricing import quote
    from revivatech.platform import clock, ids
    from revivatech.shop.models import Location

    place = Location.objects.get(name="Bristol")
    Location.objects.filter(pk=place.pk).update(slot_capacity=200, notice_minutes=0)
    place.refresh_from_db()
    today = clock.today(place.zone)
    free = itertools.cycle(
        [
            slot.starts_at
            for slot in slots(place, today + timedelta(days=1), today + timedelta(days=25))
            if slot.free > 20
        ]
    )
    numbers = itertools.count(int(time.time() * 1000) % 10**9 * 10)  # people of this run have not booked before
    model = DeviceModel.objects.listed().filter(category="smartphone").order_by("pk")[0]
    ready: list[bytes] = []

    def prepare() -> None:
        drafts = []
        for _ in range(200):
            number = next(numbers)
            answers: dict[str, Any] = {
                "devices": [{"category": model.category, "model_id": model.pk, "issues": ["screen"], "quality": "standard",
                             "description": "The screen is cracked and stays dark.", "backup": "full", "swollen_battery": False}],
                "urgency": "standard",
                "handover": {"method": "drop_off", "location_id": place.pk, "starts_at": next(free).isoformat()},
                "price": {"seen": True},
                "details": {"name": f"Person {number}", "email": f"person{number}@bench.example", "phone": f"+4474{number % 10**8:08d}",
                            "preferred_contact": "email", "terms_version": 1},
            }  # fmt: skip
            wizard, token = Wizard(answers), ids.new_token()
            asked = wizard.request(shown_pence=0, profile=None, locale="en-gb")
            _prices.setdefault("total", 0)
            if not _prices["total"]:
                from revivatech.booking.checks import resolve_devices
                from revivatech.platform.actors import visitor

                devices, _errors = resolve_devices(asked.devices, by=visitor())
                _prices["total"] = quote(
                    [one.ask() for one in devices], urgency="standard", handover="drop_off"
                ).total_pence
            drafts.append(BookingDraft(token=token, answers=answers, expires_at=clock.now() + timedelta(hours=20)))
            csrf = secrets.token_hex(16)
            body = f"seen={wizard.fingerprint}&total={_prices['total']}&csrfmiddlewaretoken={csrf}".encode()
            ready.append(request("POST", "/book/confirm/", body, {
                "Cookie": f"booking_draft={token}; csrftoken={csrf}", "Content-Type": "application/x-www-form-urlencoded",
                "X-Forwarded-For": next(senders),
            }))  # fmt: skip
        BookingDraft.objects.bulk_create(drafts)

    def ours() -> bytes:
        if not ready:
            prepare()
        return ready.pop()

    def raw() -> bytes:
        number = next(numbers)
        body = {"location": place.pk, "starts_at": next(free).isoformat(), "name": f"Person {number}", "email": f"raw{number}@bench.example",
                "phone": f"+4474{number % 10**8:08d}", "description": "The screen is cracked and stays dark."}  # fmt: skip
        return request("POST", "/bookings", json.dumps(body).encode(), {"Content-Type": "application/json"})

    for _ in range(10):
        prepare()
    return Scenario("booking write", ours, raw, expected=302, raw_expected=201)


_prices: dict[str, int] = {}


def _addresses() -> Iterator[str]:
    """A new visitor for every request: limits by address are part of the work and must not be what is measured."""
    base = int(time.time()) % 200
    for number in itertools.count():
        yield f"10.{(base + (number >> 16)) % 256}.{number >> 8 & 255}.{number & 255}"


@contextmanager
def _product(data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "revivatech.platform.commands.cli", "web", "--port", str(port), "--workers", "1"]
    with _running(
        [*command, "--data-dir", str(data)], port, REVIVATECH_TRUSTED_PROXIES="1", REVIVATECH_LOG_LEVEL="ERROR"
    ) as process:
        yield process


@contextmanager
def _raw(port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "bench.raw:app",
        "--port",
        str(port),
        "--lifespan",
        "on",
        "--loop",
        "uvloop",
        "--http",
        "httptools",
    ]
    with _running([*command, "--log-level", "error", "--no-access-log"], port) as process:
        yield process


@contextmanager
def _running(command: list[str], port: int, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        _wait(port, process)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit(f"{process.args} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("a server did not start")


def _free_ports(count: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


if __name__ == "__main__":
    main()
