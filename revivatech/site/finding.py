"""The search of the site: devices by the catalogue's search, services and pages by their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from revivatech.catalogue.models import DeviceModel, Service
from revivatech.catalogue.search import search

MOST_DEVICES = 12


@dataclass(frozen=True, slots=True)
class Found:
    devices: Sequence[DeviceModel] = ()
    services: Sequence[Service] = ()

    def __bool__(self) -> bool:
        return bool(self.devices or self.services)


def find(text: str) -> Found:
    """What fits `text`, of at least two characters; nothing for less."""
    if len(text) < 2:
        return Found()
    words = [word for word in text.split()[:6] if len(word) > 2]
    fits = Q()
    for word in words:
        fits |= Q(name__icontains=word) | Q(summary__icontains=word)
    services = list(Service.objects.filter(fits, bookable=True)[:6]) if words else []
    return Found(search(text, limit=MOST_DEVICES), services)
