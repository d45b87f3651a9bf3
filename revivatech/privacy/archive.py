"""A person's own data as one archive: for programs (`data.json`), for people (`index.html`), and their files."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.template.loader import render_to_string

from revivatech.platform import clock
from revivatech.platform.events.models import EventRecord
from revivatech.platform.files.models import StoredFile
from revivatech.platform.spoken import spoken

from .belongings import Belongings, Person, belongings, subjects_of

# Secrets are no data about a person: giving them away would only open doors.
SECRET = (
    "password",
    "token",
    "token_hash",
    "key",
    "key_hash",
    "sealed",
    "secret",
    "old_secret",
    "seal",
    "address_hash",
    "path",
    "data",
)
LEFT_OUT = ("mfa.Authenticator", "privacy.Request", "platform.Blob", "repairs.PasscodeView")
# Sentences of ours are stored with their parts apart: here they are said. Nothing else is, for it may be anybody's words.
SAID = {"quotes.QuoteLine": ("label", "why"), "repairs.WarrantyLine": ("label",)}


def write_archive(person: Person, target: IO[bytes]) -> None:
    found = belongings(person, colleagues=False)
    tables = dict(_tables(found))
    data = {"made_at": clock.now(), "person": person.email or str(person), "tables": tables, "log": list(_log(found))}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(data, cls=DjangoJSONEncoder, indent=1, ensure_ascii=False))
        archive.writestr("index.html", render_to_string("privacy/archive.html", data))
        for name, path in _files(found):
            with default_storage.open(path) as blob:
                archive.writestr(f"files/{name}", blob.read())


def _tables(found: Belongings) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for model, pks in sorted(found.items(), key=lambda item: item[0]._meta.label):
        if model._meta.label not in LEFT_OUT:
            rows = model._base_manager.filter(pk__in=pks).order_by("pk")
            yield model._meta.label, [_told(row) for row in rows.iterator(chunk_size=200)]


def _told(row: models.Model) -> dict[str, Any]:
    fields = (field for field in row._meta.local_concrete_fields if field.name not in SECRET)
    told = {field.attname: getattr(row, field.attname) for field in fields if not isinstance(field, models.BinaryField)}
    return told | {name: spoken(told[name]) for name in SAID.get(row._meta.label, ())}


def _log(found: Belongings) -> Iterator[dict[str, Any]]:
    logs = models.Q()
    for kind, pks in subjects_of(found).items():
        logs |= models.Q(subject_kind=kind, subject_id__in=pks)
    for row in EventRecord.objects.filter(logs).order_by("pk").iterator(chunk_size=500):
        yield {
            "at": row.at,
            "what": row.name,
            "about": f"{row.subject_kind} {row.subject_id}",
            "details": _details(row.payload),
        }


def _details(payload: dict[str, Any]) -> dict[str, Any]:
    """`lines` are labels, or have one each."""
    if not isinstance(payload.get("lines"), list):
        return payload
    return payload | {"lines": [_said(one) for one in payload["lines"]]}


def _said(line: Any) -> Any:
    if isinstance(line, dict):
        return line | {"label": spoken(line["label"])} if "label" in line else line
    return spoken(line) if isinstance(line, str) else line


def _files(found: Belongings) -> Iterator[tuple[str, str]]:
    """What the customer may see on their pages; the best encoding of each."""
    files = StoredFile.objects.filter(pk__in=found.get(StoredFile, ()), for_customer=True).present()
    for file in files.prefetch_related("blobs"):
        best = max(file.blobs.all(), key=lambda blob: blob.pk, default=None)
        if best is not None:
            yield f"{file.pk}.{best.path.rpartition('.')[2]}", best.path
