"""Keeps child processes running, merges what they print, and stops them together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
HEALTHY_AFTER = 30.0  # seconds a child must have run for its next failure to count as the first
STOP_WITHIN = 30.0
COLOURS = {"web": 36, "live": 35, "worker": 33, "serve": 32}
LONGEST_LINE = 1 << 20


def say(line: str, name: str = "serve") -> None:
    """One line of the merged log: who | what."""
    label = f"{name:<6} |"
    if sys.stdout.isatty():
        label = f"\x1b[{COLOURS.get(name, 0)}m{label}\x1b[0m"
    with contextlib.suppress(BrokenPipeError):
        print(label, line, flush=True)


@dataclass
class Child:
    """A process that is started again whenever it ends, until `stop`."""

    name: str
    command: Sequence[str]
    process: asyncio.subprocess.Process | None = None
    _stop_asked: asyncio.Event = field(default_factory=asyncio.Event)
    _running: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._running = asyncio.create_task(self.run())

    async def run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop_asked.is_set():
            began = time.monotonic()
            code = await run_logged(self.name, self.command, started=self._started)
            if self._stop_asked.is_set():
                return
            pause = FIRST_PAUSE if time.monotonic() - began > HEALTHY_AFTER else pause
            say(f"{self.name} {_how_it_ended(code)}; starting it again in {pause:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop_asked.wait(), pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _started(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        if self._stop_asked.is_set():
            process.terminate()

    async def stop(self) -> None:
        """Ask it to leave; after STOP_WITHIN seconds it is made to."""
        self._stop_asked.set()
        if self._running is None:
            return
        if self.process and self.process.returncode is None:
            self.process.terminate()
        done, _ = await asyncio.wait({self._running}, timeout=STOP_WITHIN)
        if not done:
            say(f"{self.name} does not stop; ending it")
            self._running.cancel()
            await asyncio.wait({self._running})


async def run_logged(
    name: str,
    command: Sequence[str],
    *,
    started: Callable[[asyncio.subprocess.Process], None] | None = None,
    hear: Callable[[str], None] | None = None,
) -> int:
    """Run a command in a process group of its own and return how it ended. Its lines go to `hear`, or the log under `name`."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=LONGEST_LINE,
        start_new_session=True,  # Ctrl-C reaches us alone: we stop the children in order
        env=os.environ | {"PYTHONUNBUFFERED": "1", "REVIVATECH_PARENT": str(os.getpid())},
    )
    if started:
        started(process)
    assert process.stdout
    relay = asyncio.create_task(_relay(process.stdout, hear or (lambda line: say(line, name))))
    try:
        return await process.wait()
    finally:
        _end_group(process.pid)  # what a killed child left behind would hold its port and its pipe
        await process.wait()
        await relay


async def _relay(stream: asyncio.StreamReader, hear: Callable[[str], None]) -> None:
    while True:
        try:
            line = await stream.readline()
        except ValueError:  # longer than any line we print
            continue
        if not line:
            return
        hear(line.decode("utf-8", "replace").rstrip())


def _end_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _how_it_ended(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
