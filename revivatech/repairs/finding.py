"""From words to a condition on repairs that stays quick in a shop of a million.

The columns searched lie in five tables, and no index covers an OR across tables. So each word is looked up in each table by
that table's own index first. A rare word becomes a short list of ids, which the repairs' indexes answer; a common one becomes
a filter for walking the queue in its order, where matches are never far apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from revivatech.catalogue.models import DeviceModel
from revivatech.customers.models import CustomerDevice
from revivatech.customers.phone import PhoneError, normalise
from revivatech.customers.queries import people_with
from revivatech.platform import ids

from .models import Repair

FEW = 1_000  # people or devices of a word; with more of them walking is cheaper than fetching
MOST_WORDS = 6
SHORTEST_PART = 3  # what the indexes for parts of words can use


@dataclass(frozen=True, slots=True)
class _Word:
    """Where one word was found. None stands for more than `FEW`."""

    text: str
    people: list[int] | None
    devices: list[int] | None
    models: list[int]
    code: Q

    @property
    def is_rare(self) -> bool:
        return self.people is not None and self.devices is not None

    def ids(self) -> set[int]:
        """Of the repairs a rare word fits. Each table's finds are asked for apart: asked together, and in the queue's order,
        the planner may take the queue's index and walk a million rows for the three that fit."""
        asked = [
            Repair.objects.filter(one).order_by().values_list("pk")
            for one in (Q(customer_id__in=self.people), Q(device_id__in=self.devices), self.code)
        ]
        return {pk for (pk,) in asked[0].union(*asked[1:])}

    def fits(self, candidates: Sequence[_Candidate]) -> set[int]:
        """Those of a few repairs that a common word fits."""
        people = set(
            people_with(self.text).filter(pk__in={one.customer for one in candidates}).values_list("pk", flat=True)
        )
        devices = set(_named(self.text).filter(pk__in={one.device for one in candidates}).values_list("pk", flat=True))
        coded = set(
            Repair.objects.filter(self.code, pk__in={one.pk for one in candidates}).values_list("pk", flat=True)
        )
        models = set(self.models)
        return coded | {
            one.pk for one in candidates if one.customer in people or one.device in devices or one.model in models
        }

    def by_walking(self) -> Q:
        people = self.people if self.people is not None else people_with(self.text).values("pk")
        devices = self.devices if self.devices is not None else _named(self.text).values("pk")
        return Q(customer_id__in=people) | Q(device_id__in=devices) | Q(device__model_id__in=self.models) | self.code


class _Candidate(NamedTuple):
    pk: int
    customer: int
    device: int
    model: int | None


def matching(text: str) -> Q:
    """Code (as read aloud), name, e-mail, phone in any format, serial, IMEI or model; every word must fit."""
    if code := ids.read_code("RT", text):
        return Q(code=code)
    words = [_look_up(word) for word in text.split()[:MOST_WORDS]]
    rare = any(word.is_rare for word in words)
    found = Q(pk__in=_few(words)) if rare else Q()
    for word in words if not rare else ():
        found &= word.by_walking()
    try:
        callers = _at_most(people_with(normalise(text), whole=True), FEW)
    except PhoneError:
        return found
    number = Q(pk__in=list(Repair.objects.filter(customer_id__in=callers).order_by().values_list("pk", flat=True)))
    return found | number if rare or not words else number


def _few(words: Sequence[_Word]) -> set[int]:
    """The repairs all words fit, one of which is rare: it names the few candidates, and the others only sort them out."""
    fitting = set.intersection(*(word.ids() for word in words if word.is_rare))
    common = [word for word in words if not word.is_rare]
    if common and fitting:
        rows = Repair.objects.filter(pk__in=fitting).order_by()
        keys = rows.values_list("pk", "customer_id", "device_id", "device__model_id")
        candidates = [_Candidate(*row) for row in keys]
        for word in common:
            fitting = word.fits(candidates)
            candidates = [one for one in candidates if one.pk in fitting]
    return fitting


def _at_most(rows: QuerySet[Any], most: int) -> list[int]:
    """The keys of the first `most` rows that come, in no order.

    The condition is planned by itself, as if all its rows were wanted: with the limit in sight the planner trusts in finding
    that many soon, and reads the whole table for a word nobody has.
    """
    try:
        sql, params = rows.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"WITH found AS MATERIALIZED ({sql}) SELECT * FROM found LIMIT {int(most)}", params)  # noqa: S608
        return [pk for (pk,) in cursor.fetchall()]


def _look_up(word: str) -> _Word:
    models = list(
        DeviceModel.objects.filter(Q(name__icontains=word) | Q(brand__name__icontains=word)).values_list(
            "pk", flat=True
        )
    )
    people = _at_most(people_with(word), FEW + 1)
    devices = _at_most(_named(word), FEW + 1)
    if models and len(devices) <= FEW:
        devices += _at_most(CustomerDevice.everyone.filter(model_id__in=models), FEW + 1 - len(devices))
    return _Word(
        word,
        people if len(people) <= FEW else None,
        devices if len(devices) <= FEW else None,
        models,
        _part_of_code(word),
    )


def _named(word: str) -> QuerySet[CustomerDevice]:
    """Devices by number, or by a description in somebody's own words."""
    found = Q(serial__iexact=word) | Q(imei=word)
    if len(word) >= SHORTEST_PART:
        found |= Q(described__icontains=word)
    return CustomerDevice.everyone.filter(found)


def _part_of_code(word: str) -> Q:
    """A part long enough, of characters that codes have."""
    part = word.upper().removeprefix("RT-")
    if len(part) < SHORTEST_PART or not set(part) <= set(ids.ALPHABET):
        return Q(pk__in=[])
    return Q(code__icontains=part)
