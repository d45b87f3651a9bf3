"""Tests run on a real PostgreSQL 18. One embedded server per run, shared by all workers; DATABASE_URL names another one.

Before Django's settings are read this file sets the environment: a temporary data folder and the server's address.
A migrated template database is made once for each state of the migrations and kept; every worker gets a copy of it.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
MEMORY = "/dev/shm"  # noqa: S108 - only its room is of interest; what is made there has names of its own
ROOM = 4_000_000_000  # bytes; a run uses about one
ALONE = tuple(f"e2e/test_{name}" for name in ("chaos", "separate", "bad_input", "pages", "links", "reach", "without"))
FIRST = ("e2e/", "test_api_schema", "test_web_routes", "browser")
_cleanup = ExitStack()


def _use_memory() -> None:
    """Keep temporary files in memory where there is room: a copy of a database a test is quick there, and slow on a disk
    that others use too. TMPDIR decides otherwise."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK | os.X_OK):
        return
    found = os.statvfs(MEMORY)
    if found.f_bavail * found.f_frsize > ROOM and not found.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = tempfile.tempdir = MEMORY


def _prepare_environment() -> None:
    """Worker processes inherit the server from the process that started them; each has its own data folder."""
    _use_memory()
    os.environ["DJANGO_SETTINGS_MODULE"] = "revivatech.settings"
    os.environ["REVIVATECH_TESTING"] = "1"
    top = os.environ.pop("REVIVATECH_TEST_FOLDER", "") if WORKER else ""
    for name in [name for name in os.environ if name.startswith("REVIVATECH_")]:
        if name not in {"REVIVATECH_TESTING", "REVIVATECH_TEST_RUN", "REVIVATECH_BROWSER"}:
            del os.environ[name]  # a developer's own settings must not decide what a test sees
    data = Path(tempfile.mkdtemp(prefix="revivatech-test-", dir=top or None))
    data.chmod(0o711)
    if not top:  # workers are ended without a chance to tidy up; the process that started them removes theirs too
        os.environ["REVIVATECH_TEST_FOLDER"] = str(data)
        _cleanup.callback(shutil.rmtree, data, ignore_errors=True)
    os.environ["REVIVATECH_DATA_DIR"] = str(data)
    if top:  # what one worker has compiled serves the others
        (Path(top) / "templates").mkdir(exist_ok=True)
        (data / "templates").symlink_to(Path(top) / "templates")


_prepare_environment()


def pytest_configure(config: pytest.Config) -> None:
    if not WORKER and not config.option.collectonly:
        from revivatech.platform.postgres.testing import server_for_tests

        os.environ["REVIVATECH_TEST_RUN"] = str(os.getpid())
        os.environ["DATABASE_URL"] = _cleanup.enter_context(server_for_tests(os.environ.get("DATABASE_URL", "")))
    import django

    django.setup()
    from revivatech.accounts.hashing import Hasher

    Hasher.time_cost, Hasher.memory_cost = 1, 64  # the same algorithm; slow hashes guard real passwords only
    config.pluginmanager.import_plugin("revivatech.testing.cast")  # models can be imported only now
    if not WORKER and config.getoption("numprocesses", None) and not config.option.collectonly:
        _migrate_meanwhile(config)


def _migrate_meanwhile(config: pytest.Config) -> None:
    """Make the template database while the workers read the tests: they would wait for the first of them that does it."""
    from pytest_django.plugin import blocking_manager_key

    from revivatech.platform.postgres.testing import make_template

    child = multiprocessing.get_context("fork").Process(
        target=make_template, args=(config.stash[blocking_manager_key],)
    )
    child.start()
    _cleanup.callback(child.join)


def pytest_xdist_auto_num_workers() -> int:
    """One more than processors: a worker that waits for a browser or a server leaves its processor to others."""
    return (os.process_cpu_count() or 1) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """A file is a piece of work; journeys in a browser are one together, for one worker with one browser and one pair of
    servers: it mostly waits, and leaves the processors to the others."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):  # type: ignore[misc]  # an untyped library
        def _split_scope(self, nodeid: str) -> str:
            alone = not nodeid.startswith("e2e/") or nodeid.startswith(ALONE)
            return super()._split_scope(nodeid) if alone else "e2e"  # type: ignore[no-any-return]

    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.nodeid.startswith(ALONE))
    items.sort(key=lambda item: next((n for n, part in enumerate(FIRST) if part in item.nodeid), len(FIRST)))


def pytest_collection_finish() -> None:
    """The program and its tests stay: what looks for garbage need not go through them again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    _cleanup.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object) -> Iterator[None]:
    """A database of this worker's own, copied from the template; dropped at the end."""
    from revivatech.platform.postgres.testing import worker_database

    with worker_database(WORKER or "main", django_db_blocker):
        yield


@pytest.fixture
def free_ports() -> Callable[[int], list[int]]:
    """Ports of 127.0.0.1 nobody listens at now, all different."""

    def find(count: int) -> list[int]:
        with ExitStack() as listening:
            listeners = [listening.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
            return [listener.getsockname()[1] for listener in listeners]

    return find


@pytest.fixture
def free_port(free_ports: Callable[[int], list[int]]) -> int:
    return free_ports(1)[0]


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port somebody listens at for as long as the test runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]
