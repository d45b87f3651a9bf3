"""The three kinds of process: web, live, worker. `serve` starts one of each; larger installs start as many as they like."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from .parents import die_with_parent

if TYPE_CHECKING:
    from procrastinate.manager import JobManager
    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

THREADS = 8  # per web worker; equals the size of its pool of database connections


def web(host: str, port: int, workers: int) -> None:
    """Serve pages until told to stop."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "revivatech.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,
    )
    os.environ["REVIVATECH_WEB_MAIN"] = str(os.getpid())
    server.on_startup(load_application)  # once, before the workers are forked: they share its memory and start at once
    server.serve(target_loader=load_application_in_worker, wrap_loader=False)


def load_application() -> Any:
    """The WSGI application with its addresses loaded, so that the first visitor does not wait for them."""
    from django.urls import get_resolver

    application = importlib.import_module(
        "revivatech.wsgi"
    ).application  # by name: the application is built on top of us
    assert get_resolver().url_patterns
    return application


def load_application_in_worker() -> Any:
    """Runs in each web worker. A killed main process must not leave workers behind that hold the port."""
    die_with_parent(int(os.environ["REVIVATECH_WEB_MAIN"]), by=signal.SIGKILL)
    application = load_application()
    # What was loaded stays for good and is not looked through for garbage again; and a page of many rows, which leaves next to
    # no cycles behind, does not set off a look of its own.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    return application


def live(host: str, port: int) -> None:
    """Run one live hub until told to stop."""
    sys.argv = ["revivatech.live", "--host", host, "--port", str(port)]
    importlib.import_module("revivatech.live").main()


def worker(concurrency: int) -> None:
    """Run background jobs until told to stop; a running job is finished first."""
    import django

    django.setup()
    try:
        asyncio.run(run_jobs(concurrency=concurrency, shutdown_graceful_timeout=25))
    finally:
        close_pools()


async def run_jobs(**options: Any) -> None:
    """Work on the queue. The worker has a database connection of its own, while a job that enqueues another one still uses
    Django's: what a job changes and what it enqueues commit together, or not at all.
    """
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params

    from revivatech.platform.jobs import DEAD_AFTER, HEARTBEAT

    ours = app.with_connector(PsycopgConnector(kwargs=connector_params(), configure=_note_lightly, pool_factory=_pool))
    async with ours.open_async():
        watch = asyncio.create_task(_watch_for_dead_workers(ours.job_manager))
        try:
            await ours.run_worker_async(
                update_heartbeat_interval=HEARTBEAT, stalled_worker_timeout=DEAD_AFTER, **options
            )
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)


async def _note_lightly(connection: AsyncConnection[Any]) -> None:
    """Who took a job and that it is done need not wait for the disk, which would be most of a small job's time: of a server that
    fell over the last half second of notes may be missing, and a job whose note is missing is run again, as after a killed worker.
    What a job itself changes is on another connection, and on the disk when it says so.

    Each of the queue's questions is one statement and commits by itself, without a BEGIN before it and a COMMIT after it."""
    await connection.set_autocommit(True)
    await connection.execute("SET synchronous_commit TO off")


def _pool(**options: Any) -> AsyncConnectionPool:
    """As procrastinate makes its own, with our way of seeing whether a connection is still there."""
    from psycopg_pool import AsyncConnectionPool

    from revivatech.platform.postgres.url import still_there_async

    return AsyncConnectionPool(**{**options, "check": still_there_async})


async def _watch_for_dead_workers(job_manager: JobManager) -> None:
    """Runs in every worker. A look that fails is tried again: without a database the worker itself ends and says why."""
    from procrastinate.exceptions import ConnectorException

    from revivatech.platform.jobs import HEARTBEAT, give_back_stalled

    while True:
        with contextlib.suppress(ConnectorException):
            await give_back_stalled(job_manager)
        await asyncio.sleep(HEARTBEAT)


def close_pools() -> None:
    """Let the threads of the database pools leave before the interpreter does; otherwise it waits for them in vain."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if close_pool := getattr(connection, "close_pool", None):
            close_pool()
