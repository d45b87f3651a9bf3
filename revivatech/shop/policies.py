"""Who may change what of the shop."""

from __future__ import annotations

from django.db.models import QuerySet

from revivatech.accounts.access import require
from revivatech.platform.actors import Actor
from revivatech.platform.problems import Denied, SecondFactorRequired

from .models import Location
from .queries import business


def require_in_setup(actor: Actor, permission: str) -> None:
    """`require`, but before the shop opens nobody is asked for a second factor: there is no money and no customer yet,
    and the owner has just come in by the one-time link (decision 0050)."""
    try:
        require(actor, permission)
    except SecondFactorRequired:
        if business().opened_at is not None:
            raise


def check_settings(actor: Actor) -> None:
    require_in_setup(actor, "shop.settings")


def check_location(actor: Actor, location_id: int | None) -> None:
    """With no location: the whole business, so the permission must be held everywhere."""
    require(actor, "shop.locations", at=location_id)
    if location_id is None and actor.locations_for("shop.locations") is not None:
        raise Denied


def locations_of(actor: Actor) -> QuerySet[Location]:
    """The locations whose settings this actor may change."""
    held = actor.locations_for("shop.locations")
    return Location.objects.all() if held is None else Location.objects.filter(pk__in=held)
