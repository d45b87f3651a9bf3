"""What has been set up already, known without importing Django: that makes a second start quick.

The database carries its stamp as its own comment, so a restored or replaced database is set up again by itself. The collected
static files carry theirs in a file beside them.
"""

from __future__ import annotations

import hashlib
import json
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from .environment import SOURCES


def _hash(parts: Iterable[str | bytes]) -> str:
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return digest.hexdigest()


def _installed() -> list[str]:
    """Names and versions of the installed packages: any of them may bring migrations or static files."""
    return sorted(path.name for path in Path(sysconfig.get_paths()["purelib"]).glob("*.dist-info"))


def database_stamp() -> str:
    """Changes when a migration or a file of shipped data changes."""
    files = sorted([*SOURCES.glob("*/migrations/*.py"), *SOURCES.glob("*/data/*")])
    return _hash(
        [*_installed(), *(part for path in files if path.is_file() for part in (path.name, path.read_bytes()))]
    )


def static_stamp() -> str:
    """Changes when a static file is added, removed or written, or what joins them is."""
    files = sorted(path for folder in SOURCES.glob("*/**/static") for path in folder.rglob("*") if path.is_file())
    files += [SOURCES / "platform" / "ui" / name for name in ("bundles.py", "modules.py")]
    return _hash([*_installed(), *(f"{path}:{path.stat().st_mtime_ns}:{path.stat().st_size}" for path in files)])


def read_database(url: str) -> dict[str, Any]:
    """What was noted in the database; empty when nothing was."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    with psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute(query).fetchone()
    try:
        found = json.loads(row[0]) if row and row[0] else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def note_database(url: str, **facts: Any) -> None:
    """Add facts to the database's comment. Without the right to comment nothing is noted, and every start sets up again."""
    told = json.dumps(read_database(url) | facts)
    try:
        with psycopg.connect(url, connect_timeout=5, autocommit=True) as connection:
            name = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(told)))
    except psycopg.errors.InsufficientPrivilege:
        return


def static_note(data: Path) -> Path:
    return data / "static" / ".stamp"


def static_is_current(data: Path) -> bool:
    note = static_note(data)
    return note.exists() and note.read_text() == static_stamp()


def forget_database(url: str) -> None:
    """Have the next start look at everything again: somebody works on the tables by hand."""
    note_database(url, stamp="")
