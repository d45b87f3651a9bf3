"""The one state machine. Every status with its words, its stage of seven, and what may follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BOOKED = "booked"
INITIAL_ASSESSMENT = "initial_assessment"
DIAGNOSIS = "diagnosis"
AWAITING_APPROVAL = "awaiting_approval"
PARTS_ORDERING = "parts_ordering"
REPAIR_WORK = "repair_work"
QUALITY_CHECK = "quality_check"
FINAL_TESTING = "final_testing"
READY_FOR_PICKUP = "ready_for_pickup"
COMPLETED = "completed"
CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Status:
    """`stage` is the timeline's stage (1-7) or None outside the shop; `minutes` the stage's default in opening hours."""

    key: str
    label: Promise
    customer_text: Promise
    icon: str
    stage: int | None
    minutes: int
    next: tuple[str, ...]

    @property
    def is_closed(self) -> bool:
        return not self.next


STATUSES: Mapping[str, Status] = {
    status.key: status
    for status in (
        Status(
            BOOKED, _("Booked"), _("We are looking forward to seeing your device."), "calendar", None, 0,
            (INITIAL_ASSESSMENT, CANCELLED),
        ),
        Status(
            INITIAL_ASSESSMENT, _("Initial assessment"), _("We have your device and are checking it in."),
            "clipboard", 1, 120, (DIAGNOSIS, CANCELLED),
        ),
        Status(
            DIAGNOSIS, _("Diagnosis"), _("We are finding the fault."), "diagnosis", 2, 240,
            (AWAITING_APPROVAL, PARTS_ORDERING, REPAIR_WORK, READY_FOR_PICKUP, CANCELLED),
        ),
        Status(
            AWAITING_APPROVAL, _("Awaiting approval"), _("We have found the fault and need your answer on the price."),
            "message", 2, 0,
            (DIAGNOSIS, PARTS_ORDERING, REPAIR_WORK, READY_FOR_PICKUP, CANCELLED),
        ),
        Status(
            PARTS_ORDERING, _("Parts ordering"), _("Parts are on the way."), "parts", 3, 30,
            (REPAIR_WORK, AWAITING_APPROVAL, READY_FOR_PICKUP, CANCELLED),
        ),
        Status(
            REPAIR_WORK, _("Repair work"), _("Your device is on the bench."), "wrench", 4, 480,
            (QUALITY_CHECK, PARTS_ORDERING, AWAITING_APPROVAL, READY_FOR_PICKUP),
        ),
        Status(
            QUALITY_CHECK, _("Quality check"), _("A second person is checking the work."), "shield", 5, 120,
            (FINAL_TESTING, REPAIR_WORK),
        ),
        Status(
            FINAL_TESTING, _("Final testing"), _("Every function is being tested."), "test", 6, 180,
            (READY_FOR_PICKUP, REPAIR_WORK),
        ),
        Status(
            READY_FOR_PICKUP, _("Ready for pickup"), _("Come and collect it."), "bell", 7, 15, (COMPLETED,),
        ),
        Status(COMPLETED, _("Completed"), _("You have your device back."), "check-circle", None, 0, ()),
        Status(CANCELLED, _("Cancelled"), _("This repair was cancelled."), "stop", None, 0, ()),
    )
}  # fmt: skip

# The seven stages a customer sees, in order; awaiting approval is a pause within the second.
STAGES: tuple[Status, ...] = tuple(
    status for status in STATUSES.values() if status.stage is not None and status.key != AWAITING_APPROVAL
)
OPEN = tuple(key for key, status in STATUSES.items() if not status.is_closed)
IN_SHOP = tuple(key for key, status in STATUSES.items() if status.stage is not None)

# Going back to the bench from a check is a failed check: it needs the reason.
FAILED_CHECKS = frozenset({(QUALITY_CHECK, REPAIR_WORK), (FINAL_TESTING, REPAIR_WORK)})
# Work that costs the customer money begins here: only at a price they agreed to.
NEEDS_AGREED_PRICE = frozenset({PARTS_ORDERING, REPAIR_WORK})


def may_follow(before: str, after: str) -> bool:
    return after in STATUSES[before].next
