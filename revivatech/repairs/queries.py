"""The one door to repair rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import models

from revivatech.customers.companies import of_company
from revivatech.platform.actors import Actor

if TYPE_CHECKING:
    from .models import Repair  # noqa: F401 - the base class names it in a string

CLOSED = ("completed", "cancelled")
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # when a repair without a due time is due
LAST = 3  # the rank of closed repairs: after everything that still waits


class RepairQuerySet(models.QuerySet["Repair"]):
    def visible_to(self, actor: Actor) -> RepairQuerySet:
        """Staff: repairs of the locations where they may view them. Customers: their own. A private link: that one, or those of its booking."""
        if actor.link is not None:
            kind, pk = actor.link
            if kind == "repair":
                return self.filter(pk=pk)
            return self.filter(booked_device__booking_id=pk) if kind == "booking" else self.none()
        locations = actor.locations_for("repairs.view")
        if locations is None or locations:
            return self.at_places(locations)
        if actor.user_id is not None:
            return self.filter(customer__user_id=actor.user_id)
        return self.none()

    def of_company(self, actor: Actor, *, approving: bool = False) -> RepairQuerySet:
        """Brought for the company that `actor` speaks for; with `approving`, if they may also answer for it."""
        return self.filter(of_company(actor, approving=approving)) if actor.kind == "customer" else self.none()

    def answerable_by(self, actor: Actor) -> RepairQuerySet:
        """Whose price `actor` may answer: what they see, and what they may approve for their company."""
        if actor.kind != "customer":
            return self.visible_to(actor)
        return self.filter(models.Q(customer__user_id=actor.user_id) | of_company(actor, approving=True))

    def at_places(self, locations: Collection[int] | None) -> RepairQuerySet:
        """At these locations; None: everywhere."""
        return self if locations is None else self.filter(location_id__in=locations)

    def on_page(self, actor: Actor, most: int = 20) -> RepairQuerySet:
        """The newest that `actor` may see, with what a line of a list shows."""
        return self.visible_to(actor).select_related("device__model__brand", "location").order_by("-pk")[:most]

    def open(self) -> RepairQuerySet:
        return self.filter(queue_rank__lt=LAST)
