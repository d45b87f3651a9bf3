"""One server process seen through its pid file: is it ours and alive, is it ready, stop it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .problems import PostgresError

# No system hands out this number, so a pid file that holds it is stale for certain.
NOBODYS_PID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` says."""

    pid: int
    port: int
    socket_folder: str
    status: str  # "starting", "ready" or "stopping"

    @property
    def ready(self) -> bool:
        return self.status == "ready"

    def stop(self) -> None:
        """Fast shutdown; a server that has not left after 30 s is stopped at once and recovers at its next start."""
        for number in (signal.SIGINT, signal.SIGQUIT):
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return
            if wait_until(lambda: not alive(self.pid), seconds=30):
                return
        raise PostgresError(f"PostgreSQL (process {self.pid}) does not stop.")


def read_pid_file(cluster: Path) -> Postmaster | None:
    """The pid file as written, without asking whether it is true."""
    try:
        lines = (cluster / "postmaster.pid").read_text("utf-8", "replace").splitlines()
        return Postmaster(
            pid=int(lines[0]),
            port=int(lines[3]) if len(lines) > 3 else 0,
            socket_folder=lines[4] if len(lines) > 4 else "",
            status=lines[7].strip() if len(lines) > 7 else "starting",
        )
    except (FileNotFoundError, IndexError, ValueError):
        return None


def running(cluster: Path) -> Postmaster | None:
    """The living server of exactly this cluster, or None. A stranger that got the old number does not count."""
    found = read_pid_file(cluster)
    return found if found and is_server_of(found.pid, cluster) else None


def is_server_of(pid: int, cluster: Path) -> bool:
    """Whether `pid` is a living `postgres` at work in `cluster` (a server changes into its data folder)."""
    if not alive(pid):
        return False
    if Path("/proc/self").exists():
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            return name == "postgres" and Path(f"/proc/{pid}/cwd").samefile(cluster)
        except OSError:
            return False
    told = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return "postgres" in told and str(cluster) in told


def alive(pid: int) -> bool:
    """Whether the process exists and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self").exists():
            return False
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout
    return state[:1] not in {"", "Z", "X"}


def disown_stale_pid_file(cluster: Path, socket_folder: Path) -> None:
    """Make the pid file of a dead server harmless when its number may be somebody else's now, without touching that somebody.

    The file is kept: PostgreSQL reads from its last lines which shared memory the dead server used, and refuses to start
    while orphans of it still write. Only the number is replaced. A socket's lock file holds nothing else and goes.
    """
    path = cluster / "postmaster.pid"
    found = read_pid_file(cluster)
    if found and found.pid != NOBODYS_PID:
        rest = path.read_text("utf-8", "replace").splitlines()[1:]
        path.write_text("\n".join([str(NOBODYS_PID), *rest, ""]))
    for leftover in socket_folder.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Poll until true; False when the time is over."""
    deadline = time.monotonic() + seconds
    pause = 0.005
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
    return True
