"""Which event becomes which message. One row an event; the template folder holds `<key>.html` and `<key>.txt`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from revivatech.booking.events import BookingCancelled, BookingConfirmed, BookingRescheduled
from revivatech.repairs.events import (
    PriceProposed,
    RepairCancelled,
    RepairCompleted,
    RepairReady,
    RepairReceived,
    StageChanged,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """`key` names the template; `subject` may use `%(code)s`, `%(device)s` and `%(shop)s`. Service messages carry no promotion."""

    key: str
    subject: Promise
    calendar: bool = False  # attach the appointment


KINDS: Mapping[str, Kind] = {
    BookingConfirmed.name: Kind("booking_confirmed", _("Your booking %(code)s with %(shop)s"), calendar=True),
    BookingRescheduled.name: Kind("booking_rescheduled", _("New time for your booking %(code)s"), calendar=True),
    BookingCancelled.name: Kind("booking_cancelled", _("Your booking %(code)s is cancelled"), calendar=True),
    RepairReceived.name: Kind("repair_received", _("We have your %(device)s (%(code)s)")),
    StageChanged.name: Kind("repair_stage", _("Your %(device)s: what happens now (%(code)s)")),
    PriceProposed.name: Kind("repair_price", _("We need your answer about your %(device)s (%(code)s)")),
    RepairReady.name: Kind("repair_ready", _("Your %(device)s is ready to collect (%(code)s)")),
    RepairCompleted.name: Kind("repair_completed", _("Your %(device)s is back with you (%(code)s)")),
    RepairCancelled.name: Kind("repair_cancelled", _("Repair %(code)s is cancelled")),
}
