"""What happens to reviews. Neither words nor names are in the log: they are the review's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.platform.events.base import Event

from .models import Review


@dataclass(frozen=True, kw_only=True)
class ReviewEvent(Event):
    subject_field: ClassVar[str] = "review_id"

    review_id: int


@dataclass(frozen=True, kw_only=True)
class ReviewWritten(ReviewEvent):
    """A customer published a review of their repair."""

    name: ClassVar[str] = "review.written"
    says = _("A review was written")
    repair_id: int
    stars: int


@dataclass(frozen=True, kw_only=True)
class ReviewEdited(ReviewEvent):
    """Its customer changed it: stars before and after."""

    name: ClassVar[str] = "review.edited"
    says = _("A review was changed")
    before: int
    after: int


@dataclass(frozen=True, kw_only=True)
class ReviewWithdrawn(ReviewEvent):
    """Its customer took it back; it is deleted."""

    name: ClassVar[str] = "review.withdrawn"
    says = _("A review was withdrawn")
    repair_id: int


@dataclass(frozen=True, kw_only=True)
class ReviewHidden(ReviewEvent):
    """Staff hid it for one of the stated reasons, or with an empty `after` show it again."""

    name: ClassVar[str] = "review.hidden"
    says = _("A review was hidden or shown")
    codes = {"before": dict(Review.Reason.choices), "after": dict(Review.Reason.choices)}
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ReviewAnswered(ReviewEvent):
    """The shop's public answer was written, changed or, with `removed`, taken back."""

    name: ClassVar[str] = "review.answered"
    says = _("A review was answered")
    removed: bool


@dataclass(frozen=True, kw_only=True)
class ReviewRequestsStopped(Event):
    """The customer wants no more requests for reviews."""

    name: ClassVar[str] = "customer.review_requests_stopped"
    says = _("A customer wants no more requests for reviews")
    subject_field: ClassVar[str] = "customer_id"

    customer_id: int
