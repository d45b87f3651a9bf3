"""The rulebook as the shop has stored it: three queries, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils.translation import gettext_noop

from revivatech.catalogue.choices import CATEGORIES_IN_PLURAL, Category
from revivatech.catalogue.models import PriceRule, Service
from revivatech.platform.questions import Question
from revivatech.platform.spoken import as_written, sentence
from revivatech.shop.models import Business
from revivatech.shop.queries import business

from .engine import compute, compute_qualities
from .price import DeviceAsk, Price
from .rulebook import Policy, Rule, Rulebook, ServiceInfo


def quote(
    devices: Sequence[DeviceAsk],
    *,
    urgency: str = "standard",
    handover: str = "drop_off",
    shop: Business | None = None,
) -> Price:
    """The price by today's rules and policies. Store `as_json()`; never work a promised price out again. `shop` when it was read already."""
    return compute(load_rulebook(devices, shop), devices, urgency=urgency, handover=handover)


def qualities(ask: DeviceAsk, *, urgency: str = "standard", handover: str = "drop_off") -> dict[str, Price]:
    """The choices of parts for one device, each with its whole price, to show side by side."""
    return compute_qualities(load_rulebook([ask]), ask, urgency=urgency, handover=handover)


_SERVICES = Question(lambda: Service.objects.values_list("key", "name", "has_quality", "categories"))
_COVERING = Question(
    lambda models, families, brands, categories, keys: PriceRule.objects.filter(
        Q(model__isnull=True) | Q(model_id__in=models),
        Q(family__isnull=True) | Q(family_id__in=families),
        Q(brand__isnull=True) | Q(brand_id__in=brands),
        Q(category="") | Q(category__in=categories),
        service__key__in=keys,
        active=True,
    ).select_related("service", "brand", "family__brand", "model__brand")
)


def _known[T: (int, str)](values: Iterable[T | None]) -> tuple[T, ...]:
    return tuple(sorted({value for value in values if value is not None}))


def load_rulebook(devices: Iterable[DeviceAsk], shop: Business | None = None) -> Rulebook:
    """The shop's policy, all services, and the active rules that could cover one of the devices."""
    services = {
        key: ServiceInfo(key, name, has_quality, tuple(categories))
        for key, name, has_quality, categories in _SERVICES()
    }
    return Rulebook(policy_of(shop or business()), services, tuple(_rules(devices)))


def policy_of(business: Business) -> Policy:
    return Policy(
        currency=business.currency,
        vat_rate_bp=business.vat_rate_bp if business.vat_registered else 0,
        warranty_days=business.warranty_days,
        warranty_premium_days=business.warranty_premium_days,
        urgency_bp={"priority": business.urgency_priority_bp, "same_day": business.urgency_same_day_bp},
        handover_pence={"collection": business.collection_pence, "post": business.post_pence},
        diagnostic_bench_pence=business.diagnostic_bench_pence,
        diagnostic_waived=business.diagnostic_waived,
        deposit_bp=business.deposit_bp,
        deposit_above_pence=business.deposit_above_pence,
    )


def _rules(devices: Iterable[DeviceAsk]) -> Iterable[Rule]:
    asked = list(devices)
    rows = _COVERING(
        models=_known(ask.model_id for ask in asked),
        families=_known(ask.family_id for ask in asked),
        brands=_known(ask.brand_id for ask in asked),
        categories=_known(ask.category for ask in asked),
        keys=_known(issue.service_key for ask in asked for issue in ask.issues),
    )
    for row in rows:
        yield Rule(
            id=row.pk,
            service_key=row.service.key,
            price_pence=row.price_pence,
            minutes=row.minutes,
            category=row.category,
            brand_id=row.brand_id,
            family_id=row.family_id,
            model_id=row.model_id,
            quality=row.quality,
            warranty_days=row.warranty_days,
            from_price=row.from_price,
            scope=scope_of(row),
        )


def scope_of(rule: PriceRule) -> str:
    """What the rule covers, stored as `spoken` reads it: "Apple laptops", "the iPhone family", "every device"."""
    plural = as_written(CATEGORIES_IN_PLURAL[Category(rule.category)]) if rule.category else ""
    if rule.model is not None:
        return rule.model.full_name
    if rule.family is not None:
        return sentence(
            gettext_noop("the %(brand)s %(family)s family"), brand=rule.family.brand.name, family=rule.family.name
        )
    if rule.brand is not None:
        if plural:
            return sentence(gettext_noop("%(brand)s %(devices)s"), brand=rule.brand.name, devices=plural)
        return sentence(gettext_noop("%(brand)s devices"), brand=rule.brand.name)
    return plural or gettext_noop("every device")
