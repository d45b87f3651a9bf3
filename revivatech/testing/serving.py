"""`revivatech serve` as a shop owner meets it: a real process, real ports, a data folder of its own."""

from __future__ import annotations

import http.client
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from revivatech.platform.postgres.postmaster import read_pid_file

COMMAND = [sys.executable, "-m", "revivatech.platform.commands.cli"]


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what tests put there."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("REVIVATECH_", "DATABASE_URL"))} | more


class Shop:
    """A running `serve` and the lines it printed."""

    def __init__(self, data: Path, port: int, live_port: int, *options: str) -> None:
        self.data, self.port, self.live_port = data, port, live_port
        ports = ["--port", str(port), "--live-port", str(live_port)]
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--data-dir", str(data), "--workers", "1", *ports, *options],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._news: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._news.put(line.rstrip())
        self._news.put(None)

    def wait_for(self, pattern: str, *, seconds: float = 90) -> str:
        """The first new line that matches."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self._news.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                pytest.fail(f"no line like {pattern!r} in:\n" + "\n".join(self.lines))
            self.lines.append(line)
            if re.search(pattern, line):
                return line

    def get(self, path: str, *, live: bool = False) -> int | None:
        """The status of a page, None when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.live_port if live else self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def child(self, name: str) -> int:
        """The process number of the child `name`, by what it was started as."""
        told = subprocess.run(
            ["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        ).stdout
        for line in told.splitlines():
            pid, parent, args = line.split(maxsplit=2)
            if int(parent) == self.process.pid and f"cli {name}" in args:
                return int(pid)
        return 0

    @property
    def postgres(self) -> int:
        found = read_pid_file(self.data / "postgres" / "cluster")
        return found.pid if found else 0

    def everybody(self) -> list[int]:
        """All processes of this shop, those below its children included."""
        told = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in (line.split() for line in told.splitlines())}
        found = [self.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)
