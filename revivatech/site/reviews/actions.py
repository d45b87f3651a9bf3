"""Customers write, change and take back; staff answer, and hide for a stated reason."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Conflict, Denied, NotFound
from revivatech.repairs.events import OwnReviewAnswered
from revivatech.repairs.models import Repair
from revivatech.repairs.statuses import COMPLETED

from . import asking
from .events import (
    ReviewAnswered,
    ReviewEdited,
    ReviewHidden,
    ReviewRequestsStopped,
    ReviewWithdrawn,
    ReviewWritten,
)
from .models import Review, ReviewOptOut, WithdrawnReview


@transaction.atomic
def write(repair_id: int, *, stars: int, text: str, named: bool, language: str, by: Actor) -> Review:
    """Publish a review of a finished repair, or change the one there is while that may still be done."""
    repair = _own(repair_id, by)
    if repair.status != COMPLETED:
        raise Conflict(_("A repair can be reviewed once it is finished and you have your device back."))
    wanted = {
        "stars": stars,
        "text": text,
        "name": shown_name(repair.customer.name) if named else "",
        "language": language,
    }
    if WithdrawnReview.objects.filter(repair=repair).exists():
        raise Conflict(_("You withdrew your review of this repair. Each repair can be reviewed once."))
    review = Review.objects.select_for_update().filter(repair=repair).first()
    if review is None:
        review = Review.objects.create(repair=repair, **wanted)
        record(ReviewWritten(review_id=review.pk, repair_id=repair.pk, stars=stars), by=by)
        return review
    if not review.may_be_edited:
        raise Conflict(_("A review can be changed for 14 days. You can still withdraw it."))
    before = review.stars
    for name, value in wanted.items():
        setattr(review, name, value)
    review.edited_at = clock.now()
    review.save(update_fields=[*wanted, "edited_at"])
    record(ReviewEdited(review_id=review.pk, before=before, after=stars), by=by)
    return review


@transaction.atomic
def withdraw(repair_id: int, *, by: Actor) -> None:
    """Delete the customer's review, at any time and for good: the repair is not reviewed again, or withdrawing would be a
    way around the days for changing, and around a hiding. Taken back twice, nothing more happens."""
    repair = _own(repair_id, by)
    review = Review.objects.select_for_update().filter(repair=repair).first()
    if review is not None:
        record(ReviewWithdrawn(review_id=review.pk, repair_id=repair.pk), by=by)
        review.delete()
        WithdrawnReview.objects.create(repair=repair)


@transaction.atomic
def stop_requests(repair_id: int, *, by: Actor) -> None:
    """Ask this customer for no reviews any more."""
    repair = _own(repair_id, by)
    _row, fresh = ReviewOptOut.objects.get_or_create(customer_id=repair.customer_id)
    if fresh:
        record(ReviewRequestsStopped(customer_id=repair.customer_id), by=by)


@transaction.atomic
def hide(pk: int, reason: str, *, by: Actor) -> Review:
    """Keep a review from the public for one of the stated reasons; no reason shows it again. Its stars are none."""
    review = _managed(pk, by)
    if reason not in ("", *Review.Reason.values):
        raise Conflict(_("A review is hidden for one of the reasons in the list only."))
    if reason == review.hidden_for:
        raise Conflict(_("Somebody changed this review meanwhile. Reload the page."))
    before, review.hidden_for = review.hidden_for, reason
    review.save(update_fields=["hidden_for"])
    record(ReviewHidden(review_id=pk, before=before, after=reason), by=by)
    return review


@transaction.atomic
def answer(pk: int, text: str, *, by: Actor) -> Review:
    """The shop's public answer below the review; an empty one takes it back. Of the first one the customer is told, unless
    they want no messages about reviews."""
    review = _managed(pk, by)
    if text != review.reply:
        first = bool(text) and review.told_at is None
        review.reply, review.replied_at = text, clock.now() if text else None
        review.told_at = review.told_at or (clock.now() if first else None)
        review.save(update_fields=["reply", "replied_at", "told_at"])
        record(ReviewAnswered(review_id=pk, removed=not text), by=by)
        if first and asking.may_be_told(review.repair.customer_id):
            record(OwnReviewAnswered(repair_id=review.repair_id), by=by)
    return review


def shown_name(name: str) -> str:
    """`Maya Okafor` is shown as `Maya O.`"""
    words = name.split()
    if not words:
        return ""
    return words[0][:50] if len(words) == 1 else f"{words[0][:50]} {words[-1][0]}."


def _own(repair_id: int, by: Actor) -> Repair:
    """Who has the repair's private link speaks for its customer; nobody else does, staff least of all."""
    if not by.opened("repair", repair_id):
        raise Denied(_("Only the customer of a repair reviews it."))
    repair = Repair.objects.select_for_update(of=("self",), no_key=True).select_related("customer").filter(pk=repair_id)
    found = repair.first()
    if found is None:
        raise NotFound
    return found


def _managed(pk: int, by: Actor) -> Review:
    visible = Review.objects.visible_to(by).select_for_update(of=("self",)).select_related("repair")
    found = visible.filter(pk=pk).first()
    if found is None:
        raise NotFound
    require(by, "reviews.manage", at=found.repair.location_id)
    return found
