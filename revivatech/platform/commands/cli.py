"""The command line `revivatech`. Each command imports what it needs when it runs: `--help` and a second start stay quick."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .problems import StopError

WEB_PORT, LIVE_PORT = 3010, 3011


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when all is well."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revivatech.settings")
    if parent := os.environ.pop("REVIVATECH_PARENT", ""):
        from .parents import die_with_parent

        die_with_parent(int(parent))
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except StopError as problem:
        print(f"revivatech: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _number(name: str, usual: int) -> int:
    value = os.environ.get(name, "").strip()
    return int(value) if value.isdigit() else usual


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65_536:
        raise argparse.ArgumentTypeError(f"{text} is not a port: give a number from 1 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to 256")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="revivatech", description="A repair shop's own platform.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data-dir", metavar="FOLDER", help="where everything the shop owns is kept (var)")
    listening = argparse.ArgumentParser(add_help=False)
    listening.add_argument("--host", default="127.0.0.1", help="address to listen at (127.0.0.1; 0.0.0.0 for all)")
    _add_serve(commands, [shared, listening])
    _add_processes(commands, [shared, listening])
    _add_tools(commands, [shared])
    return parser


type _Commands = argparse._SubParsersAction[argparse.ArgumentParser]
type _Parents = Sequence[argparse.ArgumentParser]


def _add_serve(commands: _Commands, parents: _Parents) -> None:
    serve = commands.add_parser("serve", parents=parents, help="run the whole shop")
    serve.add_argument("--port", type=_port, default=_number("REVIVATECH_PORT", WEB_PORT), help="pages (%(default)s)")
    live = _number("REVIVATECH_LIVE_PORT", LIVE_PORT)
    serve.add_argument("--live-port", type=_port, default=live, help="live updates (%(default)s)")
    serve.add_argument("--workers", type=_count, default=_usual_workers(), help="web workers (%(default)s)")
    serve.add_argument("--no-live", dest="live", action="store_false", help="do not start the live hub here")
    serve.add_argument("--no-worker", dest="worker", action="store_false", help="do not run background jobs here")
    serve.set_defaults(run=_serve)


def _usual_workers() -> int:
    return max(1, min(os.cpu_count() or 1, 8))


def _add_processes(commands: _Commands, parents: _Parents) -> None:
    shared = parents[0]
    prepare = commands.add_parser("prepare", parents=[shared], help="update tables, shipped data and static files")
    prepare.set_defaults(run=_prepare)
    web = commands.add_parser("web", parents=parents, help="run only the pages")
    web.add_argument("--port", type=_port, default=_number("REVIVATECH_PORT", WEB_PORT))
    web.add_argument("--workers", type=_count, default=_usual_workers())
    web.set_defaults(run=_web)
    live = commands.add_parser("live", parents=parents, help="run only the live hub")
    live.add_argument("--port", type=_port, default=_number("REVIVATECH_LIVE_PORT", LIVE_PORT))
    live.set_defaults(run=_live)
    worker = commands.add_parser("worker", parents=[shared], help="run only background jobs")
    worker.add_argument("--concurrency", type=_count, default=4, help="jobs at a time (%(default)s)")
    worker.set_defaults(run=_worker)


def _add_tools(commands: _Commands, parents: _Parents) -> None:
    manage = commands.add_parser("manage", help="run a Django command with the shop's database", add_help=False)
    manage.add_argument("rest", nargs=argparse.REMAINDER)
    manage.set_defaults(run=_manage)
    doctor = commands.add_parser("doctor", parents=parents, help="say what is configured and what is wrong")
    doctor.add_argument("--full", action="store_true", help="check the whole event log, not only its newest part")
    doctor.set_defaults(run=_doctor)
    backup = commands.add_parser("backup", parents=parents, help="write database and files to one archive")
    backup.add_argument("file", type=Path)
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", parents=parents, help="bring a shop back from an archive")
    restore.add_argument("file", type=Path)
    restore.add_argument("--replace", action="store_true", help="replace the shop that is there now")
    restore.set_defaults(run=_restore)


def _serve(options: argparse.Namespace) -> int:
    from .serve import serve

    return serve(options)


def _prepare(options: argparse.Namespace) -> int:
    from .environment import data_folder, database

    data = data_folder(options.data_dir)
    with database(data):
        from . import prepare

        return prepare.main(data)


def _web(options: argparse.Namespace) -> None:
    from .environment import data_folder, database
    from .processes import web

    with database(data_folder(options.data_dir)):
        web(options.host, options.port, options.workers)


def _live(options: argparse.Namespace) -> None:
    from .environment import data_folder, database
    from .processes import live

    with database(data_folder(options.data_dir)):
        live(options.host, options.port)


def _worker(options: argparse.Namespace) -> None:
    from .environment import data_folder, database
    from .processes import worker

    with database(data_folder(options.data_dir)):
        worker(options.concurrency)


def _manage(options: argparse.Namespace) -> None:
    from .environment import data_folder, database

    with database(data_folder()) as url:
        from django.core.management import execute_from_command_line

        if {"migrate", "flush"} & set(options.rest[:1]):
            from .stamps import forget_database

            forget_database(url)
        execute_from_command_line(["revivatech manage", *options.rest])


def _doctor(options: argparse.Namespace) -> int:
    from .environment import data_folder, database

    data = data_folder(options.data_dir)
    with database(data):
        from .doctor import doctor

        return doctor(data, full=options.full)


def _backup(options: argparse.Namespace) -> None:
    from .backup import backup
    from .environment import data_folder, database

    data = data_folder(options.data_dir)
    with database(data) as url:
        backup(options.file, data, url)


def _restore(options: argparse.Namespace) -> None:
    from .environment import data_folder, database
    from .restore import restore

    data = data_folder(options.data_dir)
    with database(data) as url:
        restore(options.file, data, url, replace=options.replace)


if __name__ == "__main__":
    sys.exit(main())
