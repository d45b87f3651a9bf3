"""Asking the customer, once for each repair, whatever came of it: who is asked must not depend on what they may say."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from revivatech.platform import clock
from revivatech.platform.actors import system
from revivatech.platform.events.record import record
from revivatech.repairs.events import ReviewAsked
from revivatech.repairs.models import Repair
from revivatech.repairs.statuses import COMPLETED
from revivatech.shop.queries import business

from .models import Review, ReviewOptOut, ReviewRequest, WithdrawnReview

TOO_LATE = timedelta(days=14)  # after the day they should have been asked: not years later, when a shop turns this on


def due() -> QuerySet[Repair]:
    """Repairs whose customers are to be asked now."""
    shop = business()
    if not shop.asks_for_reviews:
        return Repair.objects.none()
    last = clock.now() - timedelta(days=shop.review_after_days)
    mine = Q(customer=OuterRef("customer")) | Q(customer__merged_into=OuterRef("customer"))
    return (
        Repair.objects.filter(status=COMPLETED, completed_at__lte=last, completed_at__gt=last - TOO_LATE)
        .exclude(customer__email="")
        .exclude(customer__email__endswith="@erased.invalid")
        .exclude(Exists(ReviewRequest.objects.filter(repair=OuterRef("pk"))))
        .exclude(Exists(Review.objects.filter(repair=OuterRef("pk"))))
        .exclude(Exists(WithdrawnReview.objects.filter(repair=OuterRef("pk"))))
        .exclude(Exists(ReviewOptOut.objects.filter(mine)))
    )


def may_be_told(customer_id: int) -> bool:
    """Whether this customer takes messages about reviews: who opted out, also as an entry merged since, does not."""
    mine = Q(customer=customer_id) | Q(customer__merged_into=customer_id)
    return not ReviewOptOut.objects.filter(mine).exists()


@transaction.atomic
def ask(repair_id: int) -> bool:
    """Write down that the customer is asked; the event sends the message. False: somebody was faster."""
    _row, fresh = ReviewRequest.objects.get_or_create(repair_id=repair_id)
    if fresh:
        record(ReviewAsked(repair_id=repair_id), by=system())
    return fresh
