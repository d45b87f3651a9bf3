"""From words to a condition on repairs that stays quick in a shop of a million.

The columns searched lie in five tables, and no index covers an OR across tables. So each word is looked up in each table by
that table's own index first. A rare word becomes a short list of ids, which the repairs' indexes answer. Words each of which is common
are joined by the table they are common in: the models that fit "MacBook", "Pro" and "14-inch" are a few of those that fit one of
them. What stays common becomes a filter for walking the queue in its order, where matches are never far apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet, Value

from revivatech.catalogue.models import Brand, DeviceModel
from revivatech.customers.models import CustomerDevice
from revivatech.customers.phone import PhoneError, normalise
from revivatech.customers.queries import people_with
from revivatech.platform import ids

from .models import Repair

FEW = 1_000  # people or devices of a word; with more of them walking is cheaper than fetching
FEW_JOINED = 3_000  # of several words, which are further apart in the queue
MOST_WORDS = 6
SHORTEST_PART = 3  # what the indexes for parts of words can use


@dataclass(frozen=True, slots=True)
class _Word:
    """Where one word was found. None stands for more than `FEW`, or for not looked up."""

    text: str
    people: list[int] | None
    named: list[int] | None  # devices by number or description
    models: frozenset[int]
    code: Q

    @property
    def is_rare(self) -> bool:
        return self.people is not None and self.named is not None and not self.models

    def ids(self) -> set[int]:
        """Of the repairs a rare word fits, or any word outside of the catalogue."""
        return _ids(Q(customer_id__in=self.people or ()), Q(device_id__in=self.named or ()), self.code)

    def fits(self, candidates: Sequence[_Candidate]) -> set[int]:
        """Those of a few repairs that a common word fits. Of those it fits by their model nothing more is asked."""
        found = {one.pk for one in candidates if one.model in self.models}
        rest = [one for one in candidates if one.pk not in found]
        if not rest:
            return found
        people = set(people_with(self.text).filter(pk__in={one.customer for one in rest}).values_list("pk", flat=True))
        devices = set(_named(self.text).filter(pk__in={one.device for one in rest}).values_list("pk", flat=True))
        coded = set(Repair.objects.filter(self.code, pk__in={one.pk for one in rest}).values_list("pk", flat=True))
        return found | coded | {one.pk for one in rest if one.customer in people or one.device in devices}

    def at_once(self) -> Q:
        if self.is_rare:
            return Q(pk__in=self.ids())
        people = self.people if self.people is not None else people_with(self.text).values("pk")
        named = self.named if self.named is not None else _named(self.text).values("pk")
        return Q(customer_id__in=people) | Q(device_id__in=named) | Q(device__model_id__in=self.models) | self.code

    def table(self) -> str:
        """The one table it may be common in, if it is one."""
        if self.named is None or (self.people is None and self.models):
            return ""
        return "people" if self.people is None else "models"


@dataclass(frozen=True, slots=True)
class _Joined:
    """Words common in one table. A repair fits all of them by that table, or it is one of the few that a word fits otherwise."""

    words: Sequence[_Word]
    by_table: Q
    few: Q | None  # the same by ids, when they are few
    otherwise: set[int]

    @property
    def is_rare(self) -> bool:
        return self.few is not None

    def ids(self) -> set[int]:
        return self.otherwise | (_ids(self.few) if self.few is not None else set())

    def fits(self, candidates: Sequence[_Candidate]) -> set[int]:
        return _fitting({one.pk for one in candidates}, self.words)

    def at_once(self) -> Q:
        """By an index when they are few, else by walking the queue."""
        found = self.by_table if self.few is None else self.few
        return found | Q(pk__in=self.otherwise) if self.otherwise else found


class _Candidate(NamedTuple):
    pk: int
    customer: int
    device: int
    model: int | None


def matching(text: str) -> Q:
    """Code (as read aloud), name, e-mail, phone in any format, serial, IMEI or model; every word must fit."""
    if code := ids.read_code("RT", text):
        return Q(code=code)
    each = _look_up(text.split()[:MOST_WORDS])
    words: Sequence[_Word | _Joined] = each if any(word.is_rare for word in each) else _joined(each)
    rare = any(word.is_rare for word in words)
    found = Q()
    if rare and len(words) > 1:
        found = Q(pk__in=_few(words))
    else:
        for word in words:
            found &= word.at_once()
    if any(letter.isalpha() for letter in text):  # on the keys of a telephone "serial-2958 max" is a number too
        return found
    try:
        callers = _at_most(people_with(normalise(text), whole=True), FEW)
    except PhoneError:
        return found
    number = Q(pk__in=list(Repair.objects.filter(customer_id__in=callers).order_by().values_list("pk", flat=True)))
    return found | number if rare or not words else number


def _few(words: Sequence[_Word | _Joined]) -> set[int]:
    """The repairs all words fit, one of which is rare: it names the few candidates, and the others only sort them out."""
    fitting = set.intersection(*(word.ids() for word in words if word.is_rare))
    return _fitting(fitting, [word for word in words if not word.is_rare])


def _fitting(few: set[int], words: Sequence[_Word | _Joined]) -> set[int]:
    """Those of a few repairs that all the words fit."""
    if not (few and words):
        return few
    rows = Repair.objects.filter(pk__in=few).order_by()
    candidates = [_Candidate(*row) for row in rows.values_list("pk", "customer_id", "device_id", "device__model_id")]
    for word in words:
        few = word.fits(candidates) if candidates else set()
        candidates = [one for one in candidates if one.pk in few]
    return few


def _joined(words: Sequence[_Word]) -> list[_Word | _Joined]:
    """Those common in the same one table together; the others as they are."""
    found: list[_Word | _Joined] = [word for word in words if not word.table()]
    if named := [word for word in words if word.table() == "people"]:
        rows = reduce(and_, (people_with(word.text) for word in named))
        people = _at_most(rows, FEW_JOINED + 1)
        few = Q(customer_id__in=people) if len(people) <= FEW_JOINED else None
        found.append(_Joined(named, Q(customer_id__in=rows.values("pk")), few, _otherwise(named)))
    if of_models := [word for word in words if word.table() == "models"]:
        models = frozenset.intersection(*(word.models for word in of_models))
        devices = _at_most(CustomerDevice.everyone.filter(model_id__in=models), FEW_JOINED + 1)
        few = Q(device_id__in=devices) if len(devices) <= FEW_JOINED else None
        found.append(_Joined(of_models, Q(device__model_id__in=models), few, _otherwise(of_models)))
    return found


def _otherwise(words: Sequence[_Word]) -> set[int]:
    """The repairs all words fit, at least one of them in one of its few places."""
    found: set[int] = set()
    for word in words:
        found |= _fitting(word.ids(), [other for other in words if other is not word])
    return found


def _ids(*conditions: Q) -> set[int]:
    """Each table's finds are asked for apart: asked together, and in the queue's order, the planner may take the queue's index and
    walk a million rows for the three that fit."""
    asked = [Repair.objects.filter(one).order_by().values_list("pk") for one in conditions]
    return {pk for (pk,) in asked[0].union(*asked[1:])}


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


def _look_up(words: Sequence[str]) -> list[_Word]:
    if not words:
        return []
    of_models = _models(words)
    found: list[_Word] = []
    for word, models in sorted(zip(words, of_models, strict=True), key=lambda one: len(one[1])):
        if any(one.is_rare for one in found):  # its few repairs are all that the others are asked about
            found.append(_Word(word, None, None, frozenset(models), _part_of_code(word)))
        else:
            found.append(_found(word, models))
    return found


def _models(words: Sequence[str]) -> list[list[int]]:
    """Of each word, all in one question. The few brands are looked through here, for no index covers two tables."""
    brands = [(pk, name.upper()) for pk, name in Brand.objects.values_list("pk", "name")]
    asked = [
        DeviceModel.objects.filter(
            Q(name__icontains=word) | Q(brand_id__in=[pk for pk, name in brands if word.upper() in name])
        )
        .order_by()
        .values_list(Value(place), "pk")
        for place, word in enumerate(words)
    ]
    found: list[list[int]] = [[] for _word in words]
    for place, pk in asked[0].union(*asked[1:], all=True).order_by():
        found[place].append(pk)
    return found


def _found(word: str, models: Sequence[int]) -> _Word:
    people = _at_most(people_with(word), FEW + 1)
    named = _at_most(_named(word), FEW + 1)
    return _Word(
        word,
        people if len(people) <= FEW else None,
        named if len(named) <= FEW else None,
        frozenset(models),
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
