"""Tidying: removed files after their days of grace, and blobs whose row never came to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import batched

from django.core.files.storage import default_storage
from django.db import transaction

from revivatech.platform import clock
from revivatech.platform.jobs import scheduled

from .models import Blob, StoredFile
from .storing import delete_blobs

REMOVED_KEPT = timedelta(days=7)
ORPHAN_GRACE = timedelta(days=1)  # longer than any upload takes: its blobs are older than its row


@scheduled("17 3 * * *")
def sweep_files(timestamp: int) -> None:
    """Delete files removed a week ago, and blobs in the storage that no row owns."""
    forget_removed()
    delete_orphans()


def forget_removed() -> int:
    """The row goes first: should the process die in between, its blobs are orphans of the next sweep. Returns how many."""
    old = StoredFile.objects.filter(deleted_at__lt=clock.now() - REMOVED_KEPT)
    count = 0
    for file in list(old):
        with transaction.atomic():
            paths = list(file.blobs.values_list("path", flat=True))
            # Somebody may be bringing it back at this moment; their lock decides.
            if old.filter(pk=file.pk).select_for_update().first() is None:
                continue
            file.delete()
        delete_blobs(paths)
        count += 1
    return count


def delete_orphans() -> int:
    """Only below folders of ours (`2026-11`) and only what is older than a day; returns how many."""
    before = clock.now() - ORPHAN_GRACE
    count = 0
    for chunk in batched(_stored(), 500):
        owned = set(Blob.objects.filter(path__in=chunk).values_list("path", flat=True))
        for path in chunk:
            if path in owned:
                continue
            try:
                lost = default_storage.get_modified_time(path) < before
            except FileNotFoundError:
                continue  # deleted since we looked
            if lost:
                delete_blobs([path])
                count += 1
    return count


def _stored() -> Iterator[str]:
    try:
        folders = default_storage.listdir("")[0]
    except FileNotFoundError:
        return  # nothing was ever stored
    for folder in folders:
        if len(folder) == 7 and folder[:4].isdigit() and folder[4] == "-":
            yield from (f"{folder}/{name}" for name in default_storage.listdir(folder)[1])
