"""Functions and filters that every template may use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from revivatech.platform import clock
from revivatech.platform.files.links import file_url
from revivatech.platform.money import format_money
from revivatech.platform.realtime.tokens import topic_token
from revivatech.platform.spoken import spoken
from revivatech.platform.ui.functions import GLOBALS as UI_GLOBALS
from revivatech.platform.web.languages import formats_of
from revivatech.platform.web.pieces import same_for


def _locale() -> Locale:
    return _locale_of(translation.get_language() or settings.LANGUAGE_CODE)


@lru_cache(maxsize=100)
def _locale_of(language: str) -> Locale:
    return Locale.parse(formats_of(language))


def money(minor: int, currency: str = "GBP") -> str:
    return format_money(minor, currency, locale=_locale())


def percent(basis_points: int) -> str:
    """`12.5%` of 1250."""
    return numbers.format_percent(basis_points / 10_000, "#,##0.##%", locale=_locale())


def day(value: date | datetime, zone: str | ZoneInfo = "UTC", pattern: str = "EEE d MMM y") -> str:
    """`Tue 3 Mar 2026`, in the location's zone."""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(str(zone)))
    return dates.format_date(value, pattern, locale=_locale())


def moment(value: datetime, zone: str | ZoneInfo = "UTC", pattern: str = "EEE d MMM, HH:mm") -> str:
    """`Tue 3 Mar, 14:30`, in the location's zone."""
    return dates.format_datetime(value.astimezone(ZoneInfo(str(zone))), pattern, locale=_locale())


def clock_time(value: datetime, zone: str | ZoneInfo = "UTC") -> str:
    return dates.format_datetime(value.astimezone(ZoneInfo(str(zone))), "HH:mm", locale=_locale())


def ago(value: datetime) -> str:
    """`5 minutes ago`, `in 2 hours`."""
    return dates.format_timedelta(value - clock.now(), add_direction=True, locale=_locale())


def minutes(value: int) -> str:
    """`45 min`, `2 h`, `1 h 20 min`."""
    hours, rest = divmod(value, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    return (_("%(hours)s h %(minutes)s min") if rest else _("%(hours)s h")) % {"hours": hours, "minutes": rest}


@pass_context
def live(context: Context, topics: str | Sequence[str], src: str) -> Markup:
    """Attributes for an element that fetches itself anew from `src` whenever one of `topics` changes.

    `src` must answer the element's own authorised HTML (the same element, with the same id). The page that issues this
    has already decided that the reader may see it; the token says so to the hub for at most 15 minutes.
    """
    request: HttpRequest = context["request"]
    wanted = [topics] if isinstance(topics, str) else topics
    tokens = " ".join(topic_token(request, topic) for topic in wanted)
    return Markup('data-live="{}" data-live-src="{}"').format(tokens, src)


GLOBALS: dict[str, Callable[..., Any]] = {
    "live": live,
    "now": clock.now,
    "file_url": file_url,
    "same_for": same_for,
    **UI_GLOBALS,
}
FILTERS: dict[str, Callable[..., Any]] = {
    "money": money,
    "day": day,
    "moment": moment,
    "clock_time": clock_time,
    "ago": ago,
    "minutes": minutes,
    "spoken": spoken,
}
