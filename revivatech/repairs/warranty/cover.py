"""Is a return covered: in time, the same device, the same work. Pure over rows; the answer comes with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import Repair, WarrantyLine
from .clocks import local_day

REASONS: Mapping[str, Promise] = {
    "no_work": _("None of the work of that repair is claimed."),
    "not_repaired": _("That repair ended without a repair, so there is nothing to stand by."),
    "other_device": _("It is another device."),
    "not_begun": _("The warranty begins after that day."),
    "over": _("The warranty of this work is over."),
}


@dataclass(frozen=True, slots=True)
class Cover:
    """`lines` are those claimed, each with the reason why it is not covered, or "". Covered: every claimed line is."""

    lines: tuple[tuple[WarrantyLine, str], ...]
    reasons: tuple[str, ...]

    @property
    def covered(self) -> bool:
        return not self.reasons

    def in_words(self) -> list[str]:
        return [str(REASONS[reason]) for reason in self.reasons]


def reason_against(line: WarrantyLine, day: date) -> str:
    if line.runs_on(day):
        return ""
    return "over" if day > line.ends_on else "not_begun"


def check(original: Repair, claimed: Sequence[WarrantyLine], *, device_id: int, at: datetime) -> Cover:
    """Whether the shop warranty of `original` covers the lines claimed, on the day it is at the location."""
    reasons: list[str] = []
    if original.outcome != "repaired":
        reasons.append("not_repaired")
    elif not claimed:
        reasons.append("no_work")
    if device_id != original.device_id:
        reasons.append("other_device")
    judged = tuple((line, reason_against(line, local_day(at, line.zone_name))) for line in claimed)
    reasons += [reason for _line, reason in judged if reason]
    return Cover(judged, tuple(dict.fromkeys(reasons)))
