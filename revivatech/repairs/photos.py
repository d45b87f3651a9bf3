"""Photos and documents of a repair: the verbs, who may, and what its pages show. Blobs and checks are platform/files'."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revivatech.accounts.access import require
from revivatech.platform import clock, ids
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.files.models import StoredFile
from revivatech.platform.files.storing import blobs, check_room, prepare
from revivatech.platform.idempotency import once
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.platform.questions import Question

from . import statuses as s
from .actions.change import changing
from .checklists.line_photos import label_and_caption
from .events import PhotoAdded, PhotoDescribed, PhotoRemoved, PhotoRestored, PhotoShown
from .models import Repair

KIND = "repair"
LABELS = {
    "before": gettext_lazy("Before"),
    "during": gettext_lazy("During the work"),
    "after": gettext_lazy("After"),
}
_NOW_SHOWS = {  # what a photo taken now most likely shows; after the work otherwise
    **dict.fromkeys((s.BOOKED, s.INITIAL_ASSESSMENT, s.DIAGNOSIS, s.AWAITING_APPROVAL, s.PARTS_ORDERING), "before"),
    s.REPAIR_WORK: "during",
}
_MAY_ADD = ("repairs.work", "repairs.receive")


def may_see(actor: Actor, file: StoredFile) -> bool:
    """Staff of the location see all, removed ones too; the customer and the private link those chosen for them."""
    repair = Repair.objects.visible_to(actor).filter(pk=file.about_id).only("location_id").first()
    if repair is None:
        return False
    if actor.link is None and actor.may("repairs.view", at=repair.location_id):
        return True
    return file.for_customer and file.deleted_at is None


def may_add(actor: Actor, repair_id: int) -> None:
    repair = Repair.objects.visible_to(actor).filter(pk=repair_id).select_related("customer").first()
    if repair is None:
        raise NotFound
    if is_theirs(actor, repair) and repair.warranty_claims.filter(status="open").exists():
        return  # to show what is wrong again, until we have answered
    check_may_change(actor, repair)


def is_theirs(actor: Actor, repair: Repair) -> bool:
    """The customer signed in, or whoever has the private link."""
    own = actor.user_id is not None and repair.customer.user_id == actor.user_id
    return own or actor.opened(KIND, repair.pk)


def check_may_add_to(code: str, *, by: Actor) -> Repair:
    """The repair, when `by` may add to it."""
    repair = Repair.objects.visible_to(by).filter(code=code).select_related("location").first()
    if repair is None:
        raise NotFound
    check_may_change(by, repair)
    return repair


def check_may_change(actor: Actor, repair: Repair) -> None:
    """The bench and the front desk of the location; a photo may be evidence, so nobody else."""
    if actor.link is not None:
        raise Denied
    if not any(actor.may(name, at=repair.location_id) for name in _MAY_ADD):
        require(actor, "repairs.work", at=repair.location_id)


def add(
    code: str,
    upload: UploadedFile[Any],
    *,
    label: str,
    for_customer: bool,
    key: str,
    caption: str = "",
    part: str = "",
    by: Actor,
) -> StoredFile:
    """Keep one photo or PDF. The same file sent again with the same `key` (of the form) is answered, not kept twice.

    With `part` it shows one line of a checklist (`intake:touch`), which then says what it shows.

    The slow part, looking at the file and making it anew, happens before the repair is locked.
    """
    repair = check_may_add_to(code, by=by)
    if part:
        label, named = label_and_caption(repair, part)
        caption = caption or named
    _check_label(label)
    return store(repair, upload, label=label, for_customer=for_customer, key=key, caption=caption, part=part, by=by)


def store(
    repair: Repair,
    upload: UploadedFile[Any],
    *,
    label: str,
    for_customer: bool,
    key: str,
    caption: str,
    part: str,
    by: Actor,
) -> StoredFile:
    """Keep it, once its caller has decided that `by` may add it under this label and part; `may_add` is asked once more."""
    prepared = prepare(upload, zone=repair.location.zone)
    stage = s.STATUSES[repair.status].stage
    check_room(
        prepared.name, (KIND, repair.pk), stage=stage, label=label, part=part
    )  # spares the blobs; keep() decides
    with blobs(prepared) as written:

        def keep() -> int:
            with changing(repair.code, by=by) as locked:
                file = written.keep(
                    about=(KIND, locked.pk), by=by, stage=s.STATUSES[locked.status].stage, label=label, part=part,
                    for_customer=for_customer, caption=caption.strip()[:200],
                )  # fmt: skip
                record(
                    PhotoAdded(
                        repair_id=locked.pk, file_id=file.pk, kind=file.kind, label=label, stage=file.stage,
                        for_customer=for_customer, sha256=file.sha256,
                    ),
                    by=by,
                )  # fmt: skip
                return file.pk

        sender = f"{by.kind}:{by.user_id}:{repair.pk}:{part}:{key or ids.new_token()}:{prepared.sha256}"
        pk = once("repair-photo", sender, keep)
    return StoredFile.objects.get(pk=pk)


def remove(code: str, uuid: UUID, *, by: Actor) -> StoredFile:
    """Take a photo away. It can be brought back for a week; then it is gone for good."""
    with changing(code, by=by) as repair:
        file = _locked(repair, uuid, by=by)
        if file.deleted_at is None:
            file.deleted_at = clock.now()
            file.save(update_fields=["deleted_at"])
            record(PhotoRemoved(repair_id=repair.pk, file_id=file.pk), by=by)
        return file


def restore(code: str, uuid: UUID, *, by: Actor) -> StoredFile:
    """Bring a removed photo back, hidden from the customer or not as it was."""
    with changing(code, by=by) as repair:
        file = _locked(repair, uuid, by=by)
        if file.deleted_at is not None:
            check_room(file.name, (KIND, repair.pk), stage=file.stage, label=file.label, part=file.part)
            file.deleted_at = None
            file.save(update_fields=["deleted_at"])
            record(PhotoRestored(repair_id=repair.pk, file_id=file.pk), by=by)
        return file


def describe(code: str, uuid: UUID, *, label: str, caption: str, for_customer: bool, by: Actor) -> StoredFile:
    """What it shows, in words, and whether the customer sees it."""
    with changing(code, by=by) as repair:
        file = _locked(repair, uuid, by=by)
        if file.deleted_at is not None:
            raise NotFound
        _check_label(label)
        wanted = {"label": label, "caption": caption.strip()[:200]}
        changes = {name: [getattr(file, name), new] for name, new in wanted.items() if getattr(file, name) != new}
        if "label" in changes:
            check_room(file.name, (KIND, repair.pk), stage=file.stage, label=label, part=file.part)
        shown = for_customer != file.for_customer
        file.label, file.caption, file.for_customer = label, wanted["caption"], for_customer
        file.save(update_fields=["label", "caption", "for_customer"])
        if changes:
            record(PhotoDescribed(repair_id=repair.pk, file_id=file.pk, changes=changes), by=by)
        if shown:
            record(PhotoShown(repair_id=repair.pk, file_id=file.pk, shown=for_customer), by=by)
        return file


def _locked(repair: Repair, uuid: UUID, *, by: Actor) -> StoredFile:
    """The repair's row is locked already; the file's own lock keeps the sweep away."""
    check_may_change(by, repair)
    file = StoredFile.objects.about(KIND, repair.pk).select_for_update().filter(uuid=uuid).first()
    if file is None:
        raise NotFound
    return file


def _check_label(label: str) -> None:
    if label not in LABELS:
        raise Invalid({"label": [_("Say whether it shows the device before, during or after the work.")]})


@dataclass(frozen=True, slots=True)
class Gallery:
    """`groups` holds what there is, in order: (label, files). `before` and `after` are two pictures worth comparing."""

    groups: list[tuple[str, list[StoredFile]]]
    before: StoredFile | None
    after: StoredFile | None
    removed: list[StoredFile]

    @property
    def count(self) -> int:
        return sum(len(files) for _label, files in self.groups)


def on_bench(repair: Repair) -> dict[str, Any]:
    """What the repair page shows: everything, and which label the next photo gets."""
    files = list(StoredFile.objects.about(KIND, repair.pk))
    return {
        "gallery": _arranged([file for file in files if file.deleted_at is None], removed=files),
        "photo_labels": LABELS,
        "next_label": _NOW_SHOWS.get(repair.status, "after"),
    }


_SHOWN = Question(lambda repair: StoredFile.objects.about(KIND, repair).present().filter(for_customer=True))


def for_customer(repair: Repair) -> Gallery:
    """What the customer was given to see."""
    return _arranged(_SHOWN(repair=repair.pk))


def _arranged(files: Iterable[StoredFile], removed: Iterable[StoredFile] = ()) -> Gallery:
    files = list(files)
    groups = [(str(words), [file for file in files if file.label == label]) for label, words in LABELS.items()]
    pictures = [file for file in files if file.kind == StoredFile.Kind.IMAGE]
    return Gallery(
        groups=[(words, members) for words, members in groups if members],
        before=next((file for file in pictures if file.label == "before"), None),
        after=next((file for file in reversed(pictures) if file.label == "after"), None),
        removed=[file for file in removed if file.deleted_at is not None],
    )


def in_words(name: str, payload: dict[str, Any]) -> str:
    """An event of a photo, for colleagues."""
    label = LABELS.get(payload.get("label", ""), "")
    match name:
        case "repair.photo_added":
            what = _("Photo added (%(label)s)") if payload["kind"] == "image" else _("Document added (%(label)s)")
            return what % {"label": label}
        case "repair.photo_removed":
            return _("Photo removed")
        case "repair.photo_restored":
            return _("Photo brought back")
        case "repair.photo_shown":
            return _("Photo shown to the customer") if payload["shown"] else _("Photo hidden from the customer")
        case "repair.photo_described":
            return _("Photo described: %(what)s") % {"what": ", ".join(payload["changes"])}
    return ""
