"""`revivatech backup FILE`: the whole shop in one file. Safe while the shop is running."""

from __future__ import annotations

import os
import subprocess
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg

from revivatech.platform import clock
from revivatech.platform.postgres import PostgresError
from revivatech.platform.postgres.programs import bin_folder, explain

from .archive import DATABASE, FILES, FORMAT, KEY, add_file, add_manifest, is_key
from .problems import StopError


def backup(target: Path, data: Path, url: str) -> None:
    """Write the archive under a temporary name and rename it when it is complete. Raises StopError."""
    if target.exists():
        raise StopError(f"{target} exists already: choose another name, so that no older backup is lost.")
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            count = _write(out, data, url)
            out.flush()
            os.fsync(out.fileno())
        os.link(partial, target)  # unlike a rename this refuses to replace a file that appeared meanwhile
    except FileExistsError as problem:
        raise StopError(f"{target} exists already: choose another name, so that no older backup is lost.") from problem
    except OSError as problem:
        raise StopError(f"{target} cannot be written: {problem.strerror}.") from problem
    finally:
        partial.unlink(missing_ok=True)
    size = target.stat().st_size
    print(f"Backup written to {target}: the database and {count} files, {size / 1_000_000:.1f} MB.")
    print("It is not encrypted and holds the shop's keys: keep it where only you can read it.")


def _write(out: Any, data: Path, url: str) -> int:
    """Fill the archive; the number of uploaded files in it.

    The database comes first. A file is stored before the row that names it is committed, so every file a dumped row names is
    there when the files are read; a file more than the rows know does no harm.
    """
    members: dict[str, Any] = {}
    with (
        tempfile.TemporaryDirectory(dir=data, prefix=".backup-") as folder,
        tarfile.open(fileobj=out, mode="w|gz", compresslevel=3) as archive,
    ):
        dump = Path(folder) / DATABASE
        run_client("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", f"--dbname={url}")
        members[DATABASE] = add_file(archive, dump, DATABASE)
        for key in sorted(path.name for path in data.glob("*.key") if is_key(path.name)):
            if key != KEY or not os.environ.get("REVIVATECH_SECRET_KEY"):
                members[key] = add_file(archive, data / key, key)
        uploads = [path for path in sorted((data / FILES).rglob("*")) if path.is_file() and not path.is_symlink()]
        for path in uploads:
            try:
                name = path.relative_to(data).as_posix()
                members[name] = add_file(archive, path, name)
            except FileNotFoundError:
                continue  # deleted since we looked
        add_manifest(archive, {"format": FORMAT, "members": members, **_versions(url)})
    return len([name for name in members if name.startswith(f"{FILES}/")])


def _versions(url: str) -> dict[str, Any]:
    with psycopg.connect(url) as connection:
        migrations = applied_migrations(connection)
        server = connection.info.server_version
    return {
        "created_at": clock.now().isoformat(),
        "revivatech": version("revivatech"),
        "postgresql": server,
        "migrations": migrations,
        "secret_key": "environment" if os.environ.get("REVIVATECH_SECRET_KEY") else "file",
    }


def applied_migrations(connection: psycopg.Connection[Any]) -> list[str]:
    """Names as app/migration; empty for a database that was never set up."""
    if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
        return []
    return [
        f"{app}/{name}" for app, name in connection.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")
    ]


def run_client(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's client programs from the wheel; a failure becomes a sentence."""
    try:
        command = [str(bin_folder() / program), *arguments]
    except PostgresError as problem:
        raise StopError(f"{program} is not installed: {problem}") from problem
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StopError(explain(f"{program} failed", done.stderr))
