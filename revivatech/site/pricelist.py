"""Prices for the public pages. Every amount comes from the one price engine or is the price of an active rule of the shop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from revivatech.catalogue.choices import Category, Quality
from revivatech.catalogue.models import DeviceModel, PriceRule, Service
from revivatech.catalogue.pricing import DeviceAsk, IssueAsk, Line, Price, Rulebook, compute, load_rulebook
from revivatech.catalogue.pricing.engine import QUALITIES
from revivatech.catalogue.queries import services_for


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to have a service done. `quality` is empty where the service knows no qualities."""

    quality: str
    line: Line


@dataclass(frozen=True, slots=True)
class Offer:
    """A service for one device, best part first. `priced` false: we quote after a look, and no number is shown."""

    service: Service
    choices: Sequence[Choice]

    @property
    def priced(self) -> bool:
        return not self.choices[0].line.needs_quote

    @property
    def lowest(self) -> Line:
        return min((choice.line for choice in self.choices), key=lambda line: line.amount_pence)

    @property
    def is_from(self) -> bool:
        """The price may be more than the lowest shown."""
        return self.lowest.from_price or len(self.choices) > 1


@dataclass(frozen=True, slots=True)
class Offers:
    """What a device can have done, with the frame all the amounts share."""

    rows: Sequence[Offer]
    price: Price

    @property
    def priced(self) -> list[Offer]:
        return [offer for offer in self.rows if offer.priced]


@dataclass(frozen=True, slots=True)
class Lowest:
    """The least a service costs; `is_from` when some device, part or diagnosis makes it more."""

    pence: int
    is_from: bool

    def __or__(self, other: Lowest) -> Lowest:
        return Lowest(min(self.pence, other.pence), self.is_from or other.is_from or self.pence != other.pence)


def offers_of(model: DeviceModel) -> Offers:
    """Every service for a model at today's prices, in the shop's order."""
    services = services_for(model.category)
    ask = DeviceAsk(model.category, model.pk, model.brand_id, model.family_id, model.full_name, _issues(services))
    return _offers(load_rulebook([ask]), ask, services)


def price_list() -> dict[str, dict[str, Lowest]]:
    """By category and service key, the least a service costs there. Services without any price are left out."""
    services = list(Service.objects.filter(bookable=True))
    asks = {category: _unlisted(category, services) for category in Category.values}
    book = load_rulebook([ask for ask in asks.values() if ask.issues])
    found: dict[str, dict[str, Lowest]] = {category: {} for category in asks}
    for category, ask in asks.items():
        for offer in _offers(book, ask, [one for one in services if _serves(one, category)]).priced:
            for choice in offer.choices:
                _put(found[category], offer.service.key, choice.line.amount_pence, choice.line.from_price)
    for key, category, pence, is_from in _narrow_prices(services):
        _put(found[category], key, pence, is_from)
    return found


def by_service(prices: Mapping[str, Mapping[str, Lowest]]) -> dict[str, Lowest]:
    """The least over all kinds of device, by service key."""
    found: dict[str, Lowest] = {}
    for of_category in prices.values():
        for key, low in of_category.items():
            found[key] = found[key] | low if key in found else low
    return found


def _put(prices: dict[str, Lowest], key: str, pence: int, is_from: bool) -> None:
    low = Lowest(pence, is_from)
    prices[key] = prices[key] | low if key in prices else low


def _serves(service: Service, category: str) -> bool:
    return not service.categories or category in service.categories


def _issues(services: Sequence[Service]) -> tuple[IssueAsk, ...]:
    return tuple(IssueAsk(service.key) for service in services)


def _unlisted(category: str, services: Sequence[Service]) -> DeviceAsk:
    return DeviceAsk(category, issues=_issues([one for one in services if _serves(one, category)]))


def _offers(book: Rulebook, ask: DeviceAsk, services: Sequence[Service]) -> Offers:
    """The engine is asked once for each quality; a part is offered where a rule of its own wins, as in the booking."""
    base = compute(book, [ask])
    own_quality = {rule.id: rule.quality for rule in book.rules}
    prices = {quality: _lines(compute(book, [ask.with_quality(quality)])) for quality in QUALITIES}
    rows = []
    for number, (service, line) in enumerate(zip(services, _lines(base), strict=True)):
        choices = [
            Choice(quality, lines[number])
            for quality, lines in prices.items()
            if service.has_quality and lines[number].rule_id and own_quality[lines[number].rule_id or 0] == quality
        ]
        if not any(choice.quality == Quality.STANDARD for choice in choices):
            choices.append(Choice(Quality.STANDARD if choices and not line.needs_quote else "", line))
        priced = [choice for choice in choices if not choice.line.needs_quote]
        rows.append(Offer(service, priced or choices[-1:]))
    return Offers(rows, base)


def _lines(price: Price) -> list[Line]:
    return [line for line in price.lines if line.kind == "service"]


def _narrow_prices(services: Sequence[Service]) -> Iterator[tuple[str, str, int, bool]]:
    """Service key, category, pence and estimate of the rules for a brand, family or model that customers can choose."""
    rules = PriceRule.objects.filter(
        ~Q(brand=None, family=None, model=None), active=True, service__bookable=True
    ).select_related("service", "family", "model")
    rows = list(rules)
    if not rows:
        return
    listed = DeviceModel.objects.listed()
    brands: dict[int, set[str]] = defaultdict(set)
    for brand, category in listed.values_list("brand", "category").order_by().distinct():
        brands[brand].add(category)
    families = set(listed.values_list("family", flat=True).order_by().distinct())
    models = set(listed.filter(pk__in={row.model_id for row in rows}).values_list("pk", flat=True))
    known = {service.pk: service for service in services}
    for row in rows:
        if row.model is not None:
            wanted = {row.model.category} if row.model_id in models else set()
        elif row.family is not None:
            wanted = {row.family.category} if row.family_id in families else set()
        else:
            wanted = {row.category} if row.category else brands[row.brand_id or 0]
            wanted &= brands[row.brand_id or 0]
        for category in wanted:
            if _serves(known[row.service_id], category):
                yield row.service.key, category, row.price_pence, row.from_price
