"""Who may change the catalogue and the prices. Both belong to the whole business, not to a location."""

from __future__ import annotations

from revivatech.accounts.access import require
from revivatech.platform.actors import Actor
from revivatech.shop.policies import require_in_setup


def check_catalogue(by: Actor) -> None:
    require(by, "catalogue.edit")


def check_prices(by: Actor) -> None:
    """Holders of `prices.edit` with a second factor; while the shop is not open yet, also without (see shop's policies)."""
    require_in_setup(by, "prices.edit")


def check_export(by: Actor) -> None:
    require(by, "catalogue.edit")
    require(by, "exports.run")
