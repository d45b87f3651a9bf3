"""The one door to the shop's own rows."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext

from revivatech.platform.questions import Question

from .models import Business, Location, MailSettings, OpeningHours

_BUSINESS = Question(lambda: Business.objects.filter(pk=1))


def business() -> Business:
    """The shop itself; its row is made when it is first asked for."""
    return _BUSINESS.first() or Business.objects.get_or_create(pk=1)[0]


def mail_settings() -> MailSettings:
    return MailSettings.objects.get_or_create(pk=1)[0]


_ACTIVE = Question(lambda: Location.objects.filter(active=True))


def all_active() -> list[Location]:
    """`active_locations` as rows, for pages that list them all."""
    return _ACTIVE()


def active_locations() -> QuerySet[Location]:
    return Location.objects.filter(active=True)


def locations_with_hours() -> QuerySet[Location]:
    """Active locations that are open at some time of the week."""
    return active_locations().filter(Exists(OpeningHours.objects.filter(location=OuterRef("pk"))))


def cap_kinds() -> list[tuple[str, str]]:
    """Kinds of work that a daily cap can name: key and label. The services are the catalogue's rows, read through the
    registry since the catalogue builds on this package."""
    services = apps.get_model("catalogue", "Service").objects.values_list("key", "name").order_by("name")
    return [("same_day", gettext("Same-day repairs")), ("collection", gettext("Collections")), *services]


_WITH_HOURS = Question(lambda pk: locations_with_hours().filter(pk=pk))


def location_with_hours(pk: int) -> Location | None:
    """One of `locations_with_hours`."""
    return _WITH_HOURS.first(pk=pk)


_HAS_HOURS = Question(lambda: locations_with_hours().values_list("pk")[:1])
_OPEN = Question(lambda: Business.objects.filter(Exists(locations_with_hours()), pk=1, opened_at__isnull=False))


def open_business() -> Business | None:
    """The shop itself while bookings may begin: set-up was finished and an active location has opening hours."""
    return _OPEN.first()


def is_open(shop: Business | None = None) -> bool:
    """Whether bookings may begin. `shop` when it was read already."""
    if shop is None:
        return open_business() is not None
    return shop.opened_at is not None and bool(_HAS_HOURS())
