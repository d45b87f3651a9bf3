"""Two of each process, every one in a network namespace with an address of its own, on one PostgreSQL; killed in turn under load.

Needs root and Linux (`ip netns`). An app on the API writes notes all the while and sends one again, with the same idempotency
key and to the other web process, when it got no answer; a browser looks at the repair's page. The database is reached by its
Unix socket, which all namespaces share.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.db import connection, transaction
from playwright.sync_api import Browser, expect

from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import User
from revivatech.integrations.actions import make_key
from revivatech.integrations.keys import SCOPES
from revivatech.platform.postgres.postmaster import wait_until
from revivatech.repairs.jobs import end_forgotten_clocks
from revivatech.repairs.models import Note, Repair
from revivatech.shop.models import Location
from revivatech.testing.database import database_address
from revivatech.testing.factories import make_repair

WEB, LIVE = 3010, 3011
JOBS = 300  # before a worker is killed
COMMAND = [sys.executable, "-m", "revivatech.platform.commands.cli"]


def _ip(*words: str) -> bool:
    return subprocess.run(["ip", *words], capture_output=True, check=False).returncode == 0


class Node:
    """One process in a namespace of its own, at 10.231.<number>.2."""

    def __init__(self, kind: str, number: int, folder: Path, **environment: str) -> None:
        self.kind, self.name, self.folder = kind, f"rt{os.getpid()}n{number}", folder
        self.address, self.environment = f"10.231.{number}.2", environment
        self.http = httpx.Client(trust_env=False, timeout=5)
        self.inner, self.outer = f"rtn{number}i", f"rtn{number}o"
        inside = ("-n", self.name)
        _ip("link", "del", self.outer)
        made = [
            _ip("netns", "add", self.name),
            _ip("link", "add", self.outer, "type", "veth", "peer", "name", self.inner, "netns", self.name),
            _ip("addr", "add", f"10.231.{number}.1/30", "dev", self.outer),
            _ip("link", "set", self.outer, "up"),
            _ip(*inside, "addr", "add", f"{self.address}/30", "dev", self.inner),
            _ip(*inside, "link", "set", self.inner, "up"),
            _ip(*inside, "link", "set", "lo", "up"),
        ]
        if not all(made):
            self.remove()
            pytest.skip("no network namespaces here")

    def start(self) -> None:
        listening = ["--host", self.address, "--port", str(WEB if self.kind == "web" else LIVE)]
        command = [*COMMAND, self.kind, *(listening if self.kind != "worker" else [])]
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", self.name, *command, *(["--workers", "1"] if self.kind == "web" else [])],
                env={**os.environ, **self.environment}, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def answers(self) -> bool:
        port = WEB if self.kind == "web" else LIVE
        try:
            return self.http.get(f"http://{self.address}:{port}/health/live").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def remove(self) -> None:
        if hasattr(self, "process") and self.process.poll() is None:
            self.kill()
        _ip("netns", "del", self.name)


class App:
    """Writes one note after another; what it saw of the kills is in `unanswered` and `longest`."""

    def __init__(self, webs: list[Node], key: str, code: str, number: int) -> None:
        self.webs, self.code, self.number = webs, code, number
        self.http = httpx.Client(headers={"authorization": f"Bearer {key}"}, timeout=10, trust_env=False)
        self.written: list[str] = []
        self.wrong: list[str] = []
        self.unanswered, self.longest, self.stop = 0, 0.0, threading.Event()

    def run(self) -> None:
        while not self.stop.is_set() and not self.wrong:
            self._write(f"App {self.number}, note {len(self.written)}")
            time.sleep(0.1)

    def _write(self, body: str) -> None:
        began = time.monotonic()
        once = {"idempotency-key": str(uuid.uuid4())}
        for again in range(200):
            web = self.webs[(self.number + again) % 2]
            try:
                answer = self.http.post(
                    f"http://{web.address}:{WEB}/api/v1/repairs/{self.code}/notes",
                    json={"body": body, "for_customer": True}, headers=once,
                )  # fmt: skip
            except httpx.TransportError:
                self.unanswered += 1
                time.sleep(0.05)
                continue
            if answer.status_code == 409:  # the first one is still at work
                time.sleep(0.05)
                continue
            if answer.status_code != 201:
                self.wrong.append(f"{answer.status_code} {answer.text[:300]}")
            break
        self.written.append(body)
        self.longest = max(self.longest, time.monotonic() - began)


@pytest.fixture
def nodes(transactional_db: None, tmp_path: Path) -> Iterator[dict[str, list[Node]]]:
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("namespaces need root and ip")
    environment = {
        "DATABASE_URL": database_address(),
        "REVIVATECH_SECRET_KEY": settings.SECRET_KEY,
        "REVIVATECH_DATA_DIR": str(tmp_path),
        "REVIVATECH_ALLOWED_HOSTS": "*",
    }
    made: dict[str, list[Node]] = {"web": [], "live": [], "worker": []}
    try:
        for number in range(6):
            kind = ("live", "web", "worker")[number // 2]
            of = {"REVIVATECH_URL": f"http://10.231.{number + 1 if kind == 'web' else 3}.2:{WEB}"}
            # The page of the first web process listens to the first hub, that of the second one to the second.
            if kind == "web":
                of["REVIVATECH_LIVE_URL"] = f"ws://{made['live'][number % 2].address}:{LIVE}/live"
            made[kind].append(Node(kind, number + 1, tmp_path, **environment, **of))
            made[kind][-1].start()
        yield made
    finally:
        for kind in made:
            for node in made[kind]:
                node.remove()


@pytest.mark.slow
@pytest.mark.browser
def test_any_of_them_is_killed_and_nothing_is_lost_doubled_or_stuck(
    nodes: dict[str, list[Node]], chromium: Browser, shop: Location, olga: User, tess: User
) -> None:
    repair = make_repair(location=shop, status="diagnosis", assigned_to=tess)
    assert wait_until(lambda: all(node.answers() for kind in ("web", "live") for node in nodes[kind]), seconds=60)
    page = chromium.new_page(base_url=f"http://{nodes['web'][0].address}:{WEB}")
    page.goto(f"/track/{repair.token}/")
    expect(page.locator("html")).to_have_attribute("data-live-state", "live", timeout=15_000)
    _client, key = make_key(
        name="Till", scopes=tuple(SCOPES), location_id=None, days=1, per_minute=6000, by=actor_of(olga)
    )
    apps = [App(nodes["web"], key, repair.code, number) for number in range(2)]
    writing = [threading.Thread(target=app.run) for app in apps]
    for thread in writing:
        thread.start()
    try:
        for kind in ("web", "live", "worker"):
            for node in nodes[kind]:
                _kill_and_start(node, apps)
    finally:
        for app in apps:
            app.stop.set()
        for thread in writing:
            thread.join(30)
    _nothing_lost_or_doubled(repair, apps)
    assert wait_until(lambda: _jobs("todo", "doing") == 0, seconds=60)  # what a killed worker had is given back by then
    assert _jobs("failed", "aborted") == 0
    assert _jobs("succeeded") >= 2 * JOBS
    last = apps[0].written[-1]
    expect(page.locator("main")).to_contain_text(last, timeout=30_000)  # without a reload
    expect(page.locator("html")).to_have_attribute("data-live-state", "live", timeout=30_000)
    page.close()
    notes, unanswered = sum(len(app.written) for app in apps), sum(app.unanswered for app in apps)
    longest = max(app.longest for app in apps)
    print(f"{notes} notes, {unanswered} tries unanswered, {longest:.2f} s at most; {_jobs('succeeded')} jobs done")  # noqa: T201


def _jobs(*statuses: str) -> int:
    with connection.cursor() as cursor:
        due = "scheduled_at IS NULL OR scheduled_at <= now()"
        cursor.execute(
            f"SELECT count(*) FROM procrastinate_jobs WHERE status::text = ANY(%s) AND ({due})", [list(statuses)]
        )
        return int(cursor.fetchone()[0])


def _kill_and_start(node: Node, apps: list[App]) -> None:
    """In the middle of the writing, which goes on."""
    before = [len(app.written) for app in apps]
    if node.kind == "worker":
        with transaction.atomic():
            for number in range(JOBS):
                end_forgotten_clocks.defer(timestamp=number)
        assert wait_until(lambda: _jobs("doing") > 0, seconds=30)
    node.kill()
    assert wait_until(
        lambda: all(len(app.written) > had + 3 for app, had in zip(apps, before, strict=True)), seconds=30
    ), [app.wrong for app in apps]
    node.start()
    assert node.kind == "worker" or wait_until(node.answers, seconds=60)


def _nothing_lost_or_doubled(repair: Repair, apps: list[App]) -> None:
    assert [app.wrong for app in apps] == [[], []]
    kept = sorted(Note.objects.filter(repair=repair).values_list("body", flat=True))
    assert kept == sorted(body for app in apps for body in app.written)
    assert sum(app.unanswered for app in apps) > 0  # the kills were felt
