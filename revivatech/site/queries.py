"""What the public pages show of the shop, all from its stored rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from babel import dates
from django.utils import translation
from django.utils.translation import gettext as _

from revivatech.platform import clock
from revivatech.platform.web.languages import formats_of
from revivatech.shop.hours import Calendar
from revivatech.shop.models import Location
from revivatech.shop.queries import locations_with_hours

_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Place:
    """A location as a visitor reads it. `changes_at`: when it closes if it is open, else when it opens next, if ever."""

    location: Location
    is_open: bool
    changes_at: datetime | None
    week: list[tuple[str, str]]


def places() -> list[Place]:
    """Every active location that has opening hours. Three queries, however many there are."""
    locations = list(locations_with_hours().prefetch_related("hours"))
    calendars = Calendar.of_each(locations)
    return [_place(location, calendars[location.pk]) for location in locations]


def place_at(slug: str) -> Place | None:
    """One location by its address, if it is in use and has opening hours."""
    location = locations_with_hours().prefetch_related("hours").filter(slug=slug).first()
    return None if location is None else _place(location, Calendar.of_each([location])[location.pk])


def _place(location: Location, calendar: Calendar) -> Place:
    now = clock.now()
    upcoming = next(calendar.intervals_from(now), None)
    is_open = upcoming is not None and upcoming.start <= now
    changes_at = None if upcoming is None else (upcoming.end if is_open else upcoming.start)
    return Place(location, is_open, changes_at, week_in_words(calendar.stretches))


def week_in_words(stretches: Mapping[int, Sequence[tuple[time, time]]]) -> list[tuple[str, str]]:
    """`[("Mon–Fri", "09:00–18:00"), ("Sat–Sun", "closed")]`: days in a row with the same hours are one line."""
    words = [
        (day, ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in stretches.get(day, ())) or _("closed"))
        for day in range(7)
    ]
    lines = []
    for text, run in groupby(words, key=lambda word: word[1]):
        days = [day for day, _text in run]
        lines.append((_day_name(days[0]) if len(days) == 1 else f"{_day_name(days[0])}–{_day_name(days[-1])}", text))
    return lines


def _day_name(weekday: int) -> str:
    locale = formats_of(translation.get_language() or "en-gb")
    return dates.format_date(_MONDAY + timedelta(days=weekday), "EEE", locale=locale)
