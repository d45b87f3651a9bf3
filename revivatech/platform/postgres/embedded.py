"""PostgreSQL without installing it: `with embedded_server(folder) as server: connect(server.url)`.

Several processes may do this at once on one folder. The first starts the server, all share it, the last one stops it.
Two lock files say who is there: `door.lock` is held exclusively while somebody starts or stops the server; `users.lock` is
held shared for life, so the kernel forgets a killed process by itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from .postmaster import Postmaster, alive, disown_stale_pid_file, running, wait_until
from .problems import PostgresError
from .programs import Runner, choose_runner, explain, run_program, runnable_bin, server_environment

DATABASE = ROLE = "revivatech"
SUPERUSER = "postgres"
LONGEST_SOCKET_FOLDER = 90  # bytes; the address of a Unix socket ends at 107 and the file name needs the rest
ORPHANS_LEAVE_WITHIN = 12.0  # seconds
SETTINGS = {
    "shared_buffers": "256MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1000",
}
WITHOUT_FSYNC = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off", "max_wal_size": "256MB",
}  # fmt: skip
# Processes this one started. They outlive us by design; while we live, dead ones are collected here.
_children: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True, slots=True)
class Server:
    """A server in use. `url` is what DATABASE_URL would hold; `pid` is for those who watch or test it."""

    folder: Path
    socket_folder: str
    port: int
    pid: int

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str, *, user: str = ROLE) -> str:
        port = "" if self.port == 5432 else f"&port={self.port}"
        return f"postgresql:///{quote(database)}?host={quote(self.socket_folder, safe='/')}{port}&user={user}"

    @property
    def tcp_url(self) -> str:
        """The address over TCP, with its password, for programs on this machine that cannot use the socket."""
        password = (self.folder / "password").read_text().strip()
        return f"postgresql://{ROLE}:{password}@127.0.0.1:{self.port}/{DATABASE}"


@contextmanager
def embedded_server(folder: Path, *, fsync: bool = True, tcp_port: int | None = None) -> Iterator[Server]:
    """Use the server whose files live in `folder`, starting it when nobody has; raises PostgresError.

    `fsync=False` trades safety against a power cut for speed: tests only. `tcp_port` also opens 127.0.0.1 with a password.
    """
    runner = choose_runner(folder)
    folder = prepare_folder(folder, runner)
    with _opened(folder / "door.lock") as door, _opened(folder / "users.lock") as users:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            server = _ensure_running(folder, runner, fsync=fsync, tcp_port=tcp_port)
            _start_guardian(folder)
        except BaseException:
            _stop_when_last(folder, users)
            raise
        finally:
            fcntl.flock(door, fcntl.LOCK_UN)
        try:
            yield server
        finally:
            fcntl.flock(door, fcntl.LOCK_EX)
            _stop_when_last(folder, users)


def prepare_folder(folder: Path, runner: Runner) -> Path:
    """Make `folder` (0700) where the runner can reach it and return its real place.

    Root may keep the shop's data where the unprivileged user cannot go, such as below /root. Nobody else's folder is opened up
    for that: the database then lives below /var/lib/revivatech and a link shows the place.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if not folder.exists() and not folder.is_symlink() and not runner.may_enter(folder.parent):
            name = hashlib.blake2b(str(folder.resolve()).encode(), digest_size=6).hexdigest()
            home = Path("/var/lib/revivatech") / name
            home.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            home.mkdir(mode=0o700, exist_ok=True)
            runner.own(home)
            folder.symlink_to(home)
        folder = folder.resolve()
        if not folder.exists():
            folder.mkdir(mode=0o700)
            runner.own(folder)
    except OSError as problem:
        raise PostgresError(f"The folder {folder} cannot be written: {problem.strerror}.") from problem
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PostgresError(f"The folder {folder} belongs to another user: run as that user or choose another folder.")
    if not runner.may_enter(folder):
        raise PostgresError(f"The user that runs PostgreSQL cannot reach {folder}: choose another data folder.")
    return folder


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _stop_when_last(folder: Path, users: int) -> None:
    """Stop the server unless somebody else holds `users.lock`. The caller holds the door, so nobody enters meanwhile."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    if server := running(folder / "cluster"):
        server.stop()
    _children[:] = [child for child in _children if child.poll() is None]


def _start_guardian(folder: Path) -> None:
    """One small process that stops the server when all of its users were killed and none could."""
    (folder / "guardian.lock").touch(
        mode=0o600
    )  # here and not by the guardian: it must not write into a folder given up since
    command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("guardian.py")), str(folder)]
    nothing = subprocess.DEVNULL
    _children.append(
        subprocess.Popen(command, cwd="/", stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    )


def _ensure_running(folder: Path, runner: Runner, *, fsync: bool, tcp_port: int | None) -> Server:
    cluster = folder / "cluster"
    programs = runnable_bin(runner, folder)
    if not (cluster / "PG_VERSION").exists():
        _initialise(cluster, programs, runner, fsync=fsync)
    _check_version(cluster, programs)
    found = running(cluster)
    if found and found.status == "stopping":  # somebody outside asked it to leave
        leaving = found.pid
        wait_until(lambda: not alive(leaving), seconds=60)
        found = None
    if found is None:
        found = _start(folder, programs, runner, fsync=fsync, tcp_port=tcp_port)
    elif not found.ready:
        found = _wait_ready(cluster)
    server = Server(folder, found.socket_folder, found.port, found.pid)
    _create_database(server, with_password=tcp_port is not None)
    return server


def _initialise(cluster: Path, programs: Path, runner: Runner, *, fsync: bool) -> None:
    """Make a new cluster aside and rename it, so that a half-made one is never taken for a shop's data."""
    fresh = cluster.with_name(f".cluster.{os.getpid()}")
    for old in cluster.parent.glob(".cluster.*"):
        shutil.rmtree(old)
    command: list[str | Path] = [programs / "initdb", "--pgdata", fresh, "--username", SUPERUSER, "--encoding=UTF8"]
    command += ["--locale-provider=builtin", "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256"]
    command += [] if fsync else ["--no-sync"]
    try:
        run_program(command, runner)
        fresh.rename(cluster)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _check_version(cluster: Path, programs: Path) -> None:
    made_by = (cluster / "PG_VERSION").read_text().strip()
    told = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    ours = told.split()[-1].split(".")[0]
    if made_by != ours:
        raise PostgresError(
            f"The database in {cluster} was made by PostgreSQL {made_by} and this release brings {ours}: "
            f"back it up with the release that made it, then restore here."
        )


def _start(folder: Path, programs: Path, runner: Runner, *, fsync: bool, tcp_port: int | None) -> Postmaster:
    """Start the server; while orphans of a killed one still hold its memory, try again."""
    cluster, socket_folder = folder / "cluster", _socket_folder(folder, runner)
    options = SETTINGS | ({} if fsync else WITHOUT_FSYNC)
    options |= {"unix_socket_directories": str(socket_folder), "unix_socket_permissions": "0700"}
    options |= {"listen_addresses": "127.0.0.1" if tcp_port else "", "port": str(tcp_port or 5432)}
    command = [str(programs / "postgres"), "-D", str(cluster)]
    command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    deadline = time.monotonic() + ORPHANS_LEAVE_WITHIN
    while True:
        disown_stale_pid_file(cluster, socket_folder)
        log = folder / "server.log"
        began = _trim(log)
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd="/",
                env=server_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C in the terminal must reach us, not the server
                **runner.options(),
            )
        _children.append(process)
        try:
            return _wait_ready(cluster, process)
        except PostgresError as problem:
            said = log.read_bytes()[began:].decode("utf-8", "replace")
            if process.poll() is None:
                raise
            if "still in use" not in said or time.monotonic() > deadline:
                raise PostgresError(_why_not(said, tcp_port)) from problem
        except BaseException:  # interrupted before the pid file exists: nobody else could find this server to stop it
            process.send_signal(signal.SIGINT)
            process.wait()
            raise
        time.sleep(0.2)


def _why_not(said: str, tcp_port: int | None) -> str:
    if "Address already in use" in said:
        return f"Port {tcp_port} is taken by another program: choose another port for PostgreSQL."
    return explain("the server does not start", said)


def _wait_ready(cluster: Path, process: subprocess.Popen[bytes] | None = None) -> Postmaster:
    """Wait for `ready` in the pid file. Recovery after a crash may take long, so only the process leaving ends the wait early."""
    found: Postmaster | None = None

    def settled() -> bool:
        nonlocal found
        found = running(cluster)
        return bool(found and found.ready) or (process is not None and process.poll() is not None)

    if not wait_until(settled, seconds=300) or found is None or not found.ready:
        raise PostgresError("PostgreSQL did not become ready.")
    return found


def _trim(log: Path) -> int:
    """Start the log anew when it has grown past 10 MB; its present size."""
    if log.exists() and log.stat().st_size > 10_000_000:
        log.replace(log.with_suffix(".log.1"))
    return log.stat().st_size if log.exists() else 0


def _socket_folder(folder: Path, runner: Runner) -> Path:
    """A 0700 folder for the socket: beside the cluster, or a short path when that one is too long for a socket address."""
    target = folder / "socket"
    if len(os.fsencode(target)) > LONGEST_SOCKET_FOLDER:
        name = hashlib.blake2b(os.fsencode(folder), digest_size=8).hexdigest()
        target = Path(tempfile.gettempdir()) / f"revivatech-{name}"
        if len(os.fsencode(target)) > LONGEST_SOCKET_FOLDER:
            target = Path("/tmp") / target.name  # noqa: S108 - checked below
    try:
        target.mkdir(mode=0o700)
        runner.own(target)
    except FileExistsError:
        pass
    # Threat: the temporary folder is everybody's. Somebody could have put a folder or link of theirs at this name first.
    found = target.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != runner.uid or stat.S_IMODE(found.st_mode) != 0o700:
        raise PostgresError(f"{target} is not a private folder of the user that runs PostgreSQL: remove it.")
    return target


def _create_database(server: Server, *, with_password: bool) -> None:
    """The role and the database, once. The role is no superuser: an injected statement cannot run programs or read files."""
    with psycopg.connect(server.url_of("postgres", user=SUPERUSER), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0")
            connection.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(ROLE)))
        if with_password:
            password = _password(server.folder)
            statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
            connection.execute(statement.format(sql.Identifier(ROLE), sql.Literal(password)))


def _password(folder: Path) -> str:
    path = folder / "password"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(32))
    return path.read_text().strip()
