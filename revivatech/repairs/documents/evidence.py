"""The evidence pack: everything about one repair that a dispute may turn on, in one file.

A package adds its part from its `AppConfig.ready`: `evidence.add(section, order=60)`, where `section(repair)` gives blocks
for paper, or none. Nothing here reads a passcode.
"""

from __future__ import annotations

import io
from collections.abc import Callable

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from revivatech.customers.phone import readable
from revivatech.platform import clock
from revivatech.platform.documents import blocks, render_sheet
from revivatech.platform.documents.blocks import Block
from revivatech.platform.events.chain import last_link
from revivatech.platform.files.models import StoredFile
from revivatech.platform.spoken import language_name, spoken
from revivatech.platform.web.helpers import money

from .. import photos
from ..checklists.guard import compared, exit_run, intake_run
from ..checklists.line_photos import of_lines
from ..checklists.models import Kind, State
from ..intake.models import DamageMark, TermsSignature
from ..models import Repair
from ..timeline import history
from .letterhead import code_with, legal_line, shop_of, when, workbench_address
from .papers import signature_drawing

Section = Callable[[Repair], list[Block]]
_sections: dict[Section, int] = {}
_MOST_PHOTOS = 60


def add(section: Section, *, order: int) -> None:
    """Lower orders come first; ours are tens from 10 to 90."""
    _sections[section] = order


def evidence_pack(repair: Repair) -> bytes:
    events, last_hash = last_link("repair", repair.pk)
    made = _("Made %(when)s. The record has %(count)s events; the last one is %(hash)s.") % {
        "when": when(clock.now(), repair), "count": events, "hash": last_hash,
    }  # fmt: skip
    parts = [blocks.notice(made)]
    for section in sorted(_sections, key=lambda one: _sections[one]):
        parts += section(repair)
    return render_sheet(
        title=_("Evidence pack"),
        shop=shop_of(repair.location),
        blocks=parts,
        at=clock.now(),
        number=repair.code,
        subtitle=str(repair.device),
        foot=legal_line(),
        codes=code_with(workbench_address(repair), _("The repair, for staff:")),
    )


def _job(repair: Repair) -> list[Block]:
    customer, device = repair.customer, repair.device
    return [
        blocks.facts(_("Repair"), [
            (_("Customer"), customer.name), (_("E-mail"), customer.email), (_("Phone"), readable(customer.phone)),
            (_("Device"), str(device)), (_("Serial"), device.serial), (_("IMEI"), device.imei),
            (_("Fault"), repair.description), (_("Condition"), repair.condition),
            (_("Left with us"), repair.accessories),
            (_("Received"), when(repair.received_at, repair)),
            (_("Agreed price"), money(repair.agreed_pence, repair.currency) if repair.agreed_pence is not None else ""),
            (_("Outcome"), repair.get_outcome_display()), (_("What we found"), repair.finding),
            (_("Handed over"), when(repair.completed_at, repair)),
        ]),
    ]  # fmt: skip


def _terms(repair: Repair) -> list[Block]:
    parts: list[Block] = []
    for signed in TermsSignature.objects.filter(repair=repair):
        rows = [
            (_("Version"), str(signed.version)),
            (_("Language"), language_name(signed.language) if signed.language else ""), (_("By"), signed.name), (_("When"), when(signed.at, repair)),
            (_("How"), signed.get_how_display()), (_("Witness"), signed.witness_label),
        ]  # fmt: skip
        parts += [blocks.facts(_("Terms signed"), rows), blocks.prose("", signed.wording, small=True)]
        if signed.how == "drawn":
            parts.append(blocks.pictures("", [(signature_drawing(signed), signed.name)]))
    return parts


def _damage(repair: Repair) -> list[Block]:
    rows = [
        (str(mark.number), str(mark.get_side_display()), mark.note, mark.by_label, when(mark.at, repair))
        for mark in repair.damage_marks.all()
    ]
    head = [_("No."), _("Side"), _("Damage"), _("By"), _("When")]
    return [blocks.table(_("Damage seen at intake"), head, rows, widths=[0, 0, 1, 0, 0])] if rows else []


def _checklists(repair: Repair) -> list[Block]:
    before, now = intake_run(repair), exit_run(repair)
    if before is None and now is None:
        return []
    rows, shown = [], of_lines(repair)
    for row in compared(before, now):
        found = [
            f"{State(one.state).label} {one.note} {_pictured(shown.get((kind, row.key), []))}".strip() if one else "–"
            for kind, one in ((Kind.INTAKE, row.before), (Kind.EXIT, row.now))
        ]
        answer = row.explanation
        rows.append((spoken(row.label), *found, f"{answer.by_label}: {answer.reason}" if answer else ""))
    runs = [
        (name, f"{when(run.finished_at, repair)}, {run.by_label}")
        for name, run in ((_("At intake"), before), (_("Final test"), now))
        if run
    ]
    head = [_("Function"), _("At intake"), _("Final test"), _("Explained")]
    return [blocks.facts(_("Functions"), runs), blocks.table("", head, rows, widths=[2, 2, 2, 2])]


def _pictured(files: list[StoredFile]) -> str:
    """Points to the pictures further below, by the file's name."""
    return f"({_('photo')}: {', '.join(file.name for file in files)})" if files else ""


def _quality(repair: Repair) -> list[Block]:
    rows = [
        (
            when(check.at, repair), check.by_label, _("Passed") if check.passed else _("Failed"),
            str(check.score or "–"), check.reason,
        )
        for check in repair.quality_checks.all()
    ]  # fmt: skip
    head = [_("When"), _("By"), _("Result"), _("Score"), _("Reason")]
    return [blocks.table(_("Quality checks"), head, rows, widths=[0, 0, 0, 0, 1])] if rows else []


def _answers(repair: Repair) -> list[Block]:
    rows = [
        (
            when(answer.at, repair), money(answer.pence, repair.currency),
            _("Approved") if answer.approved else _("Declined"),
            f"{answer.said_by}, {answer.get_how_display()}", "\n".join(filter(None, (answer.finding, answer.words))),
        )
        for answer in repair.price_answers.all()
    ]  # fmt: skip
    head = [_("When"), _("Price"), _("Answer"), _("By"), _("What was said")]
    return [blocks.table(_("Answers on the price"), head, rows, widths=[0, 0, 0, 1, 2], ends="lr")] if rows else []


def _notes(repair: Repair) -> list[Block]:
    rows = [
        (when(note.at, repair), note.author_label, _("Customer") if note.for_customer else _("Internal"), note.body)
        for note in repair.notes.all()
    ]
    head = [_("When"), _("Who"), _("For"), _("Note")]
    return [blocks.table(_("Notes"), head, rows, widths=[0, 0, 0, 1])] if rows else []


def _photos(repair: Repair) -> list[Block]:
    """Newest encodings of moderate size; removed photos are left out, the record of their removal is among the events."""
    files = StoredFile.objects.about(photos.KIND, repair.pk).present().filter(kind=StoredFile.Kind.IMAGE)
    shown, marks = [], list(repair.damage_marks.exclude(photo=None))
    for file in files.prefetch_related("blobs")[:_MOST_PHOTOS]:
        webp = {blob.size: blob for blob in file.blobs.all() if blob.content_type == "image/webp"}
        blob = webp.get("medium") or webp.get("small")
        if blob is None:
            continue
        with default_storage.open(blob.path) as opened:
            content = opened.read()
        on_it = [mark for mark in marks if mark.photo_id == file.pk]
        taken = when(file.taken_at or file.created_at, repair)
        words = [
            " · ".join(filter(None, (_of_list(file), str(photos.LABELS.get(file.label, "")), file.name))),
            file.caption,
            *(f"{mark.number}: {mark.note}" for mark in on_it),
            f"{taken}, {file.uploaded_by_label}",
            f"SHA-256 {file.sha256}",
        ]
        shown.append((with_marks(content, on_it) if on_it else content, "\n".join(part for part in words if part)))
    return [blocks.pictures(_("Photos"), shown)] if shown else []


def with_marks(content: bytes, marks: list[DamageMark]) -> bytes:
    """The picture with a numbered ring where each mark is, as the person at the counter saw it."""
    with Image.open(io.BytesIO(content)) as opened:
        picture = opened.convert("RGB")
    pen, radius = ImageDraw.Draw(picture), max(picture.size) // 28
    for mark in marks:
        at = (mark.x * picture.width // 1000, mark.y * picture.height // 1000)
        pen.circle(at, radius, fill="#b3261e", outline="white", width=max(2, radius // 8))
        pen.text(at, str(mark.number), fill="white", anchor="mm", font_size=max(10, radius))
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=85)
    return out.getvalue()


def _of_list(file: StoredFile) -> str:
    """Which checklist it belongs to, if to one."""
    kind = file.part.partition(":")[0]
    return str(Kind(kind).label) if kind in Kind.values else ""


def _events(repair: Repair) -> list[Block]:
    head = [_("When"), _("Who"), _("What")]
    rows = reversed(history(repair, for_staff=True))
    return [blocks.table(_("What happened"), head, list(rows), widths=[0, 0, 1])]


for _order, _section in enumerate(
    (_job, _terms, _damage, _checklists, _quality, _answers, _photos, _notes, _events), 1
):
    add(_section, order=_order * 10)
