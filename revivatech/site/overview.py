"""What the overview pages share, gathered for everybody: kinds of device, lowest prices, the next free time.

A model's own page and the booking never read this: there a price is worked out when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.cache import cache

from revivatech.catalogue.models import Service
from revivatech.shop.queries import locations_with_hours

from . import browse, trust
from .changes import changes
from .pricelist import Lowest, by_service, price_list
from .times import Soonest, soonest

KEPT_FOR = 30  # seconds, unless something that visitors see is changed before
_KEY = "site:overview"


@dataclass(frozen=True, slots=True)
class Overview:
    """`prices` by category and service key; `services` are the bookable ones in the shop's order."""

    kinds: Sequence[browse.Kind]
    prices: Mapping[str, Mapping[str, Lowest]]
    services: Sequence[Service]
    soonest: Soonest | None
    trust: trust.Trust | None

    @property
    def lowest(self) -> dict[str, Lowest]:
        return by_service(self.prices)

    @property
    def priced(self) -> list[tuple[Service, Lowest]]:
        low = self.lowest
        return [(service, low[service.key]) for service in self.services if service.key in low]


def overview() -> Overview:
    key = "{}:{}:{}".format(_KEY, *changes())
    stored = cache.get(key)
    if not isinstance(stored, Overview):  # nothing there, or written by another version of the program
        stored = Overview(
            kinds=browse.kinds(),
            prices=price_list(),
            services=list(Service.objects.filter(bookable=True)),
            soonest=soonest(list(locations_with_hours())),
            trust=trust.measure(),
        )
        cache.set(key, stored, KEPT_FOR)
    return stored
