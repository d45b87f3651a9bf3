"""From an upload to a row: check, make anew, write the blobs, and keep them only when the row is committed.

prepared = prepare(upload, zone=…)          # no transaction: takes a second for a large photo
with blobs(prepared) as written:            # deleted again unless a row took them
    with transaction.atomic():
        file = written.keep(about=("repair", 12), label="before", by=actor)
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import InterfaceError, OperationalError, connection

from revivatech.platform import clock, ids
from revivatech.platform.actors import Actor

from . import policies
from .documents import check_pdf
from .kinds import FileType, clean_name, named_as, recognise
from .models import Blob, StoredFile
from .pictures import Encoding, make_picture
from .problems import StorageSilent, TooBig, TooManyFiles
from .scanning import scan
from .sizes import FULL

MAX_BYTES = 15_000_000
MAX_FILES = 10  # in one step
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A checked upload, made anew. Nothing of it is stored yet."""

    name: str
    type: FileType
    sha256: str
    bytes: int
    encodings: tuple[Encoding, ...]
    width: int | None = None
    height: int | None = None
    taken_at: datetime | None = None


def prepare(upload: UploadedFile[Any], *, zone: tzinfo = UTC) -> Prepared:
    """Raises one of problems.py, naming the file."""
    name = clean_name(upload.name)
    if (upload.size or 0) > MAX_BYTES:
        raise TooBig(name, most=MAX_BYTES // 1_000_000)
    data = upload.read(MAX_BYTES + 1)
    found = recognise(data, name)
    scan(data, name)
    if found.pillow:
        made = make_picture(data, found, name, zone=zone)
        facts: dict[str, Any] = {"width": made.width, "height": made.height, "taken_at": made.taken_at}
        encodings = made.encodings
    else:
        check_pdf(data, name)
        facts, encodings = {}, (Encoding(FULL, found.content_type, "pdf", data),)
    return Prepared(
        named_as(name, found), found, hashlib.sha256(data).hexdigest(), len(data), encodings=encodings, **facts
    )


def check_room(name: str, about: tuple[str, int], *, stage: int | None, label: str, part: str = "") -> None:
    """Raise TooManyFiles when the step is full. Decides only while the row of the thing is locked."""
    step = StoredFile.objects.about(*about).present().filter(stage=stage, label=label, part=part)
    if step.count() >= MAX_FILES:
        raise TooManyFiles(name, most=MAX_FILES)


@dataclass(slots=True)
class Written:
    """Blobs in the storage that no row owns yet."""

    prepared: Prepared
    paths: list[tuple[Encoding, str]] = field(default_factory=list)
    file: StoredFile | None = None

    def keep(
        self,
        *,
        about: tuple[str, int],
        by: Actor,
        stage: int | None = None,
        label: str = "",
        part: str = "",
        **facts: Any,
    ) -> StoredFile:
        """Write the row that owns them. Inside the caller's transaction, with the row of the thing locked."""
        if not connection.in_atomic_block:
            raise RuntimeError("keep() needs a transaction: the row commits with the event that tells of it")
        policies.check_may_add(by, *about)
        check_room(self.prepared.name, about, stage=stage, label=label, part=part)
        made = self.prepared
        file = StoredFile(
            kind=StoredFile.Kind.IMAGE if made.type.pillow else StoredFile.Kind.PDF,
            name=made.name, content_type=made.type.content_type, sha256=made.sha256, bytes=made.bytes,
            width=made.width, height=made.height, taken_at=made.taken_at,
            about_kind=about[0], about_id=about[1], stage=stage, label=label, part=part, **facts,
        )  # fmt: skip
        file.set_uploader(by)
        file.save()
        Blob.objects.bulk_create(
            Blob(
                file=file, size=one.size, content_type=one.content_type, path=path,
                sha256=hashlib.sha256(one.data).hexdigest(), bytes=len(one.data),
            )
            for one, path in self.paths
        )  # fmt: skip
        self.file = file
        return file


@contextmanager
def blobs(prepared: Prepared) -> Iterator[Written]:
    """Write the blobs; delete them again when the block fails or no row kept them.

    When the database went away in the middle of a commit nobody knows how it ended. Then they stay: the sweep of
    jobs.py looks at the rows a day later and deletes what none of them owns.
    """
    written = Written(prepared)
    unknown = False
    try:
        _write(written)
        yield written
    except (OperationalError, InterfaceError):
        unknown = True
        raise
    except BaseException:
        written.file = None
        raise
    finally:
        if written.file is None and not unknown:
            delete_blobs(path for _one, path in written.paths)


def _write(written: Written) -> None:
    """One folder a month, names with 192 random bits. A storage that fails becomes a sentence."""
    stem = f"{clock.now():%Y-%m}/{ids.new_token()}"
    for one in written.prepared.encodings:
        path = f"{stem}-{one.size}.{one.ending}"
        written.paths.append((one, path))
        try:
            stored = default_storage.save(path, ContentFile(one.data, name=path))
        except Exception as problem:  # the disk is full, the bucket does not answer: each storage has its own errors
            _logger.exception("a blob could not be written")
            raise StorageSilent(written.prepared.name) from problem
        if stored != path:
            raise RuntimeError("a random name was taken")


def delete_blobs(paths: Iterable[str]) -> None:
    """Delete what can be deleted; the daily sweep takes the rest."""
    for path in paths:
        try:
            default_storage.delete(path)
        except Exception:
            _logger.exception("a blob could not be deleted; the sweep will try again")
