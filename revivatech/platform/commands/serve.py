"""`revivatech serve`: the whole shop under one process."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from revivatech.platform.postgres.postmaster import running

from . import stamps
from .environment import bring_back, check_port, data_folder, database
from .problems import OWNER_LINK, StopError
from .supervisor import Child, run_logged, say

LOOK_AT_DATABASE_EVERY = 0.5  # seconds
ANSWER_WITHIN = 60.0  # seconds for the first page of a fresh start


@dataclass
class Serve:
    """One run of `serve`, after the checks."""

    options: argparse.Namespace
    data: Path
    url: str
    began: float
    embedded: bool
    link: str | None = None
    stop_asked: asyncio.Event = field(default_factory=asyncio.Event)
    children: list[Child] = field(default_factory=list)

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop_asked.set)
        work = asyncio.create_task(self._start())
        stop = asyncio.create_task(self.stop_asked.wait())
        watch = asyncio.create_task(self._keep_database())
        try:
            await asyncio.wait({work, stop, watch}, return_when=asyncio.FIRST_COMPLETED)
            if work.done() and not self.stop_asked.is_set():
                code = work.result()  # raises what went wrong; otherwise the shop runs until a signal
                if code:
                    return code
                await asyncio.wait({stop, watch}, return_when=asyncio.FIRST_COMPLETED)
            if watch.done():
                watch.result()  # raises why the database does not come back
            return 0
        finally:
            for task in (work, stop, watch):
                task.cancel()
            await asyncio.gather(work, stop, watch, return_exceptions=True)
            await self._stop()

    async def _keep_database(self) -> None:
        """Bring the embedded server back when somebody or the kernel ended it. Raises StopError when it does not start."""
        cluster = self.data / "postgres" / "cluster"
        while True:
            await asyncio.sleep(LOOK_AT_DATABASE_EVERY)
            if self.embedded and running(cluster) is None:
                say("PostgreSQL was ended; starting it again")
                await asyncio.to_thread(bring_back, self.data)
                say("PostgreSQL is ready again")

    async def _start(self) -> int:
        noted = stamps.read_database(self.url)
        current = noted.get("stamp") == stamps.database_stamp() and stamps.static_is_current(self.data)
        if not current and (code := await self._prepare()):
            return code
        self._child("web", "--port", str(self.options.port), "--workers", str(self.options.workers))
        if self.options.live:
            self._child("live", "--port", str(self.options.live_port))
        await self._answers()
        say(f"Ready after {time.monotonic() - self.began:.1f} s: {self._address()}")
        if self.options.worker:
            self._child("worker")
        if current and not noted.get("owned"):  # asked after the first page, not before it: the question costs a second
            await self._prepare()
        if self.link:
            say(f"This shop has no owner yet. Open this link once to make the owner's account: {self.link}")
        say("Stop with Ctrl-C.")
        return 0

    async def _prepare(self) -> int:
        """Run `prepare` as a child, so that what it imports does not stay in this long-lived process."""

        def hear(line: str) -> None:
            if line.startswith(OWNER_LINK):
                self.link = line.removeprefix(OWNER_LINK)
            else:
                say(line)

        return await run_logged("serve", command("prepare"), hear=hear)

    def _child(self, name: str, *arguments: str) -> Child:
        host = [] if name == "worker" else ["--host", self.options.host]
        child = Child(name, command(name, *host, *arguments))
        self.children.append(child)
        child.start()
        return child

    async def _answers(self) -> None:
        """Wait for the first page; say so when it takes long, and go on waiting: the child is restarted meanwhile."""
        said = False
        while not await answers(self.options.host, self.options.port, "/health/live"):
            if not said and time.monotonic() - self.began > ANSWER_WITHIN:
                say("The web process does not answer yet; its lines above should say why.")
                said = True
            await asyncio.sleep(0.05)

    def _address(self) -> str:
        return os.environ.get("REVIVATECH_URL") or f"http://localhost:{self.options.port}"

    async def _stop(self) -> None:
        if self.children:
            say("Stopping …")
        await asyncio.gather(*(child.stop() for child in self.children))


def command(*arguments: str) -> Sequence[str]:
    """This command line again, as a child."""
    return [sys.executable, "-m", "revivatech.platform.commands.cli", *arguments]


async def answers(host: str, port: int, path: str) -> bool:
    """Whether a GET of `path` is answered with 200."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - what to connect to
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(near, port), 1)
    except (OSError, TimeoutError):
        return False
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
        status = await asyncio.wait_for(reader.readline(), 5)
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    return b" 200 " in status


def serve(options: argparse.Namespace) -> int:
    """Check, start, watch, stop. Raises StopError when the shop cannot start."""
    began = time.monotonic()
    data = data_folder(options.data_dir)
    check_port(options.host, options.port, "--port")
    if options.live:
        if options.live_port == options.port:
            raise StopError("--port and --live-port must differ: pages and live updates are two programs.")
        check_port(options.host, options.live_port, "--live-port")
    os.environ["REVIVATECH_PORT"] = str(options.port)
    os.environ["REVIVATECH_LIVE_PORT"] = str(options.live_port)
    embedded = not os.environ.get("DATABASE_URL")
    if embedded:
        say("Starting PostgreSQL …")
    with _stoppable(), database(data) as url:
        say(f"PostgreSQL is ready after {time.monotonic() - began:.1f} s")
        code = asyncio.run(Serve(options, data, url, began, embedded).run())
    say("Stopped.")
    return code


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Until the event loop takes over and after it, SIGTERM ends the run like Ctrl-C does: through every `finally`."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
