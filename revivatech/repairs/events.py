"""What happens to a repair. Each is one row in its append-only log; everything that tells of the repair reads that log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.booking.models import Urgency
from revivatech.catalogue.choices import Category
from revivatech.platform.events import Event
from revivatech.platform.files.models import StoredFile

from . import statuses
from .checklists.models import Kind as Checklist
from .models import Handover, Outcome, PriceAnswer, TermsSignature

STATUSES = {key: status.label for key, status in statuses.STATUSES.items()}


@dataclass(frozen=True, kw_only=True)
class RepairEvent(Event):
    subject_field: ClassVar[str] = "repair_id"
    repair_id: int


@dataclass(frozen=True, kw_only=True)
class Moved(RepairEvent):
    """A step of the state machine: statuses before and after."""

    codes = {"before": STATUSES, "after": STATUSES}

    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class RepairBooked(RepairEvent):
    name: ClassVar[str] = "repair.booked"
    says = _("A repair was opened")


@dataclass(frozen=True, kw_only=True)
class RepairReceived(Moved):
    """The device is in our hands."""

    name: ClassVar[str] = "repair.received"
    says = _("A device was received")


@dataclass(frozen=True, kw_only=True)
class StageChanged(Moved):
    """`reason` is for the customer to read; `worked_minutes` the bench time spent in the stage left."""

    name: ClassVar[str] = "repair.stage_changed"
    says = _("A repair moved to its next stage")
    reason: str = ""
    worked_minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class CheckFailed(Moved):
    """A quality check or a test sent the device back to the bench. `reason` is for colleagues."""

    name: ClassVar[str] = "repair.check_failed"
    says = _("A check sent a device back to the bench")
    reason: str


@dataclass(frozen=True, kw_only=True)
class PriceProposed(Moved):
    """The customer is asked to approve `proposed_pence` (gross) for what `finding` says. `quote_id`: with a quote, of
    which it is the dearest choice."""

    name: ClassVar[str] = "repair.price_proposed"
    says = _("A price was proposed to the customer")
    proposed_pence: int
    finding: str
    quote_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PriceAnswered(RepairEvent):
    """The customer approved or declined the proposed price: who said it, and how we heard. `quote_id`: by choosing from
    that quote."""

    name: ClassVar[str] = "repair.price_answered"
    says = _("The customer answered a price")
    codes = {"how": dict(PriceAnswer._meta.get_field("how").flatchoices)}
    approved: bool
    pence: int
    said_by: str
    how: str
    words: str = ""
    quote_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class RepairReady(Moved):
    name: ClassVar[str] = "repair.ready"
    says = _("A device is ready")
    codes = {**Moved.codes, "outcome": dict(Outcome.choices)}
    outcome: str
    summary: str = ""


@dataclass(frozen=True, kw_only=True)
class RepairCompleted(Moved):
    """Handed over. `identity`: how the person was made sure of; `missing`: accessories that did not go back."""

    name: ClassVar[str] = "repair.completed"
    says = _("A device was handed over")
    codes = {
        **Moved.codes,
        "method": dict(Handover._meta.get_field("method").flatchoices),
        "identity": dict(Handover._meta.get_field("identity").flatchoices),
    }
    received_by: str
    method: str
    identity: str = ""
    carrier: str = ""
    tracking_number: str = ""
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class RepairCancelled(Moved):
    name: ClassVar[str] = "repair.cancelled"
    says = _("A repair was cancelled")
    reason: str


@dataclass(frozen=True, kw_only=True)
class RepairAssigned(RepairEvent):
    """None means nobody."""

    name: ClassVar[str] = "repair.assigned"
    says = _("A repair was assigned")
    before_id: int | None
    before: str
    after_id: int | None
    after: str


@dataclass(frozen=True, kw_only=True)
class PriorityChanged(RepairEvent):
    """`before` and `after` are urgencies. No price changes with it."""

    name: ClassVar[str] = "repair.priority_changed"
    says = _("A repair’s priority was changed")
    codes = {"before": dict(Urgency.choices), "after": dict(Urgency.choices)}
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class NoteAdded(RepairEvent):
    name: ClassVar[str] = "repair.note_added"
    says = _("A note was added to a repair")
    note_id: int
    for_customer: bool


@dataclass(frozen=True, kw_only=True)
class ReadyByChanged(RepairEvent):
    """The promise moved: ISO moments, None when there was none."""

    name: ClassVar[str] = "repair.ready_by_changed"
    says = _("The promised date changed")
    before: str | None
    after: str | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class DetailsChanged(RepairEvent):
    """Facts corrected by staff: field → [before, after]."""

    name: ClassVar[str] = "repair.details_changed"
    says = _("Details of a repair were corrected")
    changes: dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class LinkRequested(RepairEvent):
    """Somebody who knows the code and how the customer is reached asked for the private link again."""

    name: ClassVar[str] = "repair.link_requested"
    says = _("A private link was asked for again")


@dataclass(frozen=True, kw_only=True)
class ReviewAsked(RepairEvent):
    """Some days after the end the customer is asked, once, what they think of the repair."""

    name: ClassVar[str] = "repair.review_asked"
    says = _("The customer was asked for a review")


@dataclass(frozen=True, kw_only=True)
class OwnReviewAnswered(RepairEvent):
    """The shop answered the customer's review for the first time, and they take messages about reviews."""

    name: ClassVar[str] = "repair.review_answered"
    says = _("The customer was told of our answer to their review")


@dataclass(frozen=True, kw_only=True)
class PhotoEvent(RepairEvent):
    """`file_id` is the row of the photo or document."""

    file_id: int


@dataclass(frozen=True, kw_only=True)
class PhotoAdded(PhotoEvent):
    """A photo or document (`kind` image or pdf) was kept. `sha256` is that of the file as it was sent."""

    name: ClassVar[str] = "repair.photo_added"
    says = _("A photo or document was added")
    codes = {
        "kind": dict(StoredFile.Kind.choices),
        "label": {"before": _("Before"), "during": _("During the work"), "after": _("After")},
    }
    kind: str
    label: str
    stage: int | None
    for_customer: bool
    sha256: str


@dataclass(frozen=True, kw_only=True)
class PhotoRemoved(PhotoEvent):
    """It can be brought back for a week."""

    name: ClassVar[str] = "repair.photo_removed"
    says = _("A photo or document was removed")


@dataclass(frozen=True, kw_only=True)
class PhotoRestored(PhotoEvent):
    name: ClassVar[str] = "repair.photo_restored"
    says = _("A photo or document was brought back")


@dataclass(frozen=True, kw_only=True)
class PhotoShown(PhotoEvent):
    """The customer may see it from now on; with `shown` False no longer."""

    name: ClassVar[str] = "repair.photo_shown"
    says = _("A photo or document was shown or hidden")
    shown: bool


@dataclass(frozen=True, kw_only=True)
class PhotoDescribed(PhotoEvent):
    """Label or caption corrected: field → [before, after]."""

    name: ClassVar[str] = "repair.photo_described"
    says = _("A photo or document was described anew")
    changes: dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class ChecklistChanged(Event):
    """An owner edited the list of one kind of device: function → [before, after]."""

    name: ClassVar[str] = "checklist.changed"
    says = _("A checklist was changed")
    codes = {"category": dict(Category.choices)}
    subject_field: ClassVar[str] = "checklist_id"
    checklist_id: int
    category: str
    changes: dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class ChecklistFinished(RepairEvent):
    """A list was gone through (`kind` intake or exit): how many functions work, fail, could not be tested."""

    name: ClassVar[str] = "repair.checklist_finished"
    says = _("A checklist was gone through")
    codes = {"kind": dict(Checklist.choices)}
    run_id: int
    kind: str
    works: int
    fails: int
    could_not_test: int


@dataclass(frozen=True, kw_only=True)
class DifferenceExplained(RepairEvent):
    """A manager answered for a function that worked at intake and does not at the final test. The customer reads it."""

    name: ClassVar[str] = "repair.difference_explained"
    says = _("A failed function was explained")
    run_id: int
    key: str
    label: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class QualityChecked(RepairEvent):
    """A second person looked at the work. `score` is 1 to 5 or None; `reason` is for colleagues."""

    name: ClassVar[str] = "repair.quality_checked"
    says = _("A second person checked the work")
    passed: bool
    score: int | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class TermsSigned(RepairEvent):
    """The customer signed our terms for this repair, as they read in `language` (`how`: drawn on the screen, or on paper).
    `said_name` is who signed."""

    name: ClassVar[str] = "repair.terms_signed"
    says = _("The terms were signed")
    codes = {"how": dict(TermsSignature._meta.get_field("how").flatchoices)}
    signature_id: int
    version: int
    language: str
    how: str
    said_name: str


@dataclass(frozen=True, kw_only=True)
class DamageMarked(RepairEvent):
    """Damage seen at intake was marked on the outline: number → note."""

    name: ClassVar[str] = "repair.damage_marked"
    says = _("Damage was marked")
    marks: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class DamageUnmarked(RepairEvent):
    """A mark was taken away again before the work began."""

    name: ClassVar[str] = "repair.damage_unmarked"
    says = _("A damage mark was taken away")
    number: int
    note: str


@dataclass(frozen=True, kw_only=True)
class SelfCheckedIn(RepairEvent):
    """The customer checked the device in at the door: field → [before, after]. Staff still have to take it."""

    name: ClassVar[str] = "repair.self_checked_in"
    says = _("A customer checked a device in")
    changes: dict[str, list[str]]


# By name, for readers of the log.
EVENTS: dict[str, type[RepairEvent]] = {
    event.name: event
    for event in (
        RepairBooked, RepairReceived, StageChanged, CheckFailed, PriceProposed, PriceAnswered, RepairReady,
        RepairCompleted, RepairCancelled, RepairAssigned, PriorityChanged, NoteAdded, ReadyByChanged, DetailsChanged,
        LinkRequested, ReviewAsked, OwnReviewAnswered,
        PhotoAdded, PhotoRemoved, PhotoRestored, PhotoShown, PhotoDescribed,
        ChecklistFinished, DifferenceExplained, QualityChecked, TermsSigned, DamageMarked, DamageUnmarked, SelfCheckedIn,
    )
}  # fmt: skip
