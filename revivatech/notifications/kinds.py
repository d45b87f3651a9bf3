"""Which event becomes which message, and its words. The facts around them are in the templates `booking` and `repair`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from revivatech.booking.events import BookingCancelled, BookingConfirmed, BookingRescheduled
from revivatech.quotes.events import QuoteExpiring, QuoteSent, QuoteWithdrawn
from revivatech.repairs.events import (
    LinkRequested,
    OwnReviewAnswered,
    PriceProposed,
    ReadyByChanged,
    RepairCancelled,
    RepairCompleted,
    RepairReady,
    RepairReceived,
    ReviewAsked,
    StageChanged,
)
from revivatech.repairs.warranty.actions import CLAIM_WAITS
from revivatech.repairs.warranty.events import WarrantyClaimAnswered, WarrantyClaimed


@dataclass(frozen=True, slots=True)
class Kind:
    """One message. `subject`, `heading` and `words` may name %(code)s, %(device)s, %(shop)s, %(name)s and %(status)s.

    Service messages carry no promotion. `calendar` attaches the appointment.
    """

    key: str
    subject: Promise
    heading: Promise
    words: Promise
    calendar: bool = False


@dataclass(frozen=True, slots=True)
class StaffKind:
    """One message to whoever holds `permission` where it happened. The texts may name %(code)s, %(device)s, %(name)s (the reader's)
    and %(place)s. What the customer wrote is read on our pages, not in a mailbox."""

    key: str
    permission: str
    subject: Promise
    heading: Promise
    words: Promise
    why: Promise


_ALL = (
    (
        BookingConfirmed,
        Kind(
            "booking_confirmed",
            _("Your booking %(code)s with %(shop)s"),
            _("Your booking is confirmed"),
            _("Thank you, %(name)s. Here is what we agreed. You can change or cancel it with the button below."),
            calendar=True,
        ),
    ),
    (
        BookingRescheduled,
        Kind(
            "booking_rescheduled",
            _("New time for your booking %(code)s"),
            _("Your booking has a new time"),
            _("Hello %(name)s, your booking was moved. The new time is below; everything else stays as agreed."),
            calendar=True,
        ),
    ),
    (
        BookingCancelled,
        Kind(
            "booking_cancelled",
            _("Your booking %(code)s is cancelled"),
            _("Your booking is cancelled"),
            _("Hello %(name)s, this booking is cancelled and nothing is owed for it. You can book again at any time."),
            calendar=True,
        ),
    ),
    (
        RepairReceived,
        Kind(
            "repair_received",
            _("We have your %(device)s (%(code)s)"),
            _("We have your %(device)s"),
            _("Hello %(name)s, your device is with us and being checked in. Follow every step on its own page."),
        ),
    ),
    (
        StageChanged,
        Kind(
            "repair_stage",
            _("%(status)s: your %(device)s (%(code)s)"),
            _("%(status)s"),
            _("Hello %(name)s, your repair has moved on. Here is what happens now."),
        ),
    ),
    (
        PriceProposed,
        Kind(
            "repair_price",
            _("We need your answer about your %(device)s (%(code)s)"),
            _("We need your answer"),
            _(
                "Hello %(name)s, we have found the fault. Please approve or decline the price with the button below; "
                "we do no work beyond what you agreed to until then."
            ),
        ),
    ),
    (
        QuoteSent,
        Kind(
            "quote_sent",
            _("Our quote for your %(device)s (%(code)s)"),
            _("Our quote for your %(device)s"),
            _(
                "Hello %(name)s, we have found the fault and worked out what it takes. Compare, choose, then approve or "
                "decline with the button below; you need no account. We do no work beyond what you agreed to until then."
            ),
        ),
    ),
    (
        QuoteWithdrawn,
        Kind(
            "quote_withdrawn",
            _("We have taken back our quote for your %(device)s (%(code)s)"),
            _("Our quote is taken back"),
            _("Hello %(name)s, please disregard our quote; you owe nothing for it. Below is why. We come back to you."),
        ),
    ),
    (
        QuoteExpiring,
        Kind(
            "quote_expiring",
            _("Our quote for your %(device)s is about to expire (%(code)s)"),
            _("Our quote is about to expire"),
            _(
                "Hello %(name)s, we have no answer to our quote yet. Its prices hold until the moment below; after that "
                "you can ask for a new one. This is the only reminder we send."
            ),
        ),
    ),
    (
        RepairReady,
        Kind(
            "repair_ready",
            _("Your %(device)s is ready to collect (%(code)s)"),
            _("Ready to collect"),
            _("Hello %(name)s, your device is waiting for you. Bring the code and something that shows it is you."),
        ),
    ),
    (
        RepairCompleted,
        Kind(
            "repair_completed",
            _("Your repair is finished: %(device)s (%(code)s)"),
            _("Your repair is finished"),
            _("Hello %(name)s, your device has left us. Keep this message: the page below stays as your record."),
        ),
    ),
    (
        RepairCancelled,
        Kind(
            "repair_cancelled",
            _("Repair %(code)s is cancelled"),
            _("This repair is cancelled"),
            _("Hello %(name)s, this repair was cancelled. If your device is with us, please come and collect it."),
        ),
    ),
    (
        ReadyByChanged,
        Kind(
            "repair_ready_by",
            _("New date for your %(device)s (%(code)s)"),
            _("The date has changed"),
            _("Hello %(name)s, we expect your device to be ready at another time than we told you before."),
        ),
    ),
    (
        WarrantyClaimed,
        Kind(
            "warranty_claimed",
            _("We have your message about your %(device)s (%(code)s)"),
            _("We have your message"),
            _(
                "Hello %(name)s, you told us that something is wrong again after our repair. We read it and answer on the "
                "page of your repair; you also get an e-mail. Bring the device when we ask you to."
            ),
        ),
    ),
    (
        WarrantyClaimAnswered,
        Kind(
            "warranty_answered",
            _("Our answer about your %(device)s (%(code)s)"),
            _("Our answer to your warranty claim"),
            _(
                "Hello %(name)s, we have looked at what you told us about our work. Our answer is below. Your rights by "
                "law stand beside our warranty. Call or write to us if you see it differently."
            ),
        ),
    ),
    (
        ReviewAsked,
        Kind(
            "review_asked",
            _("How was the repair of your %(device)s? (%(code)s)"),
            _("How was it?"),
            _(
                "Hello %(name)s, what did we do well, and what not? Your review is published as you write it, good or bad. "
                "We ask once; on the page you can also tell us not to ask you again."
            ),
        ),
    ),
    (
        OwnReviewAnswered,
        Kind(
            "review_answered",
            _("Our answer to your review (%(code)s)"),
            _("We have answered your review"),
            _(
                "Hello %(name)s, thank you for your review. Our answer stands below it, for everybody to read. On its page "
                "you can also tell us to write to you about reviews no more."
            ),
        ),
    ),
    (
        LinkRequested,
        Kind(
            "repair_link",
            _("The link to your repair %(code)s"),
            _("The link to your repair"),
            _("Hello %(name)s, you asked for the private link of your repair. If it was not you, no harm is done."),
        ),
    ),
)
KINDS: Mapping[str, Kind] = {event.name: kind for event, kind in _ALL}
STAFF_KINDS: Mapping[str, StaffKind] = {
    WarrantyClaimed.name: StaffKind(
        CLAIM_WAITS,
        "repairs.receive",
        _("A warranty claim waits for an answer: %(device)s (%(code)s)"),
        _("A warranty claim waits"),
        _(
            "Hello %(name)s, a customer says that something is wrong again after our repair. They were told that we read it "
            "and answer. What they wrote, and their photos, are on the page of the repair."
        ),
        _(
            "You get this because you take devices in at %(place)s. You can switch it off on the page of warranty claims."
        ),
    ),
}
