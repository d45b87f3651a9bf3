"""Signatures that a copy of the database alone cannot make: on certificates, and on the last link of every event log.

Ed25519. The keys come from `signing.key` in the data folder, one a line, newest first. To change the key put a new line on
top: new signatures use it, old ones still hold. Several app servers share one file; a backup carries it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from .secrets import load_or_create_key


def sign(purpose: str, message: bytes) -> str:
    """The signature of `message`, 86 URL-safe characters. One made for a `purpose` is worth nothing for another."""
    return _text(_keys()[0].sign(_scoped(purpose, message)))


def is_ours(purpose: str, message: bytes, signature: str) -> bool:
    """Whether this installation signed exactly that, with its present key or a former one."""
    try:
        given = base64.b64decode(signature + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    return any(_holds(key, given, _scoped(purpose, message)) for key in _keys())


def public_key() -> str:
    """The present key's public half, 43 URL-safe characters: what others need to check a signature without us."""
    return _text(_keys()[0].public_key().public_bytes_raw())


def key_file() -> Path:
    return Path(settings.DATA_DIR) / "signing.key"


def _keys() -> tuple[Ed25519PrivateKey, ...]:
    """Read anew when the file was changed."""
    path = key_file()
    if not path.exists():
        load_or_create_key(path)
    found = path.stat()
    return _keys_in(path, (found.st_ino, found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=4)
def _keys_in(path: Path, _version: tuple[int, ...]) -> tuple[Ed25519PrivateKey, ...]:
    lines = load_or_create_key(path).split()
    seeds = [hashlib.sha256(b"revivatech signing key\n" + line.encode()).digest() for line in lines]
    return tuple(Ed25519PrivateKey.from_private_bytes(seed) for seed in seeds)


def _holds(key: Ed25519PrivateKey, signature: bytes, message: bytes) -> bool:
    try:
        key.public_key().verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _scoped(purpose: str, message: bytes) -> bytes:
    return purpose.encode() + b"\n" + message


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
