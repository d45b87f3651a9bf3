"""Locations: address, slots, in use or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid, NotFound
from revivatech.platform.realtime.announce import announce

from .. import policies, topics
from ..addresses import PostcodeError, normalise_postcode
from ..events import LocationAdded
from ..models import Location
from ..problems import LastLocation
from .common import apply, check, lock_business, tell

PARTS: Mapping[str, frozenset[str]] = {
    "location": frozenset(
        {"name", "line1", "line2", "town", "postcode", "country", "nation", "zone_name", "phone", "email", "directions"}
    ),
    "slots": frozenset(
        {
            "slot_minutes",
            "slot_capacity",
            "walk_in_places",
            "buffer_minutes",
            "notice_minutes",
            "horizon_days",
            "offers_collection",
            "offers_post",
        }
    ),
}


def add_location(values: Mapping[str, Any], *, by: Actor) -> Location:
    """A new place; `values` as in the part `location`."""
    policies.check_location(by, None)
    with transaction.atomic():
        lock_business()
        location = Location(**_checked(dict(values), Location()))
        location.slug = _free_slug(location.name)
        check(location)
        location.save()
        record(LocationAdded(location_id=location.pk), by=by)
        announce(topics.SHOP)
        return location


def change_location(location_id: int, changes: Mapping[str, Any], *, part: str, by: Actor) -> Location:
    policies.check_location(by, location_id)
    with transaction.atomic():
        lock_business()
        location = find(location_id)
        wanted = _checked(dict(changes), location) if part == "location" else dict(changes)
        apply(location, wanted, allowed=PARTS[part], part=part, by=by, location_id=location.pk)
        return location


def set_active(location_id: int, active: bool, *, by: Actor) -> Location:
    """Take a location out of use or back. Its history stays; new bookings are offered at active ones only."""
    policies.check_location(by, None)
    with transaction.atomic():
        shop = lock_business()
        location = find(location_id)
        if location.active == active:
            return location
        others = Location.objects.filter(active=True).exclude(pk=location.pk)
        if not active and shop.opened_at is not None and not others.exists():
            raise LastLocation
        location.active = active
        location.save(update_fields=["active"])
        tell("location", {"active": not active}, {"active": active}, by=by, location_id=location.pk)
        return location


def find(location_id: int) -> Location:
    location = Location.objects.select_for_update().filter(pk=location_id).first()
    if location is None:
        raise NotFound
    return location


def _checked(values: dict[str, Any], known: Location) -> dict[str, Any]:
    errors: dict[str, list[str | Promise]] = {}
    if "directions" in values:  # one line, so that it is the same words wherever it is looked up
        values["directions"] = " ".join(str(values["directions"]).split())
    country = str(values.get("country", known.country))
    try:
        values["postcode"] = normalise_postcode(str(values.get("postcode", known.postcode)), country)
    except PostcodeError as reason:
        errors["postcode"] = [str(reason)]
    if not _is_zone(str(values.get("zone_name", known.zone_name))):
        errors["zone_name"] = [_("Choose a time zone from the list.")]
    if not str(values.get("name", known.name)).strip():
        errors["name"] = [_("Enter a name for this location.")]
    if errors:
        raise Invalid(errors)
    return values


def _is_zone(name: str) -> bool:
    return name in available_timezones() and ZoneInfo(name) is not None


def _free_slug(name: str) -> str:
    stem = slugify(name)[:70] or "location"
    taken = set(Location.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(
        slug
        for number in range(1, len(taken) + 2)
        if (slug := stem if number == 1 else f"{stem}-{number}") not in taken
    )
