"""A claim by the customer, its answer, a return as a linked repair, and what it turned out to be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.files.models import StoredFile
from revivatech.platform.files.problems import TooManyFiles
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.platform.realtime.announce import announce
from revivatech.platform.spoken import of_person

from .. import photos, policies
from .. import statuses as s
from ..actions.change import changing, needs_text
from ..actions.receive import WalkIn, walk_in
from ..models import Repair, WarrantyClaim, WarrantyLine, WarrantyReturn
from ..problems import WrongStatus
from ..topics import CLAIMS
from . import cover
from .events import (
    FaultCauseSet,
    ReturnedUnderWarranty,
    WarrantyClaimAnswered,
    WarrantyClaimed,
    WarrantyReturnOpened,
)
from .models import Cause
from .problems import AlreadyReturned, ClaimWaiting, NotCovered

CLAIM_WAITS = "claim_waits"  # the message to staff about one
SHORTEST = 10
MOST_PHOTOS = 5
# While the price is still open the cause decides who pays; on the bench it is only written down.
_PRICE_OPEN = frozenset({s.INITIAL_ASSESSMENT, s.DIAGNOSIS, s.AWAITING_APPROVAL})


def claim(code: str, *, lines: Sequence[int], fault: str, how: str, by: Actor) -> WarrantyClaim:
    """The customer says that something is wrong again. One message at a time; staff see it in their list of claims."""
    with changing(code, by=by) as repair:
        if not photos.is_theirs(by, repair):
            raise Denied
        if repair.status != s.COMPLETED:
            raise WrongStatus(_("This repair is not finished yet."))
        words = needs_text("fault", fault, _("Describe what is wrong now."), at_most=1500)
        if len(words) < SHORTEST:
            raise Invalid({"fault": [_("Describe it in at least 10 characters.")]})
        if repair.warranty_claims.filter(status="open").exists():
            raise ClaimWaiting
        asked = WarrantyClaim.objects.create(repair=repair, fault=words, how=how)
        asked.lines.set(_lines(repair, lines))
        record(WarrantyClaimed(repair_id=repair.pk, claim_id=asked.pk, fault=words), by=by)
        announce(CLAIMS)
        return asked


def add_photo(claim_id: int, upload: UploadedFile[Any], *, key: str, by: Actor) -> StoredFile:
    """What is wrong again, as the customer sees it: a photo of the repair like any other. Until we have answered."""
    asked = WarrantyClaim.objects.filter(pk=claim_id).select_related("repair__customer", "repair__location").first()
    if asked is None or not Repair.objects.visible_to(by).filter(pk=asked.repair_id).exists():
        raise NotFound
    if asked.status != "open" or not photos.is_theirs(by, asked.repair):
        raise Denied
    if StoredFile.objects.about(photos.KIND, asked.repair_id).filter(part=asked.part).count() >= MOST_PHOTOS:
        raise TooManyFiles(upload.name or "", most=MOST_PHOTOS)
    with of_person(asked.repair.customer.locale):
        caption = _("Reported as wrong again")
    return photos.store(
        asked.repair, upload, label="after", for_customer=True, key=key, caption=caption, part=asked.part, by=by
    )


def decline_claim(code: str, claim_id: int, *, answer: str, by: Actor) -> WarrantyClaim:
    """Answer a claim without taking the device in: the customer reads the words on their page."""
    with changing(code, by=by) as repair:
        require(by, "repairs.receive", at=repair.location_id)
        asked = _open_claim(repair, claim_id)
        words = needs_text("answer", answer, _("Say why, and what the customer can do; they read it."), at_most=1000)
        _answer(asked, "declined", words, by)
        return asked


def open_return(
    code: str,
    *,
    lines: Sequence[int],
    fault: str,
    by: Actor,
    device_id: int | None = None,
    accepted_reason: str = "",
    accessories: str = "",
    condition: str = "",
    claim_id: int | None = None,
) -> Repair:
    """The device is back on the counter: a new repair, linked to `code`, free of charge for the work claimed.

    Raises NotCovered with the reasons; whoever holds `repairs.override` may pass `accepted_reason` and take it all the
    same. The clocks of the old lines stay as they are.
    """
    with changing(code, by=by) as original:
        require(by, "repairs.receive", at=original.location_id)
        if original.status != s.COMPLETED:
            raise WrongStatus(_("Only a finished repair can come back under warranty."))
        words = needs_text("fault", fault, _("Describe what is wrong now."), at_most=1500)
        claimed = _lines(original, lines)
        found = cover.check(original, claimed, device_id=device_id or original.device_id, at=clock.now())
        _check_not_here(claimed)
        why = accepted_reason.strip()[:500] if not found.covered else ""
        if not found.covered:
            _check_may_accept(original, found, why, by)
        asked = _open_claim(original, claim_id) if claim_id is not None else None
        keys = [line.service_key for line in claimed if line.service_key] or original.services
        repair = _opened(original, keys, words, device_id or original.device_id, accessories, condition, by)
        back = WarrantyReturn.objects.create(
            repair=repair, original=original, covered=found.covered, reasons=list(found.reasons),
            accepted_by=by.label if why else "", accepted_reason=why,
        )  # fmt: skip
        back.lines.set(claimed)
        if asked is not None:
            asked.opened_return = back
            _answer(asked, "accepted", "", by)
        _tell(original, repair, back, claimed, by)
        return repair


def set_cause(
    code: str, *, cause: str, note: str, by: Actor, renews: bool = False, version: int | None = None
) -> Repair:
    """What made it come back. Neither our part nor our work: the waiver ends and a price has to be agreed before work goes on.

    A return that was accepted out of cover stays free: somebody decided that already. `renews` starts the lines anew at
    hand-over and needs `repairs.override`.
    """
    with changing(code, by=by, version=version) as repair:
        policies.check_may_work(by, repair)
        back = WarrantyReturn.objects.select_for_update().filter(repair=repair).first()
        if back is None:
            raise WrongStatus(_("This repair is not a warranty return."))
        if repair.status not in s.IN_SHOP:
            raise WrongStatus(_("This repair is closed."))
        if cause not in Cause.values:
            raise Invalid({"cause": [_("Choose what made it come back.")]})
        words = note.strip()[:1000]
        if cause == Cause.OTHER and not words:
            raise Invalid({"note": [_("Say what it was; the customer is asked to pay for it.")]})
        if renews != back.renews:
            require(by, "repairs.override", at=repair.location_id)
        back.cause, back.cause_note, back.renews = cause, words, renews
        back.save(update_fields=["cause", "cause_note", "renews"])
        if repair.status in _PRICE_OPEN and back.covered:
            _settle_waiver(repair, cause)
        record(FaultCauseSet(repair_id=repair.pk, cause=cause, note=words, renews=renews), by=by)
        return repair


def _settle_waiver(repair: Repair, cause: str) -> None:
    """Only the waiver itself is taken back or given again; a price the customer agreed to meanwhile stays."""
    if cause == Cause.OTHER and repair.agreed_pence == 0:
        repair.agreed_pence = None
    elif cause != Cause.OTHER and repair.agreed_pence is None and repair.proposed_pence is None:
        repair.agreed_pence = 0


def _opened(
    original: Repair, keys: Sequence[str], fault: str, device_id: int, accessories: str, condition: str, by: Actor
) -> Repair:
    repair = walk_in(
        WalkIn(
            location_id=original.location_id, customer_id=original.customer_id, device_id=device_id, description=fault,
            services=list(dict.fromkeys(keys)), accessories=accessories, condition=condition, agreed_pence=0,
            currency=original.currency,
        ),
        by=by,
    )  # fmt: skip
    repair.returned_from = original
    repair.save(update_fields=["returned_from"])
    return repair


def _tell(original: Repair, repair: Repair, back: WarrantyReturn, claimed: Sequence[WarrantyLine], by: Actor) -> None:
    record(
        ReturnedUnderWarranty(repair_id=original.pk, return_code=repair.code, lines=[line.label for line in claimed]),
        by=by,
    )
    record(
        WarrantyReturnOpened(
            repair_id=repair.pk, original_code=original.code, covered=back.covered, reasons=back.reasons,
            accepted_reason=back.accepted_reason,
        ),
        by=by,
    )  # fmt: skip


def _lines(repair: Repair, wanted: Sequence[int]) -> list[WarrantyLine]:
    rows = {row.pk: row for row in repair.warranty_lines.all()}
    if set(wanted) - set(rows):
        raise Invalid({"lines": [_("Choose from the work of this repair.")]})
    return [rows[pk] for pk in dict.fromkeys(wanted)]


def _check_not_here(claimed: Sequence[WarrantyLine]) -> None:
    """The original is locked, so two people at two counters cannot both open a return of one line."""
    here = WarrantyReturn.objects.filter(lines__in=claimed).exclude(repair__status__in=(s.COMPLETED, s.CANCELLED))
    found = here.select_related("repair").first()
    if found is not None:
        raise AlreadyReturned(
            _("This work is back with us already, as %(code)s.") % {"code": found.repair.code},
            return_code=found.repair.code,
        )


def _check_may_accept(original: Repair, found: cover.Cover, why: str, by: Actor) -> None:
    if not by.may("repairs.override", at=original.location_id):
        raise NotCovered(
            _("%(reasons)s A manager can accept it, or open an ordinary repair.")
            % {"reasons": " ".join(found.in_words())},
            reasons=list(found.reasons),
        )
    if not why:
        raise NotCovered(
            _("%(reasons)s To accept it all the same, say why.") % {"reasons": " ".join(found.in_words())},
            reasons=list(found.reasons),
        )


def _open_claim(repair: Repair, claim_id: int) -> WarrantyClaim:
    asked = repair.warranty_claims.select_for_update().filter(pk=claim_id).first()
    if asked is None:
        raise NotFound
    if asked.status != "open":
        raise WrongStatus(_("This claim has been answered."))
    return asked


def _answer(asked: WarrantyClaim, status: str, words: str, by: Actor) -> None:
    asked.status, asked.answer = status, words
    asked.answered_at, asked.answered_by = clock.now(), by.label
    asked.save()
    announce(CLAIMS)
    record(
        WarrantyClaimAnswered(
            repair_id=asked.repair_id, claim_id=asked.pk, accepted=status == "accepted", answer=words
        ),
        by=by,
    )
