"""The shipped data file into the database: again and again with the same result, and never over an owner's edit."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from revivatech.platform import clock
from revivatech.platform.actors import Actor, system
from revivatech.platform.events.record import record
from revivatech.platform.locking import lock

from . import words
from .events import CatalogueLoaded
from .models import CatalogueLoad, DeviceModel
from .rows import DeviceRow, RowError, read_row
from .services import install_services
from .store import Makers, analyze, identifiers_by_model, rebuild_terms, replace_identifiers

SHIPPED = Path(__file__).parent / "data" / "devices.csv"


class DataFileError(Exception):
    """The shipped file does not hold what it should; nothing was loaded."""


@dataclass(frozen=True, slots=True)
class Report:
    """`kept`: rows left alone because an owner edited or merged them, or because nothing differs."""

    added: int = 0
    updated: int = 0
    kept: int = 0
    skipped: bool = False  # the file is the one that was loaded last


def load(path: Path = SHIPPED, *, by: Actor | None = None, force: bool = False) -> Report:
    """Bring the catalogue up to the file in one transaction. Rows that left the file stay; nothing is deleted."""
    content = path.read_bytes()
    sha256 = hashlib.sha256(content + f"\nwords {words.VERSION}".encode()).hexdigest()
    with transaction.atomic():
        lock("catalogue:load")  # two processes starting together: the second finds the work done
        install_services()
        last = CatalogueLoad.objects.order_by("-loaded_at", "-pk").first()
        if last is not None and last.sha256 == sha256 and not force:
            return Report(kept=last.added + last.updated + last.kept, skipped=True)
        report = _apply(_read(content), all_terms=last is None or last.words_version != words.VERSION)
        done, _new = CatalogueLoad.objects.update_or_create(
            sha256=sha256,
            defaults={
                "words_version": words.VERSION,
                "added": report.added,
                "updated": report.updated,
                "kept": report.kept,
                "loaded_at": clock.now(),
            },
        )
        event = CatalogueLoaded(load_id=done.pk, added=report.added, updated=report.updated, kept=report.kept)
        record(event, by=by or system("Catalogue loader"))
        return report


def _read(content: bytes) -> list[DeviceRow]:
    rows: dict[str, DeviceRow] = {}
    for line, cells in enumerate(csv.DictReader(content.decode("utf-8").splitlines()), start=2):
        try:
            row = read_row(cells, line=line)
        except RowError as wrong:
            raise DataFileError(f"line {line}: {wrong}") from wrong
        if not row.key or row.key in rows:
            raise DataFileError(f"line {line}: the key {row.key!r} is missing or there twice")
        rows[row.key] = row
    if not rows:
        raise DataFileError("the file holds no devices")
    return list(rows.values())


def _apply(rows: list[DeviceRow], *, all_terms: bool) -> Report:
    makers = Makers()
    makers.add_missing(rows)
    stored = DeviceModel.objects.select_for_update().defer("created_at")
    by_key = {model.key: model for model in stored if model.key}
    # Names that are taken by owners' own rows, or that another shipped row has until it is renamed.
    taken = {(model.brand_id, model.slug): model.key for model in stored}
    identifiers = identifiers_by_model()
    fresh: list[tuple[DeviceModel, DeviceRow]] = []
    changed: list[tuple[DeviceModel, DeviceRow]] = []
    for row in rows:
        model, values = by_key.get(row.key), makers.values(row)
        if taken.get((values["brand_id"], row.slug), row.key) != row.key:
            continue
        if model is None:
            taken[values["brand_id"], row.slug] = row.key
            fresh.append((DeviceModel(key=row.key, hidden=row.hidden, **values), row))
        elif model.edited_at is None and model.merged_into_id is None:
            same_names = sorted(identifiers.get(model.pk, ())) == sorted(row.identifiers)
            if not same_names or _differs(model, values):
                changed.append((model, row))
    DeviceModel.objects.bulk_create([model for model, _row in fresh], batch_size=2000)
    _update(changed, makers)
    replace_identifiers({model.pk: row.identifiers for model, row in (*fresh, *changed)})
    rebuild_terms(None if all_terms else [model.pk for model, _row in (*fresh, *changed)])
    if fresh or changed:
        analyze()
    return Report(added=len(fresh), updated=len(changed), kept=len(rows) - len(fresh) - len(changed))


def _differs(model: DeviceModel, values: dict[str, Any]) -> bool:
    return any(getattr(model, name) != value for name, value in values.items())


def _update(changed: Iterable[tuple[DeviceModel, DeviceRow]], makers: Makers) -> None:
    fields: set[str] = set()
    for model, row in changed:
        values = makers.values(row)
        for name, value in values.items():
            setattr(model, name, value)
        fields |= values.keys()
    if fields:
        models = [model for model, _row in changed]
        DeviceModel.objects.bulk_update(models, [name.removesuffix("_id") for name in fields], batch_size=500)
