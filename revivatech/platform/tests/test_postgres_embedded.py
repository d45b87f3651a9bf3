"""The embedded server: shared, stopped by the last, back after a kill, never harming a stranger, never as root."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from revivatech.platform.postgres import PostgresError, Server, embedded_server
from revivatech.platform.postgres.postmaster import alive, read_pid_file, wait_until

USE_IT = """
import sys
from pathlib import Path
from revivatech.platform.postgres import embedded_server
with embedded_server(Path(sys.argv[1]), fsync=False) as server:
    print(server.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where a server's files go. pytest's own temporary folders are closed to the user PostgreSQL runs as under root."""
    top = Path(tempfile.mkdtemp(prefix="revivatech-postgres-"))
    top.chmod(0o711)
    yield top / "postgres"
    shutil.rmtree(top)


@pytest.fixture
def other_process(folder: Path) -> Iterator[Callable[[], tuple[subprocess.Popen[str], int]]]:
    """Start another process that uses the server of `folder`; gives it and the server's process number."""
    started: list[subprocess.Popen[str]] = []

    def start() -> tuple[subprocess.Popen[str], int]:
        process = subprocess.Popen(
            [sys.executable, "-c", USE_IT, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout
        return process, int(process.stdout.readline())

    yield start
    for process in started:
        process.kill()
        process.communicate()


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate("")
    assert process.returncode == 0


def ask(server: Server, question: str) -> object:
    with psycopg.connect(server.url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def test_a_server_of_the_right_kind_starts_and_is_gone_afterwards(folder: Path) -> None:
    with embedded_server(folder, fsync=False) as server:
        assert ask(server, "SELECT current_setting('server_version_num')::int / 10000") == 18
        assert ask(
            server, "SELECT concat(datlocprovider, ' ', datlocale) FROM pg_database WHERE datname='revivatech'"
        ) == ("b C.UTF-8")
        assert ask(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert ask(server, "SHOW shared_buffers") == "256MB"
        assert ask(server, "SHOW jit") == "off"
        assert ask(server, "SHOW listen_addresses") == ""
        assert stat.S_IMODE(Path(server.socket_folder).stat().st_mode) == 0o700
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not alive(server.pid)
    assert read_pid_file(folder / "cluster") is None


def test_data_survives_a_stop(folder: Path) -> None:
    with embedded_server(folder, fsync=False) as server, psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    with embedded_server(folder, fsync=False) as server:
        assert ask(server, "SELECT number FROM kept") == 7


def test_processes_share_one_server_and_the_last_one_stops_it(folder: Path, other_process) -> None:  # type: ignore[no-untyped-def]
    first, served_by = other_process()
    with embedded_server(folder, fsync=False) as server:
        assert server.pid == served_by
        leave(first)
        assert ask(server, "SELECT 1") == 1
    assert not alive(served_by)


def test_a_server_whose_only_user_was_killed_is_stopped_by_its_guardian(folder: Path, other_process) -> None:  # type: ignore[no-untyped-def]
    process, served_by = other_process()
    process.kill()
    assert wait_until(lambda: not alive(served_by), seconds=20)


def test_a_killed_server_is_started_again(folder: Path) -> None:
    with embedded_server(folder) as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        line = psycopg.connect(server.url)  # its backend is the orphan that the next start has to wait for
        os.kill(server.pid, signal.SIGKILL)
        with embedded_server(folder) as again:
            assert again.pid != server.pid
            assert ask(again, "SELECT number FROM kept") == 7
        line.close()


def test_a_stale_pid_file_that_names_a_stranger_harms_nobody(folder: Path) -> None:
    with embedded_server(folder, fsync=False) as server:
        os.kill(server.pid, signal.SIGKILL)
        assert wait_until(lambda: not alive(server.pid), seconds=10)
        with subprocess.Popen(["sleep", "600"]) as stranger:
            pid_file = folder / "cluster" / "postmaster.pid"
            lines = pid_file.read_text().splitlines()
            pid_file.write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
            with embedded_server(folder, fsync=False) as again:
                assert ask(again, "SELECT 1") == 1
            assert stranger.poll() is None
            stranger.kill()


def test_a_folder_with_a_long_path_still_gets_a_socket(folder: Path) -> None:
    deep = folder.parent / ("x" * 60) / ("y" * 60) / "postgres"
    with embedded_server(deep, fsync=False) as server:
        assert len(server.socket_folder) <= 90
        assert stat.S_IMODE(Path(server.socket_folder).stat().st_mode) == 0o700
        assert ask(server, "SELECT 1") == 1
    shutil.rmtree(server.socket_folder)


def test_a_socket_folder_that_somebody_else_prepared_is_refused(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    (folder / "socket").symlink_to(folder.parent)
    with pytest.raises(PostgresError, match="not a private folder"), embedded_server(folder, fsync=False):
        pass


def test_tcp_is_closed_unless_asked_for_and_then_needs_the_password(folder: Path, free_port: int) -> None:
    with embedded_server(folder, fsync=False, tcp_port=free_port) as server:
        with psycopg.connect(server.tcp_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        without = f"postgresql://revivatech@127.0.0.1:{free_port}/revivatech"
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(without, passfile="/nonexistent")
        assert stat.S_IMODE((folder / "password").stat().st_mode) == 0o600


def test_a_cluster_of_another_major_version_is_refused(folder: Path) -> None:
    with embedded_server(folder, fsync=False):
        pass
    (folder / "cluster" / "PG_VERSION").write_text("17\n")
    with (
        pytest.raises(PostgresError, match="made by PostgreSQL 17 and this release brings 18"),
        embedded_server(folder),
    ):
        pass


def test_an_interrupted_first_start_leaves_no_half_made_cluster(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    half = folder / ".cluster.1"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with embedded_server(folder, fsync=False) as server:
        assert ask(server, "SELECT 1") == 1
    assert not half.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give up its rights")
def test_root_hands_the_server_to_an_unprivileged_user(folder: Path) -> None:
    with embedded_server(folder, fsync=False) as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
        assert (folder / "cluster").stat().st_uid == folder.stat().st_uid != 0
        groups = next(line for line in Path(f"/proc/{server.pid}/status").read_text().splitlines() if "Groups" in line)
        assert groups.split() == ["Groups:"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can own a folder others cannot enter and hand the server on")
def test_root_with_data_behind_a_closed_folder_keeps_it_where_the_server_can_go(folder: Path) -> None:
    closed = folder.parent / "closed"
    closed.mkdir(mode=0o700)
    with embedded_server(closed / "var" / "postgres", fsync=False) as server:
        assert ask(server, "SELECT 1") == 1
        assert (closed / "var" / "postgres").is_symlink()
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    shutil.rmtree((closed / "var" / "postgres").resolve())
