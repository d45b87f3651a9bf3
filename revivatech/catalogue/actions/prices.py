"""Add, change and retire price rules, and review the starter prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.locking import lock
from revivatech.platform.problems import Invalid, NotFound

from ..events import PriceRuleAdded, PriceRuleChanged, StarterPricesReviewed
from ..models import DeviceModel, Family, PriceRule, Service
from ..policies import check_prices
from ..problems import RuleInactive
from ..starter import STARTER_PRICES, install_starter_prices


@dataclass(frozen=True, slots=True)
class RuleValues:
    """What a rule covers and promises. A model or a family stands alone; a brand may be narrowed by a category."""

    service_id: int
    price_pence: int
    minutes: int
    category: str = ""
    brand_id: int | None = None
    family_id: int | None = None
    model_id: int | None = None
    quality: str = ""
    warranty_days: int | None = None
    from_price: bool = False

    def covers(self) -> dict[str, Any]:
        names = ("service_id", "category", "brand_id", "family_id", "model_id", "quality")
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def add_rule(values: RuleValues, *, by: Actor) -> PriceRule:
    """A new active rule. Raises `Invalid` when one covers exactly the same."""
    check_prices(by)
    lock("catalogue:prices")
    _check(values, None)
    rule = PriceRule(**asdict(values), reviewed_at=clock.now(), updated_at=clock.now())
    _save(rule)
    record(PriceRuleAdded(rule_id=rule.pk, after=_state(rule)), by=by)
    return rule


@transaction.atomic
def edit_rule(rule_id: int, values: RuleValues, *, by: Actor) -> PriceRule:
    """Change a rule; prices already promised keep the amounts stored with them."""
    check_prices(by)
    lock("catalogue:prices")
    rule = _locked(rule_id)
    if not rule.active:
        raise RuleInactive
    _check(values, rule)
    before = _state(rule)
    for name, value in asdict(values).items():
        setattr(rule, name, value)
    rule.reviewed_at = rule.updated_at = clock.now()
    _save(rule)
    _record_change(rule, before, by=by)
    return rule


@transaction.atomic
def deactivate_rule(rule_id: int, *, by: Actor) -> None:
    """Retire a rule. It stays for the prices that were made from it."""
    check_prices(by)
    rule = _locked(rule_id)
    if not rule.active:
        return
    before = _state(rule)
    rule.active, rule.updated_at = False, clock.now()
    rule.save(update_fields=["active", "updated_at"])
    _record_change(rule, before, by=by)


@transaction.atomic
def review_starter_prices(prices: Mapping[str, int | None], *, by: Actor) -> None:
    """Accept or change each starter price (pence by service key; None: no general price, we always quote).

    Afterwards the general rules of these services count as reviewed.
    """
    check_prices(by)
    keys = {starter.service_key for starter in STARTER_PRICES}
    if set(prices) != keys:
        raise Invalid(_("Look at every price in the list."))
    lock("catalogue:prices")
    install_starter_prices()
    rules = PriceRule.objects.select_for_update(of=("self",)).select_related("service").filter(
        general_rule(), service__key__in=keys, active=True
    )  # fmt: skip
    accepted = []
    for rule in rules:
        pence = prices[rule.service.key]
        before = _state(rule)
        if pence is None:
            rule.active = False
        else:
            rule.price_pence = pence
            accepted.append(rule.pk)
        rule.reviewed_at = rule.updated_at = clock.now()
        rule.save(update_fields=["price_pence", "active", "reviewed_at", "updated_at"])
        _record_change(rule, before, by=by)
    accepted += _restore({key: pence for key, pence in prices.items() if pence is not None}, by=by)
    record(StarterPricesReviewed(business_id=1, rule_ids=sorted(accepted)), by=by)


def general_rule() -> Q:
    """Rules for every device and every quality."""
    return Q(category="", brand__isnull=True, family__isnull=True, model__isnull=True, quality="")


def _restore(prices: Mapping[str, int], *, by: Actor) -> list[int]:
    """General rules for services that have none, because an earlier review left them without one."""
    there = PriceRule.objects.filter(general_rule(), active=True).values_list("service__key", flat=True)
    services = {row.key: row.pk for row in Service.objects.filter(key__in=set(prices) - set(there))}
    made = []
    for starter in STARTER_PRICES:
        if starter.service_key in services and starter.service_key in prices:
            rule = PriceRule(
                service_id=services[starter.service_key],
                price_pence=prices[starter.service_key],
                minutes=starter.minutes,
                warranty_days=starter.warranty_days,
                from_price=starter.from_price,
                reviewed_at=clock.now(),
            )
            rule.save()
            record(PriceRuleAdded(rule_id=rule.pk, after=_state(rule)), by=by)
            made.append(rule.pk)
    return made


def _locked(rule_id: int) -> PriceRule:
    rule = PriceRule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise NotFound
    return rule


def _check(values: RuleValues, rule: PriceRule | None) -> None:
    service = Service.objects.filter(pk=values.service_id).first()
    if service is None:
        raise Invalid({"service": [_("Choose a service.")]})
    if values.quality and not service.has_quality:
        raise Invalid({"quality": [_("This service has no choice of parts.")]})
    if service.categories and _category(values) not in ("", *service.categories):
        raise Invalid({"service": [_("You do not offer this service for such devices. Change the service first.")]})
    if values.price_pence < 0 or values.minutes < 0:
        raise Invalid({"price_pence": [_("A price is not below zero.")]})
    same = PriceRule.objects.filter(active=True, **values.covers())
    if rule is not None:
        same = same.exclude(pk=rule.pk)
    if other := same.first():
        raise Invalid({"": [_("There is a price for exactly this already. Change that one.")]}, rule_id=other.pk)


def _category(values: RuleValues) -> str:
    """The kind of device a rule is for; empty when it is for several."""
    if values.model_id is not None:
        return DeviceModel.objects.filter(pk=values.model_id).values_list("category", flat=True).first() or ""
    if values.family_id is not None:
        return Family.objects.filter(pk=values.family_id).values_list("category", flat=True).first() or ""
    return values.category


def _save(rule: PriceRule) -> None:
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError:
        raise Invalid({"": [_("Choose a model or a family alone, or a brand, a category or both.")]}) from None


def _record_change(rule: PriceRule, before: dict[str, Any], *, by: Actor) -> None:
    after = _state(rule)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        event = PriceRuleChanged(
            rule_id=rule.pk,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
        record(event, by=by)


def _state(rule: PriceRule) -> dict[str, Any]:
    """The rule as JSON types, for the log."""
    names = (
        "service_id", "category", "brand_id", "family_id", "model_id", "quality", "price_pence", "minutes",
        "warranty_days", "from_price", "active",
    )  # fmt: skip
    state = {name: getattr(rule, name) for name in names}
    return {**state, "reviewed": rule.reviewed_at is not None}
