"""Which event sets off what: the one table where packages meet upwards.

A job runs in the worker after the commit; a plain function runs at once, inside the same transaction.
"""

from collections.abc import Mapping, Sequence

from revivatech.booking.events import BookingCancelled, BookingConfirmed, BookingRescheduled
from revivatech.platform.events.base import Event
from revivatech.platform.events.record import Reaction
from revivatech.repairs import reactions as repairs

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    BookingConfirmed: [repairs.open_repairs],
    BookingRescheduled: [repairs.announce_rescheduled],
    BookingCancelled: [repairs.cancel_repairs],
}
