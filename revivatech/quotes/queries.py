"""The one door to quotes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models

from revivatech.customers.companies import of_company
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.questions import Question

if TYPE_CHECKING:
    from .models import Quote

ASKING = ("sent", "expired")
REMIND_BEFORE = timedelta(days=3)


class QuoteQuerySet(models.QuerySet["Quote"]):
    def visible_to(self, actor: Actor) -> QuoteQuerySet:
        """Staff: quotes of the locations whose repairs they may view. Customers: what was sent to them. A private link:
        the one it opens, or those sent for its repair."""
        if actor.link is not None:
            kind, pk = actor.link
            if kind not in ("quote", "repair"):
                return self.none()
            return self.sent_ever().filter(**({"pk": pk} if kind == "quote" else {"repair_id": pk}))
        locations = actor.locations_for("repairs.view")
        if locations is None:
            return self
        if locations:
            return self.filter(repair__location_id__in=locations)
        if actor.user_id is not None:
            theirs = models.Q(repair__customer__user_id=actor.user_id)
            answering = of_company(actor, customer="repair__customer", at="repair__created_at", approving=True)
            return self.sent_ever().filter(theirs | answering)
        return self.none()

    def sent_ever(self) -> QuoteQuerySet:
        """All but drafts: what a customer has been shown."""
        return self.exclude(status="draft")

    def newest(self) -> Quote | None:
        """The newest version the customer has been shown."""
        return self.sent_ever().order_by("-version").first()

    def asking(self) -> Quote | None:
        """The version through which a repair asks for its price now, be it out of time: the answer goes there."""
        newest = self.newest()
        return newest if newest is not None and newest.status in ASKING else None

    def waiting(self) -> QuoteQuerySet:
        return self.filter(status="sent", valid_until__gt=clock.now())

    def expiring(self) -> QuoteQuerySet:
        return self.waiting().filter(valid_until__lte=clock.now() + REMIND_BEFORE)

    def over(self, now: datetime) -> QuoteQuerySet:
        """Sent, unanswered, and out of time."""
        return self.filter(status="sent", valid_until__lte=now)


_Plain = models.Manager.from_queryset(QuoteQuerySet)


class QuoteManager(_Plain["Quote"]):
    """`repair.quotes` answers the two questions that every page of a repair asks without building them anew."""

    def newest(self) -> Quote | None:
        repair = getattr(self, "instance", None)
        return _NEWEST.first(repair=repair.pk) if repair is not None else super().newest()  # type: ignore[misc]  # made by from_queryset

    def asking(self) -> Quote | None:
        newest = self.newest()
        return newest if newest is not None and newest.status in ASKING else None


def _newest_of(repair: int) -> QuoteQuerySet:
    from .models import Quote

    return QuoteQuerySet(Quote).filter(repair_id=repair).sent_ever().order_by("-version")[:1]


_NEWEST: Question[Quote] = Question(_newest_of)
