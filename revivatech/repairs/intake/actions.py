"""The rest of the intake in one go: the list, the damage, the signature. All of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from revivatech.customers.actions import record_consent
from revivatech.platform.actors import Actor, system
from revivatech.platform.events.record import record
from revivatech.platform.files.models import StoredFile
from revivatech.platform.idempotency import once
from revivatech.platform.problems import Denied, Invalid, NotFound

from .. import policies
from .. import statuses as s
from ..actions.change import changing
from ..actions.receive import check_in_locked
from ..checklists.actions import Found, fill_in_locked, is_time_for
from ..checklists.models import Kind
from ..events import DamageMarked, DamageUnmarked
from ..models import DamageMark, Repair, TermsSignature
from ..passcodes.actions import enter_locked
from ..problems import TooLateForIntake
from .signing import Signature, sign_locked

MOST_MARKS = 40
SIDES = ("front", "back", "photo")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the outline or on a photo of the repair, in thousandths, and what is wrong there."""

    side: str
    x: int
    y: int
    note: str
    photo: UUID | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A booked device on the counter: what comes with it, how it looks, where it is put."""

    accessories: str = ""
    condition: str = ""
    storage_place: str = ""


@dataclass(frozen=True, slots=True)
class Unlocking:
    """What locks the device. The passcode is in no repr, for a repr may reach a log or a stored fingerprint."""

    kind: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Rest:
    """What was typed on the intake page. No answers at all: the list is left for later."""

    answers: Mapping[str, Found]
    marks: Sequence[Mark] = ()
    signature: Signature | None = None
    arrival: Arrival | None = None
    unlocking: Unlocking | None = None


def check_may_take_in(actor: Actor, repair: Repair) -> None:
    if actor.link is not None:
        raise Denied
    if not actor.may("repairs.receive", at=repair.location_id):
        policies.check_may_work(actor, repair)


def complete(code: str, rest: Rest, *, idempotency_key: str, by: Actor) -> None:
    """Store everything of the page once, however often the form comes. Raises Invalid with everything wrong, by field."""
    sender = f"{by.kind}:{by.user_id}:{code}:{idempotency_key}"
    once("repairs.intake", sender, lambda: _complete(code, rest, by), content=repr(rest))


def _complete(code: str, rest: Rest, by: Actor) -> bool:
    with changing(code, by=by, touches_booking=rest.arrival is not None) as repair:
        check_may_take_in(by, repair)
        errors: dict[str, list[str]] = {}
        steps: list[Callable[[], object]] = []
        if rest.arrival is not None and repair.status == s.BOOKED:  # a colleague may have taken it meanwhile
            came = rest.arrival
            steps.append(
                lambda: check_in_locked(
                    repair, accessories=came.accessories, condition=came.condition, storage_place=came.storage_place,
                    by=by,
                )
            )  # fmt: skip
        if rest.unlocking is not None:
            told = rest.unlocking
            steps.append(lambda: enter_locked(repair, kind=told.kind, secret=told.secret, by=by))
        if rest.marks:
            steps.append(lambda: mark_locked(repair, rest.marks, by=by))
        if any(found.state for found in rest.answers.values()):
            steps.append(lambda: fill_in_locked(repair, Kind.INTAKE, rest.answers, by=by, finish=True))
        if rest.signature is not None and not rest.signature.is_empty:
            given = rest.signature
            steps.append(lambda: _sign(repair, given, by))
        if not steps:
            raise Invalid(
                {"": [_("There is nothing to store yet. Go through the list, mark damage, or have it signed.")]}
            )
        for step in steps:
            try:
                step()
            except Invalid as problem:
                errors.update({name: list(messages) for name, messages in problem.errors.items()})
        if errors:
            raise Invalid(errors)
    return True


def sign_terms(code: str, given: Signature, *, by: Actor) -> TermsSignature:
    """The customer signs at the counter; the member of staff is the witness."""
    with changing(code, by=by) as repair:
        check_may_take_in(by, repair)
        return _sign(repair, given, by)


def _sign(repair: Repair, given: Signature, by: Actor) -> TermsSignature:
    row = sign_locked(repair, given, by=by)
    # Whoever may take a device in may have its terms signed; changing the profile itself is another permission.
    record_consent(
        repair.customer,
        topic="terms",
        given=True,
        wording=row.wording,
        version=row.version,
        language=row.language,
        source="counter",
        by=system(by.label),
    )
    return row


def mark_locked(repair: Repair, marks: Sequence[Mark], *, by: Actor) -> list[DamageMark]:
    """Number the marks on from those there are."""
    if not is_time_for(repair, Kind.INTAKE):
        raise TooLateForIntake(_("How it came in can be recorded until work begins, not afterwards."))
    photos = _photos_of(repair, {mark.photo for mark in marks if mark.photo})
    there = list(repair.damage_marks.values_list("number", flat=True))
    if len(there) + len(marks) > MOST_MARKS:
        raise Invalid({"marks": [_("At most %(most)s places can be marked.") % {"most": MOST_MARKS}]})
    rows = []
    for number, mark in enumerate(marks, start=max(there, default=0) + 1):
        note = " ".join(mark.note.split())
        seen = photos.get(mark.photo) if mark.photo else None
        if (
            mark.side not in SIDES
            or (mark.side == "photo") != (seen is not None)
            or not (0 <= mark.x <= 1000 and 0 <= mark.y <= 1000)
        ):
            raise Invalid({"marks": [_("Choose the side and the place of each mark.")]})
        if not 1 <= len(note) <= 200:
            raise Invalid({"marks": [_("Say for each mark what is wrong there, in at most 200 characters.")]})
        rows.append(
            DamageMark(
                repair=repair,
                number=number,
                side=mark.side,
                photo=seen,
                x=mark.x,
                y=mark.y,
                note=note,
                by_label=by.label,
            )
        )
    DamageMark.objects.bulk_create(rows)
    if rows:
        record(DamageMarked(repair_id=repair.pk, marks={str(row.number): row.note for row in rows}), by=by)
    return rows


def _photos_of(repair: Repair, wanted: set[UUID]) -> dict[UUID, StoredFile]:
    files = StoredFile.objects.about("repair", repair.pk).present().filter(uuid__in=wanted, kind=StoredFile.Kind.IMAGE)
    return {file.uuid: file for file in files}


def unmark_damage(code: str, number: int, *, by: Actor) -> None:
    """Take a mark away before work begins; the log keeps what it said."""
    with changing(code, by=by) as repair:
        check_may_take_in(by, repair)
        if not is_time_for(repair, Kind.INTAKE):
            raise TooLateForIntake(_("How it came in can be recorded until work begins, not afterwards."))
        mark = repair.damage_marks.filter(number=number).first()
        if mark is None:
            raise NotFound
        record(DamageUnmarked(repair_id=repair.pk, number=number, note=mark.note), by=by)
        mark.delete()
