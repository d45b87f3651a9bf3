"""What may go wrong with a booking, as the person will read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict, Denied, Gone


class SlotTaken(Conflict):
    """The time cannot be booked (any more). `extra["next_free"]` holds the nearest free starts as ISO strings in UTC."""

    code = "slot_taken"
    title = _("That time is no longer free. Choose another one.")

    def __init__(self, next_free: Sequence[datetime] = ()) -> None:
        self.next_free = list(next_free)
        super().__init__(next_free=[start.isoformat() for start in next_free])


class PriceChanged(Conflict):
    """The price shown is not the price any more; nothing was booked. Both totals are in pence."""

    code = "price_changed"
    title = _("The price has changed since we showed it to you. Look at the new price before you book.")

    def __init__(self, *, shown_pence: int, total_pence: int) -> None:
        super().__init__(shown_pence=shown_pence, total_pence=total_pence)


class NotTakingBookings(Conflict):
    code = "not_taking_bookings"
    title = _("This shop does not take bookings online yet.")


class TooLateToChange(Denied):
    """`extra["phone"]` is the number to ring instead, when the location has one."""

    code = "too_late_to_change"
    title = _("It is too late to change this booking online. Please ring us.")


class NotChangeable(Conflict):
    """Cancelled, or the device is already with us."""

    code = "booking_not_changeable"
    title = _("This booking cannot be changed any more.")


class LinkExpired(Gone):
    code = "booking_link_expired"
    title = _("This link has expired. Sign in to see your bookings, or ask us.")


class AutomatedForm(Denied):
    """The field that people cannot see was filled in."""

    code = "automated_form"
    title = _("This form was filled in by a program, so nothing was stored. Please ring or write to us instead.")
