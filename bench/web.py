"""How near the product comes to the raw limit: `bin/bench web --data var/bench-200k --repairs 200000`.

Starts one product web process and one raw process (see raw.py) on the same database, and lets the same client ask the one and
the other in turns. What counts is the ratio of a turn's two sides, and its median over the turns: seconds of one machine say
nothing about another. Each process has one core at most; PostgreSQL and the client share the rest. Two ratios are told: of
requests a second, and of the CPU time the server process spent on a request, which is what is left of the first one when
nobody else uses the machine.
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
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from . import pages
from .load import Round, ask, get, request
from .seed import ROOT, seed, shop

TARGETS = {
    "tracking JSON": 0.25,
    "tracking page": 0.4,
    "tracking page again": 0.4,
    "queue of 50": 0.5,
    "booking write": 0.4,
    "14-day availability": 1.0,
    "14-day availability anew": 1.0,
}


@dataclass(frozen=True)
class Scenario:
    """Makers of the next request to each side, and the status that means it worked."""

    name: str
    product: Callable[[], bytes]
    raw: Callable[[], bytes]
    expected: int = 200
    raw_expected: int = 200


@dataclass(frozen=True)
class Side:
    """A server under test: where it listens, and the process whose time (and whose children's) counts."""

    port: int
    pid: int


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
        with tempfile.TemporaryDirectory() as pages, _product(options.data, ports[0]) as product:
            _write_pages(Path(pages), ports[0])
            with _raw(ports[1], pages) as raw:
                sides = Side(ports[0], product.pid), Side(ports[1], raw.pid)
                found = asyncio.run(_measure(options, *sides))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


async def _measure(options: argparse.Namespace, product: Side, raw: Side) -> list[dict[str, Any]]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # this process only makes drafts with it, between turns
    found = []
    print(f"{'':20}| CPU ms a request          | requests a second         | ms, ours      |\n"
          f"{'':20}|{'raw':>8}{'ours':>8}{'ratio':>7}    |{'raw':>8}{'ours':>8}{'ratio':>7}    |{'p50':>7}{'p95':>8} |{'aim':>5}", flush=True)  # fmt: skip
    for scenario in scenarios():
        if options.only not in scenario.name:
            continue
        # Every connection of the pool has prepared what it asks before it is measured.
        probe = await ask(product.port, scenario.product, expected=scenario.expected, connections=4, seconds=1.5)
        if probe.wrong:
            print(f"{scenario.name}: the product answered {probe.wrong}", flush=True)
            continue
        await ask(raw.port, scenario.raw, expected=scenario.raw_expected, connections=4, seconds=0.5)
        turns = [await _turn(scenario, options, product, raw) for _ in range(options.turns)]
        found.append(_told(scenario.name, turns))
    return found


async def _turn(scenario: Scenario, options: argparse.Namespace, product: Side, raw: Side) -> tuple[Round, Round]:
    how: dict[str, Any] = {"connections": options.connections, "seconds": options.seconds}
    one = await _timed(raw, scenario.raw, expected=scenario.raw_expected, **how)
    return one, await _timed(product, scenario.product, expected=scenario.expected, **how)


async def _timed(side: Side, make: Callable[[], bytes], **how: Any) -> Round:
    before = cpu_seconds(side.pid)
    found = await ask(side.port, make, **how)
    found.cpu = cpu_seconds(side.pid) - before
    return found


def cpu_seconds(pid: int) -> float:
    """CPU time used so far by every thread of a process and of its children, from the scheduler's own count."""
    total, waiting = 0, [pid]
    while waiting:
        one = Path("/proc", str(waiting.pop()))
        for task in (one / "task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        waiting += [int(child) for child in (one / "task" / one.name / "children").read_text().split()]
    return total / 1e9


def _told(name: str, turns: list[tuple[Round, Round]]) -> dict[str, Any]:
    for raw, ours in turns:
        if raw.wrong or ours.wrong:
            raise SystemExit(f"{name}: unexpected answers, raw {raw.wrong}, product {ours.wrong}")
    middle = statistics.median
    told = {
        "name": name,
        "raw_cpu": middle(raw.cpu_each for raw, _ in turns) * 1e3,
        "cpu": middle(ours.cpu_each for _, ours in turns) * 1e3,
        "cpu_ratio": middle(raw.cpu_each / ours.cpu_each for raw, ours in turns),
        "raw": middle(raw.rate for raw, _ in turns),
        "ours": middle(ours.rate for _, ours in turns),
        "ratio": middle(ours.rate / raw.rate for raw, ours in turns),
        "spread": [round(min(o.rate / r.rate for r, o in turns), 3), round(max(o.rate / r.rate for r, o in turns), 3)],
        "bytes": [middle(raw.bytes for raw, _ in turns), middle(ours.bytes for _, ours in turns)],
        "raw_p95": middle(raw.at(0.95) for raw, _ in turns) * 1e3,
        "p50": middle(ours.at(0.5) for _, ours in turns) * 1e3,
        "p95": middle(ours.at(0.95) for _, ours in turns) * 1e3,
    }
    print(
        f"{name:20}|{told['raw_cpu']:8.2f}{told['cpu']:8.2f}{told['cpu_ratio']:7.2f}    |{told['raw']:8.0f}{told['ours']:8.0f}"
        f"{told['ratio']:7.2f}    |{told['p50']:7.1f}{told['p95']:8.1f} |{TARGETS.get(name, 0):5.2f}   {told['bytes']} bytes",
        flush=True,
    )
    return told


def _write_pages(folder: Path, port: int) -> None:
    """What the raw limit renders; of a repair like most of those asked for: completed."""
    from revivatech.repairs.models import Repair

    repair = Repair.objects.filter(status="completed").select_related("device__model__brand", "location").latest("pk")

    def page(path: str, **headers: str) -> str:
        asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return str(answer.read().decode())

    facts = {"token": repair.token, "code": repair.code, "device": str(repair.device), "description": repair.description,
             "location": repair.location.name, "line1": repair.location.line1, "postcode": repair.location.postcode}  # fmt: skip
    track, queue = page(f"/track/{repair.token}/"), page("/workbench/", Cookie=owner_cookie())
    pages.write(folder, track=track, queue=queue, facts=facts)


def owner_cookie() -> str:
    """The cookies of the owner, signed in."""
    from django.test import Client

    from revivatech.accounts.models import User

    boss = Client()
    boss.force_login(User.objects.get(email="owner@bench.example"))
    return "; ".join(f"{name}={morsel.value}" for name, morsel in boss.cookies.items())


def scenarios() -> list[Scenario]:
    from django.db import connection

    from revivatech.platform import clock
    from revivatech.shop.models import Location

    with connection.cursor() as cursor:
        # Open and closed repairs alike, everywhere in the table, in an order of their own; more than a run asks for, so that a
        # page is opened once. "Again" is the page of one of fifty customers who look and look again.
        cursor.execute(
            "SELECT token FROM repairs_repair WHERE id % greatest(1, (SELECT max(id) FROM repairs_repair) / 10000) = 0 ORDER BY token"
        )
        found = [row[0] for row in cursor.fetchall()]
        tokens, few = itertools.cycle(found), itertools.cycle(found[:50])
    cookie = owner_cookie()
    asked = Location.objects.get(name="London Bridge")
    today = clock.today(asked.zone)
    fortnight = f"location={asked.pk}&from={today}&to={today + timedelta(days=13)}"
    senders, other = addresses(), itertools.cycle(range(6_000))  # more questions than answers are kept
    return [
        Scenario("tracking JSON", lambda: get(f"/api/v1/tracking/{next(tokens)}", X_Forwarded_For=next(senders)), lambda: get(f"/tracking/{next(tokens)}")),
        Scenario("tracking page", lambda: get(f"/track/{next(tokens)}/"), lambda: get(f"/track/{next(tokens)}")),
        Scenario("tracking page again", lambda: get(f"/track/{next(few)}/"), lambda: get(f"/track/{next(few)}")),
        Scenario("queue of 50", lambda: get("/workbench/", Cookie=cookie), lambda: get("/queue")),
        Scenario("14-day availability", lambda: get(f"/api/v1/slots?{fortnight}", X_Forwarded_For=next(senders)), lambda: get(f"/slots?{fortnight}")),
        Scenario("14-day availability anew", lambda: get(f"/api/v1/slots?{fortnight}&work_minutes={next(other)}", X_Forwarded_For=next(senders)), lambda: get(f"/slots?{fortnight}")),
        booking_scenario(senders),
    ]  # fmt: skip


def booking_scenario(senders: Iterator[str]) -> Scenario:
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


def addresses() -> Iterator[str]:
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
def _raw(port: int, pages: str) -> Iterator[subprocess.Popen[bytes]]:
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
    with _running([*command, "--log-level", "error", "--no-access-log"], port, BENCH_PAGES=pages) as process:
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
            raise SystemExit(f"{process.args!r} ended with {process.returncode}")
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
