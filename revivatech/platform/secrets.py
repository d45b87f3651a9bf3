"""The key that signs sessions, links and topic tokens, kept in a file only its owner may read."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


class EmptyKeyError(Exception):
    """A key's file is there and holds nothing."""


def load_or_create_key(path: Path) -> str:
    """The key in `path`, made on first use with mode 0600. Safe when several processes start at once.

    Raises `EmptyKeyError` for a file without a key: a new one in its place would silently make everything sealed with the
    lost one unreadable.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        return _read(path)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(secrets.token_urlsafe(64))
        handle.flush()
        os.fsync(handle.fileno())  # the name must not outlive a power cut without its content
    try:
        os.link(fresh, path)  # fails when another process was first: its key is the one that counts
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return _read(path)


def _read(path: Path) -> str:
    key = path.read_text("ascii").strip()
    if not key:
        raise EmptyKeyError(
            f"{path} is empty: put it back from a backup. Without one, delete it and a new key is made."
        )
    return key
