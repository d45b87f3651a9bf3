"""From words to a condition on repairs that stays quick in a shop of a million.

The columns searched lie in five tables, and no index covers an OR across tables. So each word is looked up in each table by
that table's own index first. A rare word becomes a short list of ids, which the repairs' indexes answer; a common one becomes
a filter for walking the queue in its order, where matches are never far apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from revivatech.catalogue.models import DeviceModel
from revivatech.customers.models import CustomerDevice
from revivatech.customers.phone import PhoneError, normalise
from revivatech.customers.queries import people_with
from revivatech.platform import ids

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

    def by_ids(self) -> Q:
        return Q(customer_id__in=self.people) | Q(device_id__in=self.devices) | self.code

    def by_walking(self) -> Q:
        people = self.people if self.people is not None else people_with(self.text).values("pk")
        devices = self.devices if self.devices is not None else _named(self.text).values("pk")
        return Q(customer_id__in=people) | Q(device_id__in=devices) | Q(device__model_id__in=self.models) | self.code


def matching(text: str) -> Q:
    """Code (as read aloud), name, e-mail, phone in any format, serial, IMEI or model; every word must fit."""
    if code := ids.read_code("RT", text):
        return Q(code=code)
    words = [_look_up(word) for word in text.split()[:MOST_WORDS]]
    rare = any(word.is_rare for word in words)
    found = Q()
    for word in words:
        # Once one word has named the few candidates, the others only sort them out.
        found &= word.by_ids() if word.is_rare else word.by_walking()
    try:
        number = Q(customer_id__in=list(people_with(normalise(text), whole=True).values_list("pk", flat=True)[:FEW]))
    except PhoneError:
        return found
    return found | number if rare or not words else number


def _look_up(word: str) -> _Word:
    models = list(
        DeviceModel.objects.filter(Q(name__icontains=word) | Q(brand__name__icontains=word)).values_list(
            "pk", flat=True
        )
    )
    people = list(people_with(word).values_list("pk", flat=True)[: FEW + 1])
    devices = list(_named(word).values_list("pk", flat=True)[: FEW + 1])
    if models and len(devices) <= FEW:
        of_models = CustomerDevice.everyone.filter(model_id__in=models).values_list("pk", flat=True)
        devices += of_models[: FEW + 1 - len(devices)]
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
