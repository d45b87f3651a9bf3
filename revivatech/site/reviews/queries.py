"""Which reviews are read by whom, and what they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from babel import numbers
from django.db import models
from django.db.models import Count, Sum, Window
from django.utils.translation import get_language

from revivatech.platform.actors import Actor
from revivatech.platform.web.languages import formats_of

if TYPE_CHECKING:
    from .models import Review

ENOUGH = 5  # fewer say nothing on average


class ReviewQuerySet(models.QuerySet["Review"]):
    def shown(self) -> ReviewQuerySet:
        """What the public reads."""
        return self.filter(hidden_for="")

    def visible_to(self, actor: Actor) -> ReviewQuerySet:
        """Reviews of the locations where the actor looks after them, hidden ones too."""
        locations = actor.locations_for("reviews.manage")
        return self if locations is None else self.filter(repair__location_id__in=locations)

    def for_reading(self) -> ReviewQuerySet:
        """With the device each is about, newest first."""
        return self.select_related("repair__device__model__brand").order_by("-pk")


@dataclass(frozen=True, slots=True)
class Rating:
    """The mean of `count` reviews in tenths of a star, rounded against us."""

    count: int
    tenths: int

    @property
    def mean(self) -> str:
        """In the reader's way of writing numbers."""
        return numbers.format_decimal(self.tenths / 10, "0.0", locale=formats_of(get_language() or "en-gb"))

    @property
    def decimal(self) -> str:
        """In a program's."""
        return f"{self.tenths // 10}.{self.tenths % 10}"


@dataclass(frozen=True, slots=True)
class Said:
    """Some reviews, and what all of their kind add up to: None while there are too few."""

    rows: Sequence[Review]
    rating: Rating | None


def rating(rows: ReviewQuerySet) -> Rating | None:
    found = rows.order_by().aggregate(count=Count("pk"), stars=Sum("stars"))
    return _mean(found["count"], found["stars"])


def newest(rows: ReviewQuerySet, most: int) -> Said:
    """The newest of the public ones among these, and the mean of all of them, in one query."""
    together = {"of": Window(Count("pk")), "stars_of": Window(Sum("stars"))}
    found: list[Any] = list(rows.shown().for_reading().annotate(**together)[:most])
    return Said(rows=found, rating=_mean(found[0].of, found[0].stars_of) if found else None)


def _mean(count: int, stars: int) -> Rating | None:
    return Rating(count=count, tenths=stars * 10 // count) if count >= ENOUGH else None
