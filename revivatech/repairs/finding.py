"""From words to a condition on repairs that stays quick in a shop of a million.

The columns searched lie in five tables, and no index covers an OR across tables. So each word is looked up in each table by
that table's own index first. A rare word becomes a short list of ids, which the repairs' indexes answer. Words each of which is common
are joined by the table they are common in: the models that fit "MacBook", "Pro" and "14-inch" are a few of those that fit one of
them. What stays common becomes a filter for walking the queue in its order, where matches are never far apart: the index of that order
holds whose and which device each repair is, so a walk looks at no row.
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
from revivatech.customers.queries import people_at, people_with
from revivatech.platform import ids
from revivatech.platform.among import among

from .models import Repair

FEW = 100  # people or devices of a word: their repairs are fetched, and asked what else fits them
LISTED = 30_000  # so many are named one by one to whoever walks; of more the walk meets one soon
MOST_WORDS = 6
SHORTEST_PART = 3  # what the indexes for parts of words can use


@dataclass(frozen=True, slots=True)
class _Word:
    """Where one word was found. None stands for more than `FEW`, or for not looked up."""

    text: str
    people: list[int] | None
    named: list[int] | None  # devices by number or description
    models: frozenset[int]

    @property
    def code(self) -> Q:
        part = _part_of_code(self.text)
        return Q(code__icontains=part) if part else Q(pk__in=[])

    @property
    def is_rare(self) -> bool:
        return self.people is not None and self.named is not None and not self.models

    def ids(self) -> set[int]:
        """Of the repairs a word outside of the catalogue fits, where it is rare."""
        return _ids(among("customer_id", self.people or ()), among("device_id", self.named or ()), self.code)

    def fits(self, candidates: Sequence[_Candidate]) -> set[int]:
        """Those of a few repairs that a common word fits. Of those it fits by their model nothing more is asked."""
        found = {one.pk for one in candidates if one.model in self.models}
        rest = [one for one in candidates if one.pk not in found]
        if not rest:
            return found
        people = _keys(people_with(self.text).filter(among("pk", {one.customer for one in rest})))
        devices = _keys(_named(self.text).filter(among("pk", {one.device for one in rest})))
        part = _part_of_code(self.text)
        found |= {one.pk for one in rest if one.customer in people or one.device in devices}
        return found | {one.pk for one in rest if part and part in one.code}

    def at_once(self, *, alone: bool) -> Q:
        if self.is_rare:
            return among("pk", self.ids())
        people = _one_of("customer_id", people_with(self.text), self.people)
        found = people | _one_of("device_id", _named(self.text), self.named)
        if self.models:
            found |= _of_models(self.models)[0]
        return found if self.models and not alone else found | self.code

    def of_devices(self) -> Q:
        """For a word of the catalogue that is rare elsewhere: repairs it fits, as far as indexes alone can tell."""
        devices = CustomerDevice.everyone.filter(among("model_id", self.models)).order_by().values("pk")
        return among("customer_id", self.people or ()) | among("device_id", self.named or ()) | Q(device_id__in=devices)

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
    number: int  # of people or devices, at most one more than are listed
    otherwise: set[int]

    @property
    def is_rare(self) -> bool:
        return self.number <= FEW

    def ids(self) -> set[int]:
        return self.otherwise | _ids(self.by_table)

    def fits(self, candidates: Sequence[_Candidate]) -> set[int]:
        return _fitting({one.pk for one in candidates}, self.words)

    def at_once(self, *, alone: bool) -> Q:
        """By an index when they are few, else by walking the queue."""
        return self.by_table | among("pk", self.otherwise) if self.otherwise else self.by_table


class _Candidate(NamedTuple):
    pk: int
    code: str
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
        found = among("pk", _few(words))
    else:
        for word in words:
            found &= word.at_once(alone=len(each) == 1)
    if any(letter.isalpha() for letter in text):  # on the keys of a telephone "serial-2958 max" is a number too
        return found
    try:
        callers = _at_most(people_with(normalise(text), whole=True), FEW)
    except PhoneError:
        return found
    number = among("pk", _keys(Repair.objects.filter(among("customer_id", callers))))
    return found | number if rare or not words else number


def _few(words: Sequence[_Word | _Joined]) -> set[int]:
    """The repairs all words fit, one of which is rare: it names the few candidates, and the others only sort them out."""
    fitting = set.intersection(*(word.ids() for word in words if word.is_rare))
    return _fitting(fitting, [word for word in words if not word.is_rare])


def _fitting(few: set[int], words: Sequence[_Word | _Joined]) -> set[int]:
    """Those of a few repairs that all the words fit."""
    if not (few and words):
        return few
    rows = Repair.objects.filter(among("pk", few)).order_by()
    candidates = [
        _Candidate(*row) for row in rows.values_list("pk", "code", "customer_id", "device_id", "device__model_id")
    ]
    for word in words:
        few = word.fits(candidates) if candidates else set()
        candidates = [one for one in candidates if one.pk in few]
    return few


def _joined(words: Sequence[_Word]) -> list[_Word | _Joined]:
    """Those common in the same one table together; the others as they are."""
    found: list[_Word | _Joined] = [word for word in words if not word.table()]
    if named := [word for word in words if word.table() == "people"]:
        rows = reduce(and_, (people_with(word.text) for word in named))
        people = _at_most(rows, LISTED + 1)
        by_table = _one_of("customer_id", rows, people)
        found.append(_Joined(named, by_table, len(people), _otherwise(named)))
    if of_models := [word for word in words if word.table() == "models"]:
        models = frozenset.intersection(*(word.models for word in of_models))
        by_table, number = _of_models(models)
        found.append(_Joined(of_models, by_table, number, _beside_models(of_models)))
    return found


def _otherwise(words: Sequence[_Word]) -> set[int]:
    """The repairs all words fit, at least one of them in one of its few places."""
    found: set[int] = set()
    for word in words:
        found |= _fitting(word.ids(), [other for other in words if other is not word])
    return found


def _beside_models(words: Sequence[_Word]) -> set[int]:
    """The repairs all words of the catalogue fit, at least one of them by a person or a number; only a word by itself is taken for a
    part of a code.

    An address with "m15" in it is nobody's laptop, and there may be hundreds: their repairs are sorted out by the indexes.
    """
    found = _ids(words[0].code) if len(words) == 1 else set()
    for word in words:
        rows = Repair.objects.filter(*(other.of_devices() for other in words if other is not word))
        for column, keys in (("customer_id", word.people), ("device_id", word.named)):
            found |= _keys(rows.filter(among(column, keys))) if keys else set()
    return found


def _one_of(column: str, rows: QuerySet[Any], known: Sequence[int] | None = None) -> Q:
    """By name as far as they can be listed."""
    keys = _at_most(rows, LISTED + 1) if known is None else known
    return among(column, keys) if len(keys) <= LISTED else Q(**{f"{column}__in": rows.values("pk")})


def _of_models(models: frozenset[int]) -> tuple[Q, int]:
    """The devices of some models, and how many they are, at most one more than are listed."""
    keys = _at_most(CustomerDevice.everyone.filter(model_id__in=models), LISTED + 1)
    return among("device_id", keys) if len(keys) <= LISTED else Q(device__model_id__in=models), len(keys)


def _keys(rows: QuerySet[Any]) -> set[int]:
    return set(rows.order_by().values_list("pk", flat=True))


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
    # The longest of those outside of the catalogue first: a surname is rarer than a first name.
    for word, models in sorted(zip(words, of_models, strict=True), key=lambda one: (len(one[1]), -len(one[0]))):
        if any(one.is_rare for one in found):  # its few repairs are all that the others are asked about
            found.append(_Word(word, None, None, frozenset(models)))
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
    people = (_at_most(people_at(word), FEW + 1) if "@" in word else []) or _at_most(people_with(word), FEW + 1)
    named = _at_most(_named(word), FEW + 1)
    return _Word(
        word,
        people if len(people) <= FEW else None,
        named if len(named) <= FEW else None,
        frozenset(models),
    )


def _named(word: str) -> QuerySet[CustomerDevice]:
    """Devices by number, or by a description in somebody's own words."""
    found = Q(serial__iexact=word) | Q(imei=word)
    if len(word) >= SHORTEST_PART:
        found |= Q(described__icontains=word)
    return CustomerDevice.everyone.filter(found)


def _part_of_code(word: str) -> str:
    """A part long enough, of characters that codes have; or nothing."""
    part = word.upper().removeprefix("RT-")
    return part if len(part) >= SHORTEST_PART and set(part) <= set(ids.ALPHABET) else ""
