"""What happens to reviews. Neither words nor names are in the log: they are the review's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from revivatech.platform.events.base import Event


@dataclass(frozen=True, kw_only=True)
class ReviewEvent(Event):
    subject_field: ClassVar[str] = "review_id"

    review_id: int


@dataclass(frozen=True, kw_only=True)
class ReviewWritten(ReviewEvent):
    """A customer published a review of their repair."""

    name: ClassVar[str] = "review.written"
    repair_id: int
    stars: int


@dataclass(frozen=True, kw_only=True)
class ReviewEdited(ReviewEvent):
    """Its customer changed it: stars before and after."""

    name: ClassVar[str] = "review.edited"
    before: int
    after: int


@dataclass(frozen=True, kw_only=True)
class ReviewWithdrawn(ReviewEvent):
    """Its customer took it back; it is deleted."""

    name: ClassVar[str] = "review.withdrawn"
    repair_id: int


@dataclass(frozen=True, kw_only=True)
class ReviewHidden(ReviewEvent):
    """Staff hid it for one of the stated reasons, or with an empty `after` show it again."""

    name: ClassVar[str] = "review.hidden"
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ReviewAnswered(ReviewEvent):
    """The shop's public answer was written, changed or, with `removed`, taken back."""

    name: ClassVar[str] = "review.answered"
    removed: bool


@dataclass(frozen=True, kw_only=True)
class ReviewRequestsStopped(Event):
    """The customer wants no more requests for reviews."""

    name: ClassVar[str] = "customer.review_requests_stopped"
    subject_field: ClassVar[str] = "customer_id"

    customer_id: int
