"""The business: its details, tax, policies and terms; set-up and opening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid
from revivatech.platform.realtime.announce import announce

from .. import policies, queries, steps, topics, vat
from ..events import ShopOpened
from ..models import Business, SetupStep
from ..problems import NotReadyToOpen
from .common import apply, lock_business

PARTS: Mapping[str, frozenset[str]] = {
    "business": frozenset({"name", "legal_name", "company_number", "email", "phone", "website"}),
    "tax": frozenset({"vat_registered", "vat_number", "vat_rate_bp"}),
    "policies": frozenset(
        {
            "diagnostic_bench_pence",
            "diagnostic_waived",
            "warranty_days",
            "warranty_premium_days",
            "deposit_bp",
            "deposit_above_pence",
            "urgency_priority_bp",
            "urgency_same_day_bp",
            "collection_pence",
            "post_pence",
            "price_holds_days",
            "quote_holds_days",
            "gives_repair_form",
            "asks_for_reviews",
            "review_after_days",
        }
    ),
    "terms": frozenset({"terms", "terms_in"}),
    "face": frozenset(
        {"brand_soft", "brand_strong", "brand_action", "logo", "banner", "banner_link", "banner_from", "banner_until"}
    ),
    "menu": frozenset({"menu"}),
    "photos": frozenset({"photos"}),
}


def change_business(changes: Mapping[str, Any], *, part: str, by: Actor) -> Business:
    """Change the fields of one part. New words in the terms, in any language, are a new version of them."""
    policies.check_settings(by)
    with transaction.atomic():
        shop = lock_business()
        wanted = _checked(shop, dict(changes), part)
        had_terms = shop.has_terms
        changed = apply(shop, wanted, allowed=PARTS[part], part=part, by=by)
        if part == "terms" and changed and had_terms:
            shop.terms_version += 1
            shop.save(update_fields=["terms_version"])
        return shop


def _checked(shop: Business, changes: dict[str, Any], part: str) -> dict[str, Any]:
    errors: dict[str, list[str | Promise]] = {}
    if part == "business":
        if not str(changes.get("name", shop.name)).strip():
            errors["name"] = [_("Enter the name your customers know.")]
        if not str(changes.get("email", shop.email)).strip():
            errors["email"] = [_("Enter an e-mail address that customers can write to.")]
    if part == "tax":
        number = str(changes.get("vat_number", shop.vat_number)).strip()
        try:
            if "vat_number" in changes:
                changes["vat_number"] = vat.normalise(number) if number else ""
        except vat.VatNumberError as reason:
            errors["vat_number"] = [str(reason)]
        if changes.get("vat_registered", shop.vat_registered) and not number:
            errors["vat_number"] = [_("Enter the VAT number, or say that the business is not registered.")]
        if int(changes.get("vat_rate_bp", shop.vat_rate_bp)) > 10_000:
            errors["vat_rate_bp"] = [_("Enter a rate between 0 and 100.")]
    if errors:
        raise Invalid(errors)
    return changes


def finish_step(key: str, *, by: Actor) -> None:
    """The page of the set-up wizard is done. Doing it again changes nothing."""
    if key not in steps.KEYS:
        raise ValueError(f"{key!r} is not a set-up step")
    policies.check_settings(by)
    with transaction.atomic():
        lock_business()
        SetupStep.objects.get_or_create(key=key, defaults={"done_at": clock.now()})
        announce(topics.SHOP)


def what_is_missing() -> list[str]:
    """What stops the shop from opening, as sentences; prices are not among them."""
    shop = queries.business()
    missing: list[Promise] = []
    if not shop.name or not shop.email:
        missing.append(_("The business needs a name and an e-mail address."))
    if not queries.active_locations().exists():
        missing.append(_("Add a location, so that customers know where to go."))
    elif not queries.locations_with_hours().exists():
        missing.append(_("Enter opening hours, so that there are times to book."))
    return [str(text) for text in missing]


def open_shop(*, despite_unreviewed_prices: bool = False, by: Actor) -> Business:
    """Bookings begin. Opening an open shop changes nothing."""
    policies.check_settings(by)
    with transaction.atomic():
        shop = lock_business()
        if shop.opened_at is not None:
            return shop
        reasons = what_is_missing()
        if reasons:
            raise NotReadyToOpen(" ".join(reasons), reasons=reasons)
        reviewed = SetupStep.objects.filter(key=steps.PRICES).exists()
        if not reviewed and not despite_unreviewed_prices:
            raise NotReadyToOpen(
                _(
                    "The starter prices have not been reviewed. Review them, or confirm that you open with them as they are."
                ),
                unreviewed_prices=True,
            )
        shop.opened_at = clock.now()
        shop.save(update_fields=["opened_at"])
        record(ShopOpened(prices_reviewed=reviewed), by=by)
        announce(topics.SHOP)
        return shop
