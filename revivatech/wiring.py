"""Which event sets off what: the one table where packages meet upwards.

A job runs in the worker after the commit; a plain function runs at once, inside the same transaction.
"""

from collections.abc import Mapping, Sequence

from revivatech.accounts.events import EmailVerified, LanguageChosen, UserRemoved
from revivatech.booking import events as booking
from revivatech.catalogue.events import StarterPricesReviewed
from revivatech.customers import events as customers
from revivatech.customers.reactions import follow_language, join_account
from revivatech.integrations.delivering import tell_endpoints
from revivatech.integrations.told import TOLD_EVENTS
from revivatech.notifications.jobs import tell_customer, tell_staff
from revivatech.platform.events.base import Event
from revivatech.platform.events.record import Reaction
from revivatech.quotes import events as quote
from revivatech.quotes.reactions import guard_answer, take_back
from revivatech.repairs import events as repair
from revivatech.repairs import reactions as on_booking
from revivatech.repairs.leaving import hand_over_work
from revivatech.repairs.warranty.events import WarrantyClaimAnswered, WarrantyClaimed
from revivatech.shop.reactions import finish_prices_step

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    EmailVerified: [join_account],
    LanguageChosen: [follow_language],
    UserRemoved: [hand_over_work],
    StarterPricesReviewed: [finish_prices_step],
    customers.CustomersMerged: [on_booking.announce_new_owner],
    customers.CustomersUnmerged: [on_booking.announce_new_owner],
    booking.BookingConfirmed: [on_booking.open_repairs, tell_customer],
    booking.BookingRescheduled: [on_booking.announce_rescheduled, tell_customer],
    booking.BookingCancelled: [on_booking.cancel_repairs, tell_customer],
    repair.RepairReceived: [tell_customer],
    repair.StageChanged: [take_back, tell_customer],
    repair.PriceProposed: [take_back, tell_customer],
    repair.PriceAnswered: [guard_answer],
    repair.RepairReady: [take_back, tell_customer],
    repair.RepairCompleted: [tell_customer],
    repair.RepairCancelled: [take_back, tell_customer],
    repair.ReadyByChanged: [tell_customer],
    repair.LinkRequested: [tell_customer],
    repair.ReviewAsked: [tell_customer],
    repair.OwnReviewAnswered: [tell_customer],
    WarrantyClaimed: [tell_customer, tell_staff],
    WarrantyClaimAnswered: [tell_customer],
    quote.QuoteSent: [tell_customer],
    quote.QuoteWithdrawn: [tell_customer],
    quote.QuoteExpiring: [tell_customer],
}

# The owner's other programs hear of these too; integrations/told.py says what they are told.
REACTIONS = {**REACTIONS, **{kind: [*REACTIONS.get(kind, ()), tell_endpoints] for kind in TOLD_EVENTS}}
