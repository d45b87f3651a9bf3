"""Seal secrets that the database must hold but never show: a copy of the database alone opens none of them.

The keys live in `sealing.key` in the data folder, one a line, newest first. `revivatech manage rotate_sealing_key` changes
the key and seals everything anew (`resealing.py`). Several app servers share one file; a backup must carry it.

Seal inside the transaction that stores the seal: the rotation waits for those that began before it, and nothing is left behind.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .problems import Conflict
from .secrets import load_or_create_key


class SealBroken(Conflict):
    """The key that sealed this is not in the key file any more, or the stored text was altered."""

    code = "seal_broken"
    title = _("A stored secret cannot be opened with this installation's key. Enter it again.")


def seal(text: str) -> str:
    """`text` encrypted and authenticated, as ASCII. Sealing the same text twice gives two different seals."""
    return _keys().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """What was sealed, or `SealBroken`."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken from None


def opens(sealed: str, key: str) -> bool:
    """Whether that one line of the key file opens this seal."""
    try:
        _fernet(key).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def key_lines() -> list[str]:
    """The keys in use, newest first."""
    return load_or_create_key(key_file()).split()


def write_keys(lines: Sequence[str]) -> None:
    """Replace the key file at once and durably: at no moment is there half a file or one that others can read."""
    path = key_file()
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write("\n".join(lines) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def new_key() -> str:
    return secrets.token_urlsafe(64)


def key_file() -> Path:
    return Path(settings.DATA_DIR) / "sealing.key"


def _keys() -> MultiFernet:
    return MultiFernet([_fernet(line) for line in key_lines()])


def _fernet(line: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(line.encode()).digest()))
