"""The shape of a backup: a gzip-compressed tar with a manifest as its last member.

    database.dump   pg_dump's custom format
    secret.key      signs links and seals stored secrets; without it they would be void after a restore
    files/…         uploads
    manifest.json   versions, and size and SHA-256 of every other member

The archive is not encrypted and is written readable by its owner only: whoever can read it can read the whole shop.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from pathlib import Path, PurePosixPath
from typing import IO, Any

from .problems import StopError

FORMAT = 1
MANIFEST, DATABASE, KEY, FILES = "manifest.json", "database.dump", "secret.key", "files"
CHUNK = 1 << 20


class Hashing(io.RawIOBase):
    """Passes reads through and hashes what was read, so that what is written and what is noted cannot differ."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self.source.read(size)
        self.digest.update(data)
        return data


def add_file(archive: tarfile.TarFile, path: Path, name: str) -> dict[str, Any]:
    """Add one file and return what the manifest says about it."""
    with path.open("rb") as source:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = os.fstat(source.fileno()).st_size, 0o600, int(path.stat().st_mtime)
        hashing = Hashing(source)
        archive.addfile(entry, hashing)
    return {"size": entry.size, "sha256": hashing.digest.hexdigest()}


def add_manifest(archive: tarfile.TarFile, manifest: dict[str, Any]) -> None:
    told = json.dumps(manifest, indent=1, sort_keys=True).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size, entry.mode = len(told), 0o600
    archive.addfile(entry, io.BytesIO(told))


def unpack(path: Path, target: Path) -> dict[str, Any]:
    """Unpack into the empty folder `target`, prove every checksum, and return the manifest. Raises StopError."""
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(path, "r|gz") as archive:
            for entry in archive:
                source = archive.extractfile(entry) if entry.isreg() else None
                if source is None or not _expected(entry.name) or entry.name in found:
                    raise StopError(f"{path} is not a backup of RevivaTech: it holds {entry.name!r}.")
                if entry.name == MANIFEST:
                    manifest = json.loads(source.read())
                else:
                    found[entry.name] = _write(source, target / entry.name)
    except OSError as problem:
        if problem.filename or problem.errno:
            raise StopError(f"{path} cannot be unpacked: {problem.strerror}.") from problem
        raise StopError(f"{path} is damaged: {problem}. Nothing was changed.") from problem
    except (tarfile.TarError, EOFError, ValueError) as problem:
        raise StopError(f"{path} is damaged: {problem}. Nothing was changed.") from problem
    return _proven(path, manifest, found)


def _proven(path: Path, manifest: dict[str, Any] | None, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if not isinstance(manifest, dict):
        raise StopError(f"{path} is damaged: its end is missing. Nothing was changed.")
    if manifest.get("format") != FORMAT:
        raise StopError(f"{path} was written by another release of RevivaTech: restore it with that one.")
    promised = manifest.get("members", {})
    wrong = sorted(name for name in {*promised, *found} if promised.get(name) != found.get(name))
    if wrong or DATABASE not in found:
        raise StopError(
            f"{path} is damaged: {', '.join(wrong[:3]) or DATABASE} is not what it was. Nothing was changed."
        )
    return manifest


def is_key(name: str) -> bool:
    """Keys lie in the data folder itself: what signs sessions, seals secrets, signs certificates."""
    return re.fullmatch(r"[a-z][a-z-]{0,40}\.key", name) is not None


def _expected(name: str) -> bool:
    """Threat: an archive from elsewhere may name files outside the folder it is unpacked into."""
    parts = PurePosixPath(name).parts
    return (
        name in {MANIFEST, DATABASE}
        or is_key(name)
        or (len(parts) > 1 and parts[0] == FILES and ".." not in parts and "\\" not in name and "\0" not in name)
    )


def _write(source: IO[bytes], target: Path) -> dict[str, Any]:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while data := source.read(CHUNK):
            digest.update(data)
            size += len(data)
            out.write(data)
    return {"size": size, "sha256": digest.hexdigest()}
