"""`revivatech restore FILE`: a shop from a backup. Until the very end nothing of the present shop is touched."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from revivatech.platform import clock

from .archive import DATABASE, FILES, is_key, unpack
from .backup import applied_migrations, backup, run_client
from .environment import SOURCES
from .problems import StopError


def restore(source: Path, data: Path, url: str, *, replace: bool) -> None:
    """Prove the archive, load it into a database of its own, then exchange old and new in one go. Raises StopError."""
    if not source.is_file():
        raise StopError(f"{source} is not there.")
    occupied = _occupied(data, url)
    if occupied and not replace:
        raise StopError(f"This shop is not empty ({occupied}): add --replace to put the backup in its place.")
    with ExitStack() as cleanup:
        staging = Path(cleanup.enter_context(tempfile.TemporaryDirectory(dir=data, prefix=".restore-")))
        manifest = unpack(source, staging)
        _check_age(source, manifest)
        fresh = cleanup.enter_context(_loaded(staging / DATABASE, url))
        if occupied:
            before = data / f"before-restore-{clock.now():%Y%m%d-%H%M%S-%f}.tar.gz"
            backup(before, data, url)
        _exchange(data, url, staging, fresh, manifest)
    print(f"Restored the backup of {manifest['created_at'][:16].replace('T', ' ')} UTC.")
    if occupied:
        print(f"The shop that was here is kept in {before}.")
    if manifest.get("secret_key") == "environment":
        print("Its secret key was not in the backup: set REVIVATECH_SECRET_KEY to the one it ran with.")


def _occupied(data: Path, url: str) -> str:
    """What makes this shop more than a fresh one; empty when nothing does."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model

    table = get_user_model()._meta.db_table
    with psycopg.connect(url) as connection:
        exists = connection.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,)
        people = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        row = connection.execute(people).fetchone() if exists else None
    if row and row[0]:
        return f"{row[0]} accounts"
    files = [path for path in (data / FILES).rglob("*") if path.is_file()] if (data / FILES).exists() else []
    return f"{len(files)} files" if files else ""


def _check_age(source: Path, manifest: dict[str, Any]) -> None:
    """An archive of a newer release has tables this one does not know."""
    for applied in manifest["migrations"]:
        app, _, name = applied.partition("/")
        folder = SOURCES / app / "migrations"
        if folder.is_dir() and not (folder / f"{name}.py").exists():
            raise StopError(
                f"{source} was made by a newer release ({applied} is unknown here): update RevivaTech first."
            )


def _other(url: str, database: str) -> str:
    """The same server and user, another database."""
    parts = urlsplit(url)
    return f"postgresql://{parts.netloc}/{quote(database)}{'?' if parts.query else ''}{parts.query}"


@contextmanager
def _loaded(dump: Path, url: str) -> Iterator[str]:
    """The name of a new database with the dump in it. It is dropped unless it was renamed by then."""
    name = f"revivatech_restore_{secrets.token_hex(4)}"
    try:
        _administer(url, "CREATE DATABASE {} TEMPLATE template0", name)
    except psycopg.errors.InsufficientPrivilege as problem:
        raise StopError("The database user may not create databases: give it CREATEDB for the restore.") from problem
    try:
        target = f"--dbname={_other(url, name)}"
        run_client("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", target, str(dump))
        with psycopg.connect(_other(url, name)) as loaded:
            if not applied_migrations(loaded):
                raise StopError("The backup holds an empty database. Nothing was changed.")
        yield name
    finally:
        _administer(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _administer(url: str, statement: str, *names: str) -> None:
    """Run a statement about whole databases, from outside of them."""
    with psycopg.connect(_other(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _exchange(data: Path, url: str, staging: Path, fresh: str, manifest: dict[str, Any]) -> None:
    """Put database, files and keys in place. A step that fails takes the earlier ones back."""
    (staging / FILES).mkdir(exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=data, prefix=".replaced-"))
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, aside, ignore_errors=True)
        for name in [FILES, *filter(is_key, manifest["members"])]:
            if (data / name).exists():
                (data / name).rename(aside / name)
                undo.callback(os.replace, aside / name, data / name)
            (staging / name).rename(data / name)
            undo.callback((data / name).rename, staging / name)
        old = _swap_databases(url, fresh)
        undo.pop_all()
    shutil.rmtree(aside, ignore_errors=True)
    _administer(url, "DROP DATABASE {} WITH (FORCE)", old)


def _swap_databases(url: str, fresh: str) -> str:
    """Rename both in one transaction; the name the former database has now. Refused while the shop is running."""
    with psycopg.connect(url) as here:
        present = here.info.dbname
    old = f"{present}_replaced_{secrets.token_hex(4)}"
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    try:
        with psycopg.connect(_other(url, "postgres")) as connection:
            connection.execute(rename.format(sql.Identifier(present), sql.Identifier(old)))
            connection.execute(rename.format(sql.Identifier(fresh), sql.Identifier(present)))
    except psycopg.errors.ObjectInUse as problem:
        raise StopError("The shop is running: stop it, then restore again. Nothing was changed.") from problem
    return old
