"""What happens around a warranty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from ..events import RepairEvent
from .models import Cause


@dataclass(frozen=True, kw_only=True)
class WarrantyStarted(RepairEvent):
    """The clocks of the work done began at hand-over: label, days and last day (ISO) of each line."""

    name: ClassVar[str] = "repair.warranty_started"
    says = _("The warranty began")
    lines: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class WarrantyClaimed(RepairEvent):
    """The customer says that something is wrong again; staff have to answer."""

    name: ClassVar[str] = "repair.warranty_claimed"
    says = _("A warranty claim was made")
    claim_id: int
    fault: str


@dataclass(frozen=True, kw_only=True)
class WarrantyClaimAnswered(RepairEvent):
    """Staff answered a claim: taken in as a return, or declined with words the customer reads."""

    name: ClassVar[str] = "repair.warranty_claim_answered"
    says = _("A warranty claim was answered")
    claim_id: int
    accepted: bool
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class ReturnedUnderWarranty(RepairEvent):
    """The device came back: `return_code` is the new repair. `repair_id` is the old one."""

    name: ClassVar[str] = "repair.returned_under_warranty"
    says = _("A device came back under warranty")
    return_code: str
    lines: list[str]


@dataclass(frozen=True, kw_only=True)
class WarrantyReturnOpened(RepairEvent):
    """This repair is a return of `original_code`. Not `covered`: accepted all the same by the actor, for `accepted_reason`."""

    name: ClassVar[str] = "repair.warranty_return_opened"
    says = _("A warranty return was opened")
    original_code: str
    covered: bool
    reasons: list[str]
    accepted_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class FaultCauseSet(RepairEvent):
    """What made it come back: part, workmanship, other or unknown. `renews`: its lines start anew at hand-over, by choice."""

    name: ClassVar[str] = "repair.fault_cause_set"
    says = _("The cause of a return was set")
    codes = {"cause": dict(Cause.choices)}
    cause: str
    note: str
    renews: bool
