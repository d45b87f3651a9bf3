"""What every command needs before Django is imported: the data folder and a database, put into the environment.

Settings are read from the environment once, so this module must not import Django or `revivatech.settings`.
"""

from __future__ import annotations

import errno
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

import revivatech
from revivatech.platform.postgres import PostgresError, embedded_server

from .problems import StopError

SOURCES = Path(revivatech.__file__).parent
LEAST_FREE_BYTES = 200_000_000
OLDEST_SERVER = 180_000  # as PostgreSQL numbers itself


def data_folder(given: str | None = None) -> Path:
    """The folder for everything the shop owns, made and proven writable; also put into the environment."""
    folder = Path(given or os.environ.get("REVIVATECH_DATA_DIR") or SOURCES.parent / "var").absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder = folder.resolve()
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x" * 4096)
            probe.flush()
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            raise StopError(f"The disk that holds {folder} is full: free some space and start again.") from problem
        raise StopError(
            f"The data folder {folder} cannot be written ({problem.strerror}): choose another one with --data-dir."
        ) from problem
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise StopError(
            f"Only {free // 1_000_000} MB are free on the disk that holds {folder}: "
            f"RevivaTech needs {LEAST_FREE_BYTES // 1_000_000} MB to start safely."
        )
    os.environ["REVIVATECH_DATA_DIR"] = str(folder)
    return folder


@contextmanager
def database(data: Path) -> Iterator[str]:
    """The database's address, reachable: DATABASE_URL when set, else the embedded server for as long as the block runs."""
    given = os.environ.get("DATABASE_URL", "")
    if given:
        check_database(given)
        yield given
        return
    try:
        with embedded_server(data / "postgres") as server:
            os.environ["DATABASE_URL"] = server.url
            try:
                yield server.url
            finally:
                del os.environ["DATABASE_URL"]
    except PostgresError as problem:
        raise StopError(str(problem)) from problem


def bring_back(data: Path) -> None:
    """Start the embedded server again for those who use it now; they keep it running after we have left."""
    try:
        with embedded_server(data / "postgres"):
            pass
    except PostgresError as problem:
        raise StopError(str(problem)) from problem


def check_database(url: str) -> None:
    """Raise StopError with a sentence unless a server of a supported version answers at `url`."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.Error as problem:
        reason = " ".join(str(problem).split()).removesuffix(".")
        raise StopError(f"The database in DATABASE_URL cannot be reached: {reason}.") from problem
    if version < OLDEST_SERVER:
        raise StopError(
            f"The database in DATABASE_URL is PostgreSQL {version // 10_000}: RevivaTech needs PostgreSQL 18 or newer."
        )


def check_port(host: str, port: int, option: str) -> None:
    """Raise StopError when nobody could listen at host:port."""
    try:
        family, kind, proto, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as problem:
        raise StopError(f"{host} is not an address of this machine: choose another one with --host.") from problem
    except (OSError, OverflowError) as problem:
        number = getattr(problem, "errno", None)
        if number == errno.EADDRINUSE:
            raise StopError(
                f"Port {port} is taken by another program: stop that program or choose another port with {option}."
            ) from problem
        raise StopError(
            f"Cannot listen at {host} port {port} ({problem}): choose another one with {option}."
        ) from problem
