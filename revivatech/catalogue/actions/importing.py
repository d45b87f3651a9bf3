"""Import devices from a CSV file: receive it, show what it would do row by row, then do all of it or nothing."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.locking import lock
from revivatech.platform.problems import NotFound

from ..events import DevicesImported
from ..models import CatalogueImport, DeviceModel
from ..policies import check_catalogue
from ..problems import FileRefused, ImportDone, ImportWrong
from ..rows import COLUMNS, NEEDED, DeviceRow, RowError, read_row
from ..store import Makers, identifiers_by_model, rebuild_terms, replace_identifiers, slug_of

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class RowResult:
    """What one line of the file would do: `add`, `update`, `same` or `wrong`."""

    line: int
    outcome: str
    label: str
    faults: tuple[str, ...] = ()
    row: DeviceRow | None = None
    model_id: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    results: list[RowResult] = field(default_factory=list)

    def of(self, outcome: str) -> list[RowResult]:
        return [result for result in self.results if result.outcome == outcome]


@transaction.atomic
def receive_import(name: str, content: bytes, *, by: Actor) -> CatalogueImport:
    """Keep an uploaded file for the preview. Raises `FileRefused` for what is not a readable CSV file of devices."""
    check_catalogue(by)
    text = _decode(content)
    lines = sum(1 for _line in _records(text))  # refuses a file whose head or quoting is wrong
    if not lines:
        raise FileRefused(_("The file has no rows below its head."))
    sha256 = hashlib.sha256(content).hexdigest()
    return CatalogueImport.objects.create(
        file_name=name[-120:], sha256=sha256, content=text, uploaded_by_id=by.user_id, lines=lines
    )


def plan_of(text: str) -> Plan:
    """What importing this text would do now. Changes nothing."""
    stored = list(DeviceModel.objects.select_related("brand", "family"))
    by_key = {model.key: model for model in stored if model.key}
    by_slug = {(model.brand.slug, model.slug): model for model in stored}
    identifiers = identifiers_by_model()
    seen: dict[object, int] = {}
    results = []
    for line, cells in _records(text):
        label = " ".join(filter(None, (cells.get("brand"), cells.get("name"))))[:120]
        try:
            if cells.get("\x00"):
                raise RowError([_("The row has more cells than the head.")])
            row = read_row(cells, line=line)
            model = by_key.get(row.key) if row.key else None
            model = model or by_slug.get((slug_of(row.brand), row.slug))
            _check_row(row, model, by_slug, seen)
        except RowError as wrong:
            results.append(RowResult(line, "wrong", label, tuple(wrong.faults)))
            continue
        outcome = "add" if model is None else "update"
        if model is not None and not _differs(row, model, identifiers.get(model.pk, [])):
            outcome = "same"
        results.append(RowResult(line, outcome, label, row=row, model_id=model.pk if model else None))
    return Plan(results)


@transaction.atomic
def apply_import(import_id: int, *, by: Actor) -> CatalogueImport:
    """Do what the preview shows. One wrong row and nothing is imported."""
    check_catalogue(by)
    lock("catalogue:load", "catalogue:makers")
    upload = CatalogueImport.objects.select_for_update().filter(pk=import_id).first()
    if upload is None:
        raise NotFound
    if upload.applied_at is not None:
        raise ImportDone
    plan = plan_of(upload.content)
    if wrong := len(plan.of("wrong")):
        raise ImportWrong(
            ngettext(
                "Nothing was imported: %(count)s row needs correcting.",
                "Nothing was imported: %(count)s rows need correcting.",
                wrong,
            )
            % {"count": wrong}
        )
    touched = _write(plan)
    upload.applied_at, upload.added, upload.updated = clock.now(), len(plan.of("add")), len(plan.of("update"))
    upload.save(update_fields=["applied_at", "added", "updated"])
    event = DevicesImported(import_id=upload.pk, added=upload.added, updated=upload.updated, model_ids=touched)
    record(event, by=by)
    return upload


def _write(plan: Plan) -> list[int]:
    makers = Makers()
    results = [*plan.of("add"), *plan.of("update")]
    makers.add_missing([result.row for result in results if result.row])
    now = clock.now()
    existing = DeviceModel.objects.select_for_update().in_bulk([result.model_id for result in plan.of("update")])
    pairs: list[tuple[DeviceModel, DeviceRow]] = []
    for result in results:
        assert result.row is not None
        row = result.row
        model = existing[result.model_id] if result.model_id else DeviceModel(key=row.key or None, slug=row.slug)
        for name, value in makers.values(row).items():
            if name != "slug":
                setattr(model, name, value)
        model.hidden, model.edited_at = row.hidden, now
        pairs.append((model, row))
    DeviceModel.objects.bulk_create([model for model, _row in pairs if model.pk is None], batch_size=2000)
    fields = [field.name for field in DeviceModel._meta.concrete_fields if field.name not in ("id", "key", "slug")]
    DeviceModel.objects.bulk_update(list(existing.values()), fields, batch_size=500)
    replace_identifiers({model.pk: row.identifiers for model, row in pairs})
    touched = [model.pk for model, _row in pairs]
    rebuild_terms(touched)
    return touched


def _check_row(
    row: DeviceRow,
    model: DeviceModel | None,
    by_slug: dict[tuple[str, str], DeviceModel],
    seen: dict[object, int],
) -> None:
    holder = by_slug.get((slug_of(row.brand), model.slug if model else row.slug))
    if model is not None and holder is not None and holder.pk != model.pk:
        raise RowError([_("The brand has another device of that name: %(name)s.") % {"name": holder.full_name}])
    if model is not None and model.merged_into_id is not None:
        raise RowError([_("This device was merged into another one. Undo the merge first, or leave the row out.")])
    name = model.pk if model is not None else (slug_of(row.brand), row.slug)
    if name in seen:
        raise RowError([_("The same device is in line %(line)s.") % {"line": seen[name]}])
    seen[name] = row.line


def _differs(row: DeviceRow, model: DeviceModel, identifiers: list[str]) -> bool:
    mine = (
        row.category, slug_of(row.brand), slug_of(row.family), row.name, row.year, row.released, row.support_end,
        list(row.aliases), list(row.identifiers), row.source, row.licence, row.confidence, row.hidden,
    )  # fmt: skip
    theirs = (
        model.category, model.brand.slug, model.family.slug, model.name, model.year, model.released, model.support_end,
        model.aliases, identifiers, model.source, model.licence, model.confidence, model.hidden,
    )  # fmt: skip
    return mine != theirs


def _decode(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise FileRefused(_("The file is larger than %(most)s MB. Split it.") % {"most": MOST_BYTES // 1_000_000})
    if not content.strip():
        raise FileRefused(_("The file is empty."))
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise FileRefused(_("This is a spreadsheet or archive. Save it as CSV (UTF-8) and choose that file."))
    if b"\x00" in content:
        raise FileRefused(_("This is not a text file. Save the sheet as CSV (UTF-8)."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(_("The text is not encoded in UTF-8. Save the sheet as “CSV UTF-8”.")) from None


def _records(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by column); cells beyond the head under the name NUL. Commas, semicolons or tabs, as the head says."""
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, restkey="\x00", restval="")
    try:
        names = [name.strip().lower() for name in reader.fieldnames or []]
        reader.fieldnames = names
        _check_head(names)
        for count, cells in enumerate(reader, start=1):
            if count > MOST_ROWS:
                raise FileRefused(_("The file has more than %(most)s rows. Split it.") % {"most": MOST_ROWS})
            yield reader.line_num, cells
    except csv.Error as error:
        raise FileRefused(
            _("Line %(line)s cannot be read as CSV (%(error)s).") % {"line": reader.line_num, "error": error}
        ) from None


def _check_head(names: list[str]) -> None:
    if missing := [name for name in NEEDED if name not in names]:
        raise FileRefused(_("The head lacks these columns: %(names)s.") % {"names": ", ".join(missing)})
    if strange := [name for name in names if name not in COLUMNS]:
        raise FileRefused(_("The head has columns we do not know: %(names)s.") % {"names": ", ".join(strange)[:200]})
    if len(set(names)) != len(names):
        raise FileRefused(_("The head names a column twice."))
