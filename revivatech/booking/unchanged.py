"""Whether the free times of a location are what they were: which versions of the rows they follow from there are, and how long time alone
leaves them as they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from revivatech.platform import clock
from revivatech.platform.asking import ask
from revivatech.platform.web.keeping import versions
from revivatech.shop.hours import instant
from revivatech.shop.models import Location

from .availability import Slot

# Every table availability reads, and which of its rows. Places and caps of a day more on either side: a local day is no day of UTC.
WATCHED = {
    "shop_location": "one.id = location.id",
    "shop_openinghours": "one.location_id = location.id",
    "shop_closure": "one.location_id = location.id OR one.location_id IS NULL",
    "shop_dailycap": "one.location_id = location.id",
    "booking_slotplace": "one.location_id = location.id AND one.ends_at > asked.first - 1 AND one.starts_at < asked.last + 2",
    "booking_capplace": "one.location_id = location.id AND one.day BETWEEN asked.first AND asked.last",
}
_STATE = f"""
SELECT md5(concat_ws('|', {", ".join(f"coalesce({versions(table, condition)}, '')" for table, condition in WATCHED.items())}))
  FROM shop_location location, (SELECT %s::date AS first, %s::date AS last) asked
 WHERE location.id = %s
"""  # noqa: S608 - of the constants above


def state_of(location: int, first: date, last: date) -> str | None:
    return next((state for (state,) in ask(_STATE, [first, last, location])), None)


def good_until(location: Location, slots: Sequence[Slot]) -> datetime:
    """When the first of `slots` is too near to be booked, or at midnight, when the horizon moves on."""
    tomorrow = clock.today(location.zone) + timedelta(days=1)
    midnight = instant(tomorrow, time(), location.zone)
    notice = timedelta(minutes=location.notice_minutes)
    return min((midnight, *(slot.starts_at - notice for slot in slots[:1])))
