"""Every document of a repair: its address, its words, when there is one, who may have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from revivatech.platform.questions import Question
from revivatech.platform.spoken import of_person

from .. import statuses as s
from ..models import Handover, Repair
from . import papers
from .certificate_paper import certificate
from .evidence import evidence_pack
from .problems import NotPrintedYet
from .queries import current_certificate


@dataclass(frozen=True, slots=True)
class Document:
    key: str
    title: Promise
    icon: str
    exists: Callable[[Repair], bool]
    make: Callable[[Repair], bytes]
    for_customer: bool = False


_HANDOVER = Question(lambda repair: Handover.objects.filter(repair_id=repair).values_list("pk"))


def _received(repair: Repair) -> bool:
    return repair.received_at is not None


def _handed_over(repair: Repair) -> bool:
    return repair.status == s.COMPLETED and bool(_HANDOVER(repair=repair.pk))


def _open(repair: Repair) -> bool:
    return not s.STATUSES[repair.status].is_closed


def _certificate(repair: Repair) -> bytes:
    found = current_certificate(repair)
    if found is None:
        raise NotPrintedYet
    return certificate(found)


DOCUMENTS: Mapping[str, Document] = {
    document.key: document
    for document in (
        Document("label", _("Label, 62 mm roll"), "qr", _open, lambda repair: papers.label(repair, "62")),
        Document("label-a6", _("Label, A6"), "qr", _open, lambda repair: papers.label(repair, "a6")),
        Document("receipt", _("Intake receipt"), "receipt", _received, papers.receipt, for_customer=True),
        Document("work-order", _("Work order"), "clipboard", _open, papers.work_order),
        Document(
            "handover", _("Hand-over receipt"), "handover", _handed_over, papers.handover_receipt, for_customer=True
        ),
        Document(
            "certificate", _("Repair certificate"), "shield", lambda repair: current_certificate(repair) is not None,
            _certificate, for_customer=True,
        ),
        Document("evidence", _("Evidence pack"), "archive", _received, evidence_pack),
    )
}  # fmt: skip


def documents_of(repair: Repair, *, for_customer: bool = False) -> list[Document]:
    """Those that can be had now."""
    return [one for one in DOCUMENTS.values() if (one.for_customer or not for_customer) and one.exists(repair)]


def render(key: str, repair: Repair, *, for_customer: bool = False) -> bytes:
    """The PDF in the language of its reader, or NotPrintedYet: unknown, not for this reader, or the repair has not come that far."""
    document = DOCUMENTS.get(key)
    if document is None or (for_customer and not document.for_customer) or not document.exists(repair):
        raise NotPrintedYet
    if document.for_customer and not for_customer:  # staff print it for somebody who reads another language perhaps
        with of_person(repair.customer.locale):
            return document.make(repair)
    return document.make(repair)
