"""Issue a certificate: at hand-over by itself, or again after something in it was corrected."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from revivatech.accounts.access import require
from revivatech.platform import clock, ids, signing
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.spoken import of_person

from .. import statuses as s
from ..actions.change import changing
from ..models import Outcome, Repair
from .events import CertificateIssued
from .facts import gather, with_log
from .models import RepairCertificate
from .problems import NotToCertify

PURPOSE = "revivatech repair certificate 1"


def issue_certificate(code: str, *, by: Actor) -> RepairCertificate:
    """The certificate as the rows are now. When the last one says the same, that one is answered and none is issued."""
    with changing(code, by=by) as repair:
        require(by, "repairs.hand_over", at=repair.location_id)
        if repair.status != s.COMPLETED or repair.outcome != Outcome.REPAIRED or repair.completed_at is None:
            raise NotToCertify
        return _issue(repair, completed_at=repair.completed_at, by=by)


def issue_locked(repair: Repair, *, by: Actor) -> RepairCertificate | None:
    """The last act of a hand-over, on the repair its caller locked and completed: the customer leaves with the paper.

    None when nothing was repaired: then there is nothing to certify.
    """
    if repair.outcome != Outcome.REPAIRED or repair.completed_at is None:
        return None
    return _issue(repair, completed_at=repair.completed_at, by=by)


def _issue(repair: Repair, *, completed_at: datetime, by: Actor) -> RepairCertificate:
    last = RepairCertificate.objects.filter(repair=repair).order_by("-version").first()
    with of_person(repair.customer.locale):  # what is signed has one language, whoever issues it
        facts = gather(repair, completed_at=completed_at)
    if last is not None and is_genuine(last) and facts == {key: last.facts.get(key) for key in facts}:
        return last
    token, version, now = ids.new_token(), (last.version if last else 0) + 1, clock.now()
    facts = {**with_log(facts, repair.pk), "version": version, "issued_at": now.isoformat(timespec="seconds")}
    certificate = RepairCertificate.objects.create(
        repair=repair,
        version=version,
        token=token,
        facts=facts,
        signature=signing.sign(PURPOSE, signed_text(token, facts)),
        issued_at=now,
        issued_by=by.label,
    )
    record(CertificateIssued(repair_id=repair.pk, certificate_id=certificate.pk, version=certificate.version), by=by)
    return certificate


def is_genuine(certificate: RepairCertificate) -> bool:
    """Whether this shop signed exactly these facts under this token."""
    return signing.is_ours(PURPOSE, signed_text(certificate.token, certificate.facts), certificate.signature)


def signed_text(token: str, facts: dict[str, Any]) -> bytes:
    """What the signature is over; the form is fixed for ever."""
    told = {"certificate": token, "facts": facts}
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
